set(MICROPY_BOARD_DIR ${MICROPY_PORT_DIR}/boards/RPI_PICO_W)
include(${MICROPY_BOARD_DIR}/mpconfigboard.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/../pod.cmake)
