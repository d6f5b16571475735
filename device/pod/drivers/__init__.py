"""Drivers of the pod's two sensors, and the watch over them.

Portable: each takes an I2C object with `readfrom_mem_into(addr, reg, buf)` and
`writeto_mem(addr, reg, buf)` as `machine.I2C` has them (OSError when the bus fails).
Constructors touch nothing; `start()` configures a chip.
"""


class WrongChip(Exception):
    """Something answers at the address, but it is another chip. `args[0]` says which."""
