"""The host of a cottage: command line, coordinator, simulator and virtual pods."""

__version__ = "0.1.0"
