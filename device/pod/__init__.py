"""The pod: what runs beside a bed, the same on a Pico, a Raspberry Pi and in the simulator."""

__version__ = "0.1.0"
