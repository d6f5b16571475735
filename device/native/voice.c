// pod/sound/voice_kernel.py for a Cortex-M, under the same names; that is the specification, and a
// test holds the two equal. Places in the array `v`: pod/sound/voice_state.py.
#include "kernel.h"

static i32 xorshift(i32 x) {
    x ^= (x & 0x1FFFF) << 13;
    x ^= x >> 17;
    x ^= (x & 0x1FFFFFF) << 5;
    return x ? x : 1;
}

__attribute__((noinline)) i32 draw(i32 *v, i32 n) {
    v[CHANCE] = xorshift(v[CHANCE]);
    return ((v[CHANCE] >> 8) & 0x7FFF) * n >> 15;
}

static i32 swell(i32 *v) {
    i32 at = v[AT] + v[TURN];
    if (at >= 65536 || !v[TURN]) {
        at = 0;
        v[TURN] = quotient(65536, 350 + draw(v, 450));
        v[TO] = 1600 + draw(v, 1500);
    }
    v[AT] = at;
    i32 x = at >> 4;
    x = x < 1500 ? quotient(x * 4096, 1500) : quotient((4096 - x) * 4096, 2596);
    x = (x * x >> 12) * (3 * 4096 - 2 * x) >> 12;
    x = x * v[TO] >> 12;
    v[WHITE] = x * x >> 17;
    v[FAST] = 75 + (x * 3 >> 5);
    return 1720 + quotient(x * 17, 10);
}

static i32 gust(i32 *v) {
    i32 now = v[BAND];
    if (--v[WAIT] < 0) {
        v[WAIT] = 50 + draw(v, 200);
        v[TO] = 340 + draw(v, 1060);
    }
    v[AT] += ((v[TO] << 6) - v[AT]) >> 6;
    v[BAND] = v[AT] >> 6;
    return 1900 + (now * 5 >> 1);
}

void sway(i32 *v) {
    i32 loudness = 4096, rms = v[RMS];
    if (v[WEATHER])
        loudness = v[WEATHER] == SEA ? swell(v) : gust(v);
    i32 rise = lower(higher(v[RISE] + v[RATE], 0), FULL), e = rise >> 3;
    v[RISE] = rise;
    i32 goal = (v[LOUD] * (v[LEVEL] >> 3) >> 12) * (e * e >> 12) >> 12;
    goal = goal * loudness >> 12;
    if (goal > rms)
        v[RMS] = lower(goal, rms + higher(quotient(rms, 36) - 3, 10));
    else
        v[RMS] = higher(goal, rms - quotient(rms, 6) - 3);
    if (v[RUSHES])
        v[NOISE] = draw(v, 32768);
}

void level(i32 *v, i32 total) {
    i32 own = higher(root(quotient(total, 320)) << 4, 1200);
    v[GAIN_STEP] = (quotient(v[RMS] << 14, own) - v[GAIN]) >> 6;
    v[LIMIT] = (v[RMS] * CREST >> 4) + 1;
}
