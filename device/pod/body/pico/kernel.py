"""A frame's twelve colours as words for the PIO program: green, red, blue from the top."""


def pack(leds, words, count):
    """`leds`: r, g, b of each; `words`: array('I'), written."""
    for i in range(count):
        words[i] = leds[3 * i + 1] << 24 | leds[3 * i] << 16 | leds[3 * i + 2] << 8
