"""The loops of `scene_kernel` in machine code; tests hold the two equal, bit for bit."""

# mypy: ignore-errors
import micropython


@micropython.viper
def look(last: ptr32, coming: ptr32, least: ptr8, lit: ptr32, tint: ptr32,
         part: int, first: int, turns: int, between: int, breath: int):  # fmt: skip
    turn: int = first // 36 % turns
    n: int = first % 36
    stride: int = 0
    site: int = 0
    half: int = 0
    glow: int = 0
    hue: int = 0
    i: int = 0
    while i < 13:
        if n == 36:
            n = 0
            turn += 1
            if turn == turns:
                turn = 0
        if i == 0 or n == 0:
            other: int = turn % 12
            stride = (other >> 1) * 6 + 1 + ((other & 1) << 2)
            half = turn // 12
            site = (n * stride + half) % 36
            half = (18 + half) % 36
        other = site + half
        if other >= 36:
            other -= 36
        value: int = last[site] + (coming[site] - last[site]) * part // 2000
        colour: int = last[other] + (coming[other] - last[other]) * part // 2000
        low: int = least[site] << 7
        value = low + ((32767 - low) * value >> 15)
        if i:
            light: int = glow + ((value - glow) * between >> 8)
            lit[i - 1] = (light * light >> 15) * light // 32767 * breath >> 12
            tint[i - 1] = hue + ((colour - hue) * between >> 8)
        glow = value
        hue = colour
        n += 1
        site += stride
        if site >= 36:
            site -= 36
        i += 1


@micropython.viper
def spot(lit: ptr32, tint: ptr32, x: int, front: int, tail: int, peak: int, hue: int, led: int):
    i: int = 12
    while i:
        near: int = x
        if near < 0:
            near += front
        else:
            near = (tail - near) * front // tail
        if near > 0:
            near = near * near >> 8
            if front == 512:
                near >>= 2
            light: int = peak * near >> 8
            if light > lit[led]:
                lit[led] = light
            tint[led] = tint[led] + ((hue - tint[led]) * near >> 8)
        x -= 256
        led += 1
        if led == 12:
            led = 0
        i -= 1


@micropython.viper
def fade(now: ptr32, old: ptr32, left_ms: int):
    i: int = 0
    while i < 12:
        now[i] = now[i] + (old[i] - now[i]) * left_ms // 16000
        i += 1


@micropython.viper
def paint(linear: ptr32, layers: ptr32, lit: ptr32, tint: ptr32, colours: ptr8, level: int):
    i: int = 0
    led: int = 0
    while led < 12:
        light: int = lit[led] * level >> 15
        hue: int = tint[led] >> 3
        c: int = 0
        while c < 3:
            warm: int = colours[c] << 7
            linear[i] = (warm + (((colours[3 + c] << 7) - warm) * hue >> 12)) * light >> 12
            layers[i] = 0
            i += 1
            c += 1
        led += 1


@micropython.viper
def settle(linear: ptr32, layers: ptr32, colours: ptr8, target: ptr8, calm: ptr8,
           left: int, own: int, friend: int):  # fmt: skip
    at: int = 0
    star: int = own
    low: int = 79
    red: int = 0
    while at < 36:
        c: int = 0
        if star < 0:
            while c < 3:
                target[at] = calm[at]
                at += 1
                c += 1
        while c < 3:
            value: int = linear[at]
            if star:
                level: int = star >> 9
                light: int = (colours[6 + c] << 7) * level >> 12
                if value < light:
                    value = light
                value -= ((colours[9 + c] << 7) * (star & 511) >> 8) * level >> 12
                if value < 0:
                    value = 0
            value = (value * left >> 12) + layers[at] + low
            if c == 1 and low < 168:
                value += 168 - low
            value >>= 8
            if value > 255:
                value = 255
            if c == 0:
                red = value
            elif red < 4 - c:
                light = red >> 1
                if value > light:
                    value = light
            target[at] = value
            at += 1
            c += 1
        low = (low + 158) & 255
        star = 0
        if at == 18:
            star = friend
        elif int(calm) != int(target):
            star = 0 - 1


@micropython.viper
def layer(linear: ptr32, s: ptr32, drawn: ptr32, t_ms: int, level: int, k: int) -> int:
    t_ms -= s[6]
    x: int = s[7] - t_ms
    low: int = 0
    if t_ms >= 0 and x > 0:
        low = 4096
        if t_ms < s[8]:
            low = t_ms * 4096 // s[8]
        if x < s[9]:
            x = x * 4096 // s[9]
            if x < low:
                low = x
    s[17] = low
    level = low * level >> 12
    kind: int = s[0]
    period_ms: int = s[10]
    flat: int = s[11]
    if level > 0:
        while k < s[5]:
            if k == 0 or s[15]:
                low = t_ms + k * s[15] // s[16]
                n: int = low // period_ms
                phase: int = (low - n * period_ms) * 4096 // period_ms
            x = phase
            at: int = k
            if kind == 2:
                low = ((k << 8) - (x * (s[12] - 100) >> 4)) % 3072
                n = s[13]
                if low >= 1536:
                    n = s[14]
                    low = 3072 - low
                low -= 128
                if low < 0:
                    low = 0
                x = 0
                if low < n:
                    x = (n - low) * 4096 // n
            else:
                if kind & 1:
                    at = 3 * k
                    if drawn[at] != n + 1:
                        drawn[at] = n + 1
                        return k
                else:
                    x = (x + s[13] + k * s[14] * 4096 // 12) & 4095
                if kind != 3:
                    if x > 2048:
                        x = 4096 - x
                    x *= 2
                x -= flat
                n = 4096 - 2 * flat
                if x > n:
                    x = n
                if x < 0:
                    x = 0
                x = x * 4096 // n
            x = (x * x >> 8) * (12288 - 2 * x) >> 16
            low = 4096 - x
            if kind == 1:
                at = drawn[at + 1] - 1
            elif kind == 3:
                low = drawn[at + 1] + ((drawn[at + 2] - drawn[at + 1]) * x >> 12)
                at = k
            if (kind & 3) != 1 and kind != 2:
                x = 4096 + low - low * s[12] // 100
            if at >= 0:
                x = x * level >> 12
                at += s[4]
                if at >= 12:
                    at -= 12
                at *= 3
                n = 0
                while n < 3:
                    n += 1
                    linear[at] = linear[at] + (s[n] * x >> 12)
                    at += 1
            k += 1
    return 0 - 1
