"""The body of a Raspberry Pi Pico W or Pico 2 W, in MicroPython (docs/pico.md)."""
