"""Soft sound, mostly made from nothing: the kinds of layer, and how loud each one is."""

NONE, WAVES, HUM, CHIME, TONE, PINK, RAIN, WIND, CRACKLE, RECORDING = range(10)
NAMES = (
    "none", "waves", "hum", "chime", "tone", "pink", "rain", "wind", "crackle", "recording",
)  # fmt: skip
FULL = 32767
ONCE = 256  # added to a recording's number: played once instead of over and over

# A layer at level FULL: its RMS in 1/1000 of the cap's (`SoundGuard.cap`), over a minute. So loud
# that no peak of it meets the cap; measured, and held, by tests/pod/sound/test_layers.py. A
# recording's peak stands at the cap; its RMS is its own.
RMS = (0, 170, 368, 230, 605, 300, 250, 240, 135, 1000)


def level(kind, rms, cap):
    """The level (0..FULL) at which a layer has `rms` where `cap` is allowed, both as counts."""
    return min(rms * 1000 // RMS[kind], cap) * FULL // cap
