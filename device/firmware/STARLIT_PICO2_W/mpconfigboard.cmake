# MicroPython's own board of a Pico 2 W, and a ROM partition below its storage (docs/pico.md).
set(MICROPY_BOARD_DIR ${MICROPY_PORT_DIR}/boards/RPI_PICO2_W)
include(${MICROPY_BOARD_DIR}/mpconfigboard.cmake)
include(${MICROPY_BOARD_DIR}/mpconfigvariant.cmake)
list(APPEND MICROPY_DEF_BOARD MICROPY_HW_ROMFS_BYTES=163840)
