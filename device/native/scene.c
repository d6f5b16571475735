// pod/scene_kernel.py for a Cortex-M, under the same names; that is the specification, and a test
// holds the two equal. Places in the arrays: pod/scene_state.py.
#include "kernel.h"

enum { LEDS = 12, WINDOW_STARS = 13 };

static i32 site_of(const i32 *w, const i32 *last, const i32 *coming, i32 site) {
    return last[site] + floor_quotient((coming[site] - last[site]) * w[PART_MS], STEP_MS);
}

void look(i32 *w, const i32 *last, const i32 *coming, const u8 *least) {
    i32 rounds = quotient(w[FIRST], SITES), at = w[FIRST] - rounds * SITES;
    i32 turn = rounds - quotient(rounds, w[TURNS]) * w[TURNS];
    i32 glow = 0, hue = 0;
    for (int i = 0; i < WINDOW_STARS; i++) {
        i32 again = quotient(turn, 12), around = turn - again * 12;
        i32 site = at * ((around >> 1) * 6 + 1 + (around & 1) * 4) + again;
        site -= quotient(site, SITES) * SITES;
        i32 other = site + 18 + again;
        other -= quotient(other, SITES) * SITES;
        i32 low = least[site] << 7;
        i32 value = low + ((FULL - low) * site_of(w, last, coming, site) >> 15);
        i32 colour = site_of(w, last, coming, other);
        if (i) {
            i32 light = glow + ((value - glow) * w[BETWEEN] >> 8);
            light = quotient((light * light >> 15) * light, FULL);
            w[LIT + i - 1] = light * w[BREATH] >> 12;
            w[TINT + i - 1] = hue + ((colour - hue) * w[BETWEEN] >> 8);
        }
        glow = value;
        hue = colour;
        if (++at == SITES) {
            at = 0;
            if (++turn == w[TURNS])
                turn = 0;
        }
    }
}

void spot(i32 *w, i32 x, i32 peak, i32 hue) {
    i32 front = w[FRONT], tail = w[TAIL], led = w[FROM_LED];
    for (int i = 0; i < LEDS; i++, led++) {
        i32 near = x - (i << 8);
        if (led == LEDS)
            led = 0;
        if (near < 0)
            near += front;
        else if (near < tail)
            near = quotient((tail - near) * front, tail);
        else
            continue;
        if (near <= 0)
            continue;
        near = near * near >> 8;
        if (front == 512)
            near >>= 2;
        w[LIT + led] = higher(w[LIT + led], peak * near >> 8);
        w[TINT + led] += (hue - w[TINT + led]) * near >> 8;
    }
}

void paint(i32 *w, i32 level, i32 sky) {
    i32 *linear = w + LINEAR;
    for (int led = 0; led < LEDS; led++)
        for (int c = 0; c < 3; c++, linear++) {
            i32 light = level, colour = w[DAWN + c] << 7;
            if (sky) {
                light = (w[LIT + led] * level >> 12) >> 3;
                colour = w[EMBER + c] << 7;
                colour += ((w[PALE + c] << 7) - colour) * (w[TINT + led] >> 3) >> 12;
            }
            linear[0] = colour * light >> 12;
            linear[LAYERS - LINEAR] = 0;
        }
}

static i32 rounded(const i32 *w, i32 at, i32 c, i32 star, i32 threshold) {
    i32 value = w[LINEAR + at + c], level = star >> 9;
    if (star) {
        value = higher(value, (w[STAR + c] << 7) * level >> 12);
        value -= ((w[BEAT + c] << 7) * (star & 511) >> 8) * level >> 12;
        value = higher(value, 0);
    }
    value = (value * w[LEFT] >> 12) + w[LAYERS + at + c] + threshold;
    return lower(value >> 8, 255);
}

void settle(const i32 *w, u8 *target, const u8 *calm) {
    u8 low = THRESHOLD_AT;
    for (int at = 0; at < 3 * LEDS; at += 3, low += THRESHOLD_STEP) {
        if (calm != target && at != 0 && at != 18) {
            for (int c = 0; c < 3; c++)
                target[at + c] = calm[at + c];
            continue;
        }
        i32 star = at == 0 ? w[OWN] : at == 18 ? w[FRIEND] : 0;
        i32 red = rounded(w, at, 0, star, low);
        i32 green = rounded(w, at, 1, star, higher(low, THRESHOLD_GREEN));
        target[at] = red;
        target[at + 1] = red > 2 ? green : lower(green, red >> 1);
        target[at + 2] = red > 1 ? rounded(w, at, 2, star, low) : 0;
    }
}

static i32 smooth(i32 x) { return (x * x >> 8) * (3 * 4096 - 2 * x) >> 16; }

static i32 envelope(const i32 *s, i32 t_ms) {
    i32 left_ms = s[LENGTH_MS] - t_ms;
    if (t_ms < 0 || left_ms <= 0)
        return 0;
    i32 level = 4096;
    if (t_ms < s[ATTACK_MS])
        level = quotient(t_ms * 4096, s[ATTACK_MS]);
    if (left_ms < s[RELEASE_MS])
        level = lower(level, quotient(left_ms * 4096, s[RELEASE_MS]));
    return level;
}

static i32 sweep(const i32 *s, i32 k, i32 x) {
    i32 away = (k << 8) - (x * (s[A] - 100) >> 4);
    while (away < 0)
        away += TURN;
    while (away >= TURN)
        away -= TURN;
    i32 reach = away < TURN / 2 ? s[B] : s[C];
    away = higher(lower(away, TURN - away) - 128, 0);
    return away < reach ? smooth(quotient((reach - away) * 4096, reach)) : 0;
}

i32 layer(i32 *w, i32 *s, i32 *drawn, i32 k) {
    i32 t_ms = s[T_MS] - s[START_MS];
    s[ENVELOPE] = envelope(s, t_ms);
    i32 level = s[ENVELOPE] * s[LEVEL] >> 12;
    if (level <= 0)
        return -1;
    i32 kind = s[KIND], period_ms = s[PERIOD_MS];
    for (; k < s[COUNT]; k++) {
        i32 shifted_ms = t_ms + quotient(k * s[LATER_MS], s[LATER_OF]);
        i32 n = quotient(shifted_ms, period_ms);
        i32 x = quotient((shifted_ms - n * period_ms) * 4096, period_ms);
        i32 led = k, low = 0, *own = drawn + 3 * k;
        if (kind == POINTS || kind == FLICKER) {
            if (own[0] != n + 1) {
                own[0] = n + 1;
                return k;
            }
            low = own[1];
        }
        if (kind == SWEEP) {
            x = sweep(s, k, x);
        } else {
            if (kind != POINTS && kind != FLICKER)
                x = (x + s[B] + quotient(k * s[C] * 4096, 12)) & 4095;
            if (kind != FLICKER)
                x = lower(x, 4096 - x) * 2;
            i32 way = 4096 - 2 * s[FLAT];
            x = smooth(quotient(lower(higher(x - s[FLAT], 0), way) * 4096, way));
            if (kind == POINTS) {
                led = low - 1;
            } else {
                low = kind == FLICKER ? low + ((own[2] - low) * x >> 12) : 4096 - x;
                x = 4096 + low - quotient(low * s[A], 100);
            }
        }
        if (led < 0)
            continue;
        x = x * level >> 12;
        led += s[FROM];
        while (led >= LEDS)
            led -= LEDS;
        for (int c = 0; c < 3; c++)
            w[LAYERS + 3 * led + c] += s[RGB + c] * x >> 12;
    }
    return -1;
}
