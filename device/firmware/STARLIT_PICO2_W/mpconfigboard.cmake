set(MICROPY_BOARD_DIR ${MICROPY_PORT_DIR}/boards/RPI_PICO2_W)
include(${MICROPY_BOARD_DIR}/mpconfigboard.cmake)
include(${MICROPY_BOARD_DIR}/mpconfigvariant.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/../pod.cmake)
