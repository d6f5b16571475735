"""The loops of a frame over twelve LEDs, plain; `scene_kernel_viper` holds the same, for the Pico.

Every value stays within 31 bits, and what stands in an array is never below 0: viper loads words
without a sign. The modules that call them say what the numbers mean; 12, 36 and the like stand
here as they are, as viper takes no constants from elsewhere.
"""

_FULL = 32767
# Thresholds in steps of a golden section: neighbours round differently, the mean is kept.
_THRESHOLD = tuple([(i * 158 + 79) & 255 for i in range(12)])
# Green rounds up earlier, so that a faint amber does not become a saturated red (SAFETY 3).
_THRESHOLD_GREEN = tuple([max(t, 168) for t in _THRESHOLD])


def look(last, coming, least, lit, tint, part, first, turns, between, breath):
    """The sky's window, as light: stars `first` ... of the circle's 36 sites, which is gone round
    `turns` times, in another order each; a stride without a factor of 36 gives it. The site
    opposite gives the hue.

    `last` and `coming` hold the sites at both ends of a step, of which `part` of 2000 ms have
    passed; no site is darker than 128 times `least` says of it (0..255). The window is `between`
    256ths on its way from one star to the next; `breath` is 0..4096."""
    glow = hue = 0
    for i in range(13):
        turn = (first + i) // 36 % turns
        around, again = turn % 12, turn // 12
        stride = (around >> 1) * 6 + 1 + (around & 1) * 4
        site = ((first + i) % 36 * stride + again) % 36
        other = (site + 18 + again) % 36
        value = last[site] + (coming[site] - last[site]) * part // 2000
        low = least[site] << 7
        value = low + ((_FULL - low) * value >> 15)
        colour = last[other] + (coming[other] - last[other]) * part // 2000
        if i:
            light = glow + ((value - glow) * between >> 8)
            lit[i - 1] = (light * light >> 15) * light // _FULL * breath >> 12
            tint[i - 1] = hue + ((colour - hue) * between >> 8)
        glow, hue = value, colour


def spot(lit, tint, x, front, tail, peak, hue, first):
    """One light whose middle is `x` 256ths of a LED behind LED `first`: it reaches over `front`
    (256 or 512) ahead and `tail` behind. The brighter light shows."""
    for i in range(12):
        near = x - (i << 8)
        near = near + front if near < 0 else (tail - near) * front // tail
        if near > 0:
            near = near * near >> 8
            if front == 512:
                near >>= 2
            led = (i + first) % 12
            lit[led] = max(lit[led], peak * near >> 8)
            tint[led] += (hue - tint[led]) * near >> 8


def fade(now, old, left_ms):
    """From twelve `old` values to those of `now`, of 16 s of which so many are left."""
    for i in range(12):
        now[i] += (old[i] - now[i]) * left_ms // 16000


def paint(linear, layers, lit, tint, colours, level):
    """From light and tint to linear RGB, at a level of 0..4096; no layer lies over it yet.

    `colours`: RGB of an ember and of a pale star in half levels."""
    for led in range(12):
        light = (lit[led] * level >> 12) >> 3
        hue = tint[led] >> 3
        for c in range(3):
            warm, pale = colours[c] << 7, colours[3 + c] << 7
            linear[3 * led + c] = (warm + ((pale - warm) * hue >> 12)) * light >> 12
            layers[3 * led + c] = 0


def settle(linear, layers, colours, target, calm, left, own, friend):
    """What is painted, with two pulse stars, as 36 levels in `target`. `left` 4096ths of it stay
    under the cue's layers. A star is 512 times its level (0..4096) and how far a beat has dimmed
    it (0..256): at least its colour (from place 6 of `colours`), less what a beat takes (from 9).

    Where `calm` is not `target` it holds the same night with other stars: the rest is taken from
    it."""
    for led in range(12):
        at = 3 * led
        star = own if led == 0 else friend if led == 6 else 0
        same = calm is not target and led % 6
        for c in range(3):
            if same:
                target[at + c] = calm[at + c]
                continue
            value = linear[at + c]
            if star:
                value = max(value, (colours[6 + c] << 7) * (star >> 9) >> 12)
                value -= ((colours[9 + c] << 7) * (star & 511) >> 8) * (star >> 9) >> 12
                value = max(value, 0)
            value = (value * left >> 12) + layers[at + c]
            value += _THRESHOLD_GREEN[led] if c == 1 else _THRESHOLD[led]
            target[at + c] = 255 if value > 65535 else value >> 8
        # The faintest light is ember red: a level of green alone would look like moss.
        red = target[at]
        if red <= 2:
            target[at + 1] = min(target[at + 1], red >> 1)
        if red <= 1:
            target[at + 2] = 0


def layer(linear, s, drawn, t_ms, level, k):
    """Add a light's layer, from its part `k` on, at `t_ms` of its cue and a level of 0..4096.

    Returns -1, or the part that has to draw by chance anew, whose number is in `drawn`: then
    it is called again from there. `s` as `cues.Light` fills it; its envelope is left in `s[17]`.
    """
    t_ms -= s[6]
    left_ms = s[7] - t_ms
    envelope = 0
    if t_ms >= 0 and left_ms > 0:
        envelope = min(t_ms, s[8]) * 4096 // s[8]
        if left_ms < s[9]:
            envelope = min(envelope, left_ms * 4096 // s[9])
    s[17] = envelope
    level = envelope * level >> 12
    if level <= 0:
        return -1
    kind, period_ms, flat = s[0], s[10], s[11]
    while k < s[5]:
        shifted_ms = t_ms + k * s[15] // s[16]
        n = shifted_ms // period_ms
        x = (shifted_ms - n * period_ms) * 4096 // period_ms
        led = k
        if kind == 2:  # a sweep
            away = ((k << 8) - (x * (s[12] - 100) >> 4)) % 3072
            reach = s[13] if away < 1536 else s[14]
            away = max(min(away, 3072 - away) - 128, 0)
            x = (reach - away) * 4096 // reach if away < reach else 0
        else:
            if kind & 1:  # points and flicker
                if drawn[3 * k] != n + 1:
                    drawn[3 * k] = n + 1
                    return k
            else:
                x = (x + s[13] + k * s[14] * 4096 // 12) & 4095
            if kind != 3:  # up and down
                x = min(x, 4096 - x) * 2
            way = 4096 - 2 * flat
            x = min(max(x - flat, 0), way) * 4096 // way
        # 3x^2 - 2x^3. Fine enough to rise with every x: a step back would flicker.
        x = (x * x >> 8) * (12288 - 2 * x) >> 16
        if kind == 1:
            led = drawn[3 * k + 1] - 1
        elif kind != 2:
            low = 4096 - x
            if kind == 3:
                low = drawn[3 * k + 1] + ((drawn[3 * k + 2] - drawn[3 * k + 1]) * x >> 12)
            x = 4096 + low - low * s[12] // 100
        if led >= 0:
            x = x * level >> 12
            at = (s[4] + led) % 12 * 3
            for c in range(3):
                linear[at + c] += s[1 + c] * x >> 12
        k += 1
    return -1
