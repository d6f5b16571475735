"""What one interpreter ships and another does not, bridged once."""

try:
    from micropython import const
except ImportError:

    def const(value):
        """MicroPython's compiler folds `_NAME = const(number)` away; CPython just keeps it."""
        return value
