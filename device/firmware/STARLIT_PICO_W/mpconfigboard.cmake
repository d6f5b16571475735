# MicroPython's own board of a Pico W, and a ROM partition below its storage (docs/pico.md).
set(MICROPY_BOARD_DIR ${MICROPY_PORT_DIR}/boards/RPI_PICO_W)
include(${MICROPY_BOARD_DIR}/mpconfigboard.cmake)
list(APPEND MICROPY_DEF_BOARD MICROPY_HW_ROMFS_BYTES=163840)
