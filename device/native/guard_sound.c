// pod/guard/sound_kernel.py for a Cortex-M, under the same names; that is the specification, and a
// test holds the two equal. Places in the array `s`: pod/guard/sound_state.py.
#include "kernel.h"

enum { SAMPLES = 320 };

__attribute__((noinline)) void clear(i32 *out) {
    for (int i = 0; i < SAMPLES / 2; i++)
        out[i] = 0;
}

static inline i32 clipped(i32 one, i32 cap) { return one > cap ? cap : one < -cap ? -cap : one; }

__attribute__((noinline)) static void measure(i32 *s, const i16 *samples) {
    uint32_t total = 0;
    i32 peak = 0, cap = s[CAP], shift = s[SHIFT];
    for (const i16 *end = samples + SAMPLES; samples != end;) {
        uint32_t part = 0;
        for (const i16 *eight = samples + 8; samples != eight;) {
            i32 one = *samples++;
            if (one < 0)
                one = -one;
            if (one > peak)
                peak = one;
            if (one > cap)
                one = cap;
            part += one * one;
        }
        total += part >> shift;
    }
    // Four times the mean of all squares; 4 * total may not fit where the shift is 2.
    i32 mean = shift == 2 ? quotient(total, SAMPLES / 16) : quotient(4 * total, SAMPLES / 64);
    s[RMS] = peak ? higher((root(mean) + 1) >> 1, 1) : 0;
    s[PEAK] = peak;
}

__attribute__((noinline)) static void ramp(i32 *s, const i16 *samples, i16 *out, i32 gain, i32 to) {
    i32 cap = s[CAP], step = floor_quotient((to - gain) * 256, SAMPLES);
    gain <<= 8;
    for (const i16 *end = samples + SAMPLES; samples != end;) {
        gain += step;
        *out++ = clipped(*samples++ * (gain >> 8) >> 15, cap);
    }
}

// A quotient by 8000, rounded down: a shift by 6, then by 125 as 16777 / 2**21, which is at most 2
// too small.
_Static_assert(RELEASE_BLOCKS * SAMPLES == 8000, "a release is divided by 8000");

static void replay(i32 *s, const i16 *last, i16 *out) {
    i32 cap = s[CAP], gain = s[RELEASING] * SAMPLES, step = 1;
    if (!((RELEASE_BLOCKS - s[RELEASING]) & 1)) {
        last += SAMPLES - 1;
        step = -1;
    }
    for (int i = 0; i < SAMPLES; i++, last += step) {
        i32 one = *last * gain--, sign = one >> 31;
        one = (one ^ sign) >> 6;
        i32 parts = (one >> 7) * 16777 >> 14;
        for (one -= parts * 125; one >= 125; one -= 125)
            parts++;
        out[i] = clipped(parts ^ sign, cap);
    }
}

static i32 slewed_limit(i32 *s) {
    i32 limit = s[QUIET] ? s[COUNTED] : s[CAP];
    if (s[USED] >= s[NIGHT_MOST])
        limit = 0;
    return s[LIMIT] = higher(limit, s[LIMIT] * 217 >> 8);
}

static i32 next(i32 i) { return i + 1 == ENVELOPE_BLOCKS ? 0 : i + 1; }

static i32 growth_limit(i32 *s) {
    i32 power = s[POWER_SUM], i = s[AT], rest = power - s[POWER + i];
    if (power < FAINT)
        power += root(20 * power) + ENVELOPE_BLOCKS;
    else
        power += quotient(power, 1000) * SOUND_GROWTH_PER_MILLE;
    i32 grain = higher(quotient(rest, 100) * GRAIN_PERCENT, s[FLOOR]);
    i32 most = lower(power - rest, grain);
    for (int ahead = 1; ahead < ENVELOPE_BLOCKS; ahead++) {
        i = next(i);
        rest -= s[POWER + i];
        i32 grown = higher(s[SUMS + i], ENVELOPE_BLOCKS * s[FLOOR]);
        grown += (grown >> 1) - rest;
        most = lower(most, quotient(grown, s[AT_MOST + ahead]) * 16);  // below 0: 0, and as quiet
    }
    return root(most);
}

