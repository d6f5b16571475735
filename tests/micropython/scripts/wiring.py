"""A Pico's wires at rest: plugged in, no hand on the button, a cool case. Names nothing of the pod,
so that what runs any bundle can use it."""

from simboard import board

RAIL, BUTTON, SWITCH, HOT, NTC = 17, 15, 14, 18, 26  # device/pod/pins.py
AMBIENT = 29300  # of the thermistor, at 24 C


def at_rest():
    for pin in (SWITCH, BUTTON, HOT):
        board.put(pin, 1)
    board.adc[NTC] = AMBIENT


def press(ms, run):
    """A hand on the button; `run(ms)` steps the pod meanwhile."""
    board.put(BUTTON, 0)
    run(ms)
    board.put(BUTTON, 1)
    run(100)
