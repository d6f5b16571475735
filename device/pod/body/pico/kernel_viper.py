"""The loop of `kernel` in machine code; a test holds the two equal."""

# mypy: ignore-errors
import micropython


@micropython.viper
def pack(leds: ptr8, words: ptr32, count: int):
    i: int = 0
    while i < count:
        j: int = 3 * i
        words[i] = leds[j + 1] << 24 | leds[j] << 16 | leds[j + 2] << 8
        i += 1