static i32 may_fall(i32 *s, i32 rms) {
    i32 rest = s[POWER_SUM], i = s[AT];
    for (int ahead = 0; ahead < ENVELOPE_BLOCKS; ahead++, i = next(i)) {
        rest -= s[POWER + i];
        i32 least = ((s[SUMS + i] >> 3) - rest) * 16;
        if (rms * rms < quotient(least, s[AT_LEAST + ahead]))  // below 0: 0, and as far below
            return 0;
    }
    return 1;
}

__attribute__((noinline)) static void copy(const i32 *samples, i32 *out) {
    for (int i = 0; i < SAMPLES / 2; i++)
        out[i] = samples[i];
}

static i32 pass(i32 *s, const i16 *wanted, i16 *out, i16 *last) {
    measure(s, wanted);
    if (!s[RMS])
        return 0;
    if (s[PEAK] > s[CAP]) {
        i32 scale = quotient(s[CAP] * ONE, s[PEAK]);
        ramp(s, wanted, out, scale, scale);
        wanted = out;
        measure(s, wanted);
    }
    i32 rms = s[RMS], limit = lower(slewed_limit(s), growth_limit(s));
    if (s[AGE] < ONSET_BLOCKS)
        limit = lower(limit, s[HEARD]);
    i32 gain = rms > limit ? quotient(limit * ONE, rms) : ONE;
    if (gain == ONE && s[GAIN] == ONE) {
        copy((const i32 *)wanted, (i32 *)out);
    } else {
        ramp(s, wanted, out, lower(s[GAIN], gain), gain);
        measure(s, out);
    }
    if (!may_fall(s, s[RMS]))
        return 0;
    if (gain < ONE)
        s[HELD]++;
    s[GAIN] = gain;
    copy((const i32 *)out, (i32 *)last);
    return 1;
}

static void fade_out(i32 *s, i16 *out, const i16 *last) {
    if (s[GAIN] && s[OWN] > INAUDIBLE)
        s[RELEASING] = RELEASE_BLOCKS;
    s[GAIN] = 0;
    if (s[RELEASING]) {
        replay(s, last, out);
        s[RELEASING]--;
        measure(s, out);
    } else {
        clear((i32 *)out);
        s[RMS] = s[PEAK] = 0;
    }
}

static void keep(i32 *s) {
    i32 at = s[AT], power = s[OWN] * s[OWN], night = s[NIGHT_POWER];
    i32 sum = s[POWER_SUM] + power - s[POWER + at];
    s[POWER_SUM] = s[SUMS + at] = sum;
    s[POWER + at] = power;
    s[AT] = next(at);
    s[AGE] = sum > ENVELOPE_BLOCKS * INAUDIBLE ? lower(s[AGE] + 1, ONSET_BLOCKS) : 0;
    s[USED] += lower(quotient(4 * power + night - 1, night), 1024) << 6;
}

static void mute(i32 *s, i16 *out) {
    i32 gain = s[HEARD_GAIN], to = gain, sum = s[POWER_SUM];
    i32 rms = root(quotient(sum, ENVELOPE_BLOCKS));
    if (s[AGE] <= 1)
        to = s[MUTED] ? 0 : ONE;
    else if (!s[RELEASING] && 2 * sum >= s[SUMS + s[AT]])
        to = higher(gain - ONE / MUTE_BLOCKS, 0);
    s[HEARD_GAIN] = to;
    if (gain == ONE || to == ONE) {
        s[HUSHED] = rms;
        s[HEARD_LAST] = gain;
    }
    s[HUSHED] = lower(s[HUSHED], rms);
    if (rms > s[HUSHED])
        to = quotient(to * s[HUSHED], rms);
    gain = s[HEARD_LAST];
    s[HEARD_LAST] = to;
    if (s[RMS]) {
        ramp(s, out, out, lower(gain, to), to);
        measure(s, out);
    }
}

void block(i32 *s, const i16 *wanted, i16 *out, i16 *last) {
    if (s[RELEASING] || !s[WANTED] || !pass(s, wanted, out, last))
        fade_out(s, out, last);
    s[OWN] = s[RMS];
    keep(s);
    if (s[MUTED] || s[HEARD_GAIN] < ONE)
        mute(s, out);
}
