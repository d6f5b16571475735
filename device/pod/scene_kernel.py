"""The loops of a frame over twelve LEDs, plain; `scene_kernel_thumb` is the same in machine code.

`w` is a scene's array, `s` that of a cue's light (scene_state.py). Every value stays within 31
bits.
"""

from .scene_state import (
    ATTACK_MS,
    BEAT,
    BETWEEN,
    BREATH,
    COUNT,
    DAWN,
    EMBER,
    ENVELOPE,
    FIRST,
    FLAT,
    FLICKER,
    FRIEND,
    FROM,
    FROM_LED,
    FRONT,
    FULL,
    KIND,
    LATER_MS,
    LATER_OF,
    LAYERS,
    LEFT,
    LENGTH_MS,
    LEVEL,
    LINEAR,
    LIT,
    OWN,
    PALE,
    PART_MS,
    PERIOD_MS,
    POINTS,
    RELEASE_MS,
    RGB,
    SITES,
    STAR,
    START_MS,
    STEP_MS,
    SWEEP,
    T_MS,
    TAIL,
    THRESHOLD_AT,
    THRESHOLD_GREEN,
    THRESHOLD_STEP,
    TINT,
    TURN,
    TURNS,
    A,
    B,
    C,
)


def look(w, last, coming, least):
    """The sky's window, as light: stars `FIRST` ... of the circle's 36 sites, which is gone round
    `TURNS` times, in another order each; a stride without a factor of 36 gives it. The site
    opposite gives the hue.

    `last` and `coming` hold the sites at both ends of a step; no site is darker than 128 times
    `least` says of it (0..255)."""
    glow = hue = 0
    for i in range(13):
        turn = (w[FIRST] + i) // SITES % w[TURNS]
        around, again = turn % 12, turn // 12
        stride = (around >> 1) * 6 + 1 + (around & 1) * 4
        site = ((w[FIRST] + i) % SITES * stride + again) % SITES
        value, low = _site(w, last, coming, site), least[site] << 7
        value = low + ((FULL - low) * value >> 15)
        colour = _site(w, last, coming, (site + 18 + again) % SITES)
        if i:
            light = glow + ((value - glow) * w[BETWEEN] >> 8)
            w[LIT + i - 1] = (light * light >> 15) * light // FULL * w[BREATH] >> 12
            w[TINT + i - 1] = hue + ((colour - hue) * w[BETWEEN] >> 8)
        glow, hue = value, colour


def _site(w, last, coming, site):
    return last[site] + (coming[site] - last[site]) * w[PART_MS] // STEP_MS


def spot(w, x, peak, hue):
    """One light whose middle is `x` 256ths of a LED behind LED `FROM_LED`: it reaches over `FRONT`
    (256 or 512) ahead and `TAIL` behind. The brighter light shows."""
    front, tail = w[FRONT], w[TAIL]
    for i in range(12):
        near = x - (i << 8)
        near = near + front if near < 0 else (tail - near) * front // tail
        if near > 0:
            near = near * near >> 8
            if front == 512:
                near >>= 2
            led = (i + w[FROM_LED]) % 12
            w[LIT + led] = max(w[LIT + led], peak * near >> 8)
            w[TINT + led] += (hue - w[TINT + led]) * near >> 8


def paint(w, level, sky):
    """From the window to linear RGB, at a level of 0..4096; no layer lies over it yet. Without a
    `sky`, a dawn."""
    for led in range(12):
        light = (w[LIT + led] * level >> 12) >> 3 if sky else level
        for c in range(3):
            colour = w[DAWN + c] << 7
            if sky:
                colour = w[EMBER + c] << 7
                colour += ((w[PALE + c] << 7) - colour) * (w[TINT + led] >> 3) >> 12
            w[LINEAR + 3 * led + c] = colour * light >> 12
            w[LAYERS + 3 * led + c] = 0


