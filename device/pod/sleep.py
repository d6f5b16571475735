"""Sleep state, as far as light and time can tell; it only ever drops a slot (SAFETY 9)."""

UNKNOWN, AWAKE, ASLEEP = "unknown", "awake", "asleep"


def state(in_night, room):
    """A lit room is awake; a dark one in the night is asleep; anything else is unknown."""
    if room.bright():
        return AWAKE
    if in_night and room.mlx >= 0:
        return ASLEEP
    return UNKNOWN
