# What a pod's firmware has beyond MicroPython's own board, and what it does without (docs/pico.md).
list(APPEND MICROPY_DEF_BOARD MICROPY_HW_ROMFS_BYTES=163840)
# Of 16 packets' buffers a pod's one connection, with its window of eight, fills eight.
list(APPEND MICROPY_DEF_BOARD PBUF_POOL_SIZE=10)
set(MBEDTLS_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/mbedtls_config.h)
# A pod has no use for Bluetooth, which takes memory from the start.
set(MICROPY_PY_BLUETOOTH OFF)
set(MICROPY_BLUETOOTH_BTSTACK OFF)
set(MICROPY_PY_BLUETOOTH_CYW43 OFF)
# A header that comes to MicroPython's build by way of Bluetooth only; beside it lies one that must
# not come before MicroPython's own of that name.
add_compile_options("SHELL:-idirafter ${MICROPY_PORT_DIR}/../../lib/pico-sdk/src/rp2_common/pico_cyw43_driver/include")
