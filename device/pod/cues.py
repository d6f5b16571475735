"""The cues: what a pod can play when asked, or in a night's slot, as data.

An evening cue belongs to the ritual, a sleeping cue to the night. `light_*` functions add linear
light (1/256 level) to the scene from the cue's own time; sound is a layer of `pod.sound`.
"""

from . import sound
from .hash import below
from .io import LEDS

EVENING, ASLEEP = "evening", "asleep"
_LAMP = (36 << 8, 10 << 8, 0)


class Cue:
    def __init__(self, name, mode, duration_ms, light, sound, attack_ms, release_ms):
        self.name = name
        self.mode = mode
        self.duration_ms = duration_ms
        self.light = light  # function(linear, t_ms, envelope 0..4096, duration_ms, seed) or None
        self.sound = sound  # a kind of `pod.sound`, or None
        self.attack_ms = attack_ms
        self.release_ms = release_ms

    def envelope(self, t_ms):
        """0..4096: up over the attack, down over the release."""
        left_ms = self.duration_ms - t_ms
        if t_ms < 0 or left_ms <= 0:
            return 0
        if t_ms < self.attack_ms:
            return t_ms * 4096 // self.attack_ms
        if left_ms < self.release_ms:
            return left_ms * 4096 // self.release_ms
        return 4096


def _smooth(x):
    """3x^2 - 2x^3 over 0..4096."""
    return x * x // 4096 * (3 * 4096 - 2 * x) // 4096


def light_tide(linear, t_ms, envelope, duration_ms, seed):
    """A warm swell that runs once around the ring every 12 s."""
    for led in range(LEDS):
        x = (t_ms * 4096 // 12000 + led * 4096 // LEDS) & 4095
        x = x * 2 if x < 2048 else (4096 - x) * 2
        glow = _smooth(x) * envelope >> 12
        linear[3 * led] += 3072 * glow >> 12
        linear[3 * led + 1] += 1024 * glow >> 12


def light_comet(linear, t_ms, envelope, duration_ms, seed):
    """A bright head with a fading tail, once around the ring."""
    head = t_ms * (LEDS << 8) // duration_ms + (below(LEDS, seed, 1) << 8)
    for led in range(LEDS):
        behind = (head - (led << 8)) % (LEDS << 8)
        near = 1024 - behind if behind < 1024 else 0
        ahead = (LEDS << 8) - behind
        if ahead < 256:
            near = 1024 - 4 * ahead
        glow = (near * near >> 8) * envelope >> 12
        linear[3 * led] += 7168 * glow >> 12
        linear[3 * led + 1] += 2816 * glow >> 12


def light_fireflies(linear, t_ms, envelope, duration_ms, seed):
    """Single lights, each up and down within 4 s, somewhere on the ring."""
    for k in range(2):
        shifted = t_ms + k * 2000
        led = below(LEDS, seed, 16 + 2 * (shifted // 4000) + k)
        x = shifted % 4000
        x = (x if x < 2000 else 4000 - x) * 4096 // 2000
        glow = _smooth(x) * envelope >> 12
        linear[3 * led] += 6144 * glow >> 12
        linear[3 * led + 1] += 2304 * glow >> 12


def light_star(linear, t_ms, envelope, duration_ms, seed):
    """A goodnight star: one point that crosses half of the ring and goes out."""
    at = t_ms * (LEDS << 7) // duration_ms
    for led in range(LEDS // 2 + 1):
        away = abs(at - (led << 8))
        if away < 256:
            glow = (256 - away) * envelope >> 8
            linear[3 * led] += 6144 * glow >> 12
            linear[3 * led + 1] += 2304 * glow >> 12


def light_ember(linear, t_ms, envelope, duration_ms, seed):
    """A dim red-amber glow over the whole ring: the only sleeping light."""
    for led in range(LEDS):
        linear[3 * led] += 1280 * envelope >> 12
        linear[3 * led + 1] += 512 * envelope >> 12


def light_lamp(linear, t_ms, envelope, duration_ms, seed):
    """One steady amber all around instead of the sky: what a light meter reads (host's
    `starlit calibrate`). At the reference geometry M is 94 % of a child's evening cap."""
    for i in range(3 * LEDS):
        linear[i] += (_LAMP[i % 3] - linear[i]) * envelope >> 12


CUES = {
    "tide": Cue("tide", EVENING, 48000, light_tide, sound.WAVES, 4000, 4000),
    "comet": Cue("comet", EVENING, 12000, light_comet, sound.CHIME, 2000, 2000),
    "fireflies": Cue("fireflies", EVENING, 32000, light_fireflies, None, 3000, 3000),
    "star": Cue("star", EVENING, 8000, light_star, None, 2000, 2000),
    "lamp": Cue("lamp", EVENING, 60000, light_lamp, None, 8000, 6000),
    "tone": Cue("tone", EVENING, 60000, None, sound.TONE, 4000, 2000),
    "ember": Cue("ember", ASLEEP, 10000, light_ember, sound.HUM, 6000, 3500),
}
# What a person may ask for by name; a star comes from a friend.
NAMES = sorted([name for name in CUES if name != "star"])