def settle(w, target, calm):
    """What is painted, with two pulse stars, as 36 levels in `target`. A star is at least its
    colour, less what a beat takes.

    Where `calm` is not `target` it holds the same night with other stars: the rest is taken from
    it."""
    for led in range(12):
        at = 3 * led
        if calm is not target and led % 6:
            target[at], target[at + 1], target[at + 2] = calm[at], calm[at + 1], calm[at + 2]
            continue
        star = w[OWN] if led == 0 else w[FRIEND] if led == 6 else 0
        threshold = led * THRESHOLD_STEP + THRESHOLD_AT & 255
        red = _rounded(w, at, 0, star, threshold)
        green = _rounded(w, at, 1, star, max(threshold, THRESHOLD_GREEN))
        # The faintest light is ember red: a level of green alone would look like moss.
        target[at] = red
        target[at + 1] = green if red > 2 else min(green, red >> 1)
        target[at + 2] = _rounded(w, at, 2, star, threshold) if red > 1 else 0


def _rounded(w, at, c, star, threshold):
    value, level = w[LINEAR + at + c], star >> 9
    if star:
        value = max(value, (w[STAR + c] << 7) * level >> 12)
        value -= ((w[BEAT + c] << 7) * (star & 511) >> 8) * level >> 12
        value = max(value, 0)
    value = (value * w[LEFT] >> 12) + w[LAYERS + at + c] + threshold
    return min(value >> 8, 255)


def layer(w, s, drawn, k):
    """Add a light's layer, from its part `k` on.

    Returns -1, or the part that has to draw by chance anew, whose number is in `drawn`: then
    it is called again from there."""
    t_ms = s[T_MS] - s[START_MS]
    s[ENVELOPE] = _envelope(s, t_ms)
    level = s[ENVELOPE] * s[LEVEL] >> 12
    if level <= 0:
        return -1
    kind, period_ms = s[KIND], s[PERIOD_MS]
    while k < s[COUNT]:
        shifted_ms = t_ms + k * s[LATER_MS] // s[LATER_OF]
        n = shifted_ms // period_ms
        x = (shifted_ms - n * period_ms) * 4096 // period_ms
        led, low = k, 0
        if kind == POINTS or kind == FLICKER:
            if drawn[3 * k] != n + 1:
                drawn[3 * k] = n + 1
                return k
            low = drawn[3 * k + 1]
        if kind == SWEEP:
            x = _sweep(s, k, x)
        else:
            if kind != POINTS and kind != FLICKER:
                x = (x + s[B] + k * s[C] * 4096 // 12) & 4095
            if kind != FLICKER:  # up and down
                x = min(x, 4096 - x) * 2
            way = 4096 - 2 * s[FLAT]
            x = _smooth(min(max(x - s[FLAT], 0), way) * 4096 // way)
            if kind == POINTS:
                led = low - 1
            else:
                low = low + ((drawn[3 * k + 2] - low) * x >> 12) if kind == FLICKER else 4096 - x
                x = 4096 + low - low * s[A] // 100
        if led >= 0:
            _add(w, s, led, x * level >> 12)
        k += 1
    return -1


def _envelope(s, t_ms):
    """0..4096: up over the attack, down over the release."""
    left_ms = s[LENGTH_MS] - t_ms
    if t_ms < 0 or left_ms <= 0:
        return 0
    level = min(t_ms, s[ATTACK_MS]) * 4096 // s[ATTACK_MS]
    return min(level, left_ms * 4096 // s[RELEASE_MS]) if left_ms < s[RELEASE_MS] else level


def _sweep(s, k, x):
    """A head as wide as a LED, with light before and behind it."""
    away = ((k << 8) - (x * (s[A] - 100) >> 4)) % TURN
    reach = s[B] if away < TURN // 2 else s[C]
    away = max(min(away, TURN - away) - 128, 0)
    return _smooth((reach - away) * 4096 // reach) if away < reach else 0


def _smooth(x):
    """3x^2 - 2x^3 over 0..4096. Fine enough to rise with every x: a step back would flicker."""
    return (x * x >> 8) * (3 * 4096 - 2 * x) >> 16


def _add(w, s, led, x):
    at = LAYERS + (s[FROM] + led) % 12 * 3
    for c in range(3):
        w[at + c] += s[RGB + c] * x >> 12
