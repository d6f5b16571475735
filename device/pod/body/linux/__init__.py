"""The body of a Raspberry Pi Zero 2 W, 4 or 5, in CPython with Blinka (docs/raspberry-pi.md).

It needs the base install and the extra `pi`, and nothing of the host's package.
"""
