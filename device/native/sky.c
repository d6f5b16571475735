// pod/sky_kernel.py for a Cortex-M, under the same names; that is the specification, and a test
// holds the two equal.
#include "kernel.h"

void advance(i32 *x, i32 *f, i32 *mean, i32 *slow) {
    for (int turn = 0; turn < TURNS_A_STEP; turn++) {
        for (int i = 0; i < SITES; i++)
            f[i] = (x[i] * (FULL - x[i]) >> 15) * GROWTH >> 12;
        i32 left = f[SITES - 1];
        for (int i = 0; i < SITES; i++) {
            i32 right = i + 1 < SITES ? f[i + 1] : f[0];
            i32 value = ((1024 - 2 * COUPLING) * f[i] + COUPLING * (left + right)) >> 10;
            left = f[i];
            x[i] = 0 < value && value < FULL ? value : 1 + (value & 1023);
        }
    }
    for (int i = 0; i < SITES; i++) {
        mean[i] += (x[i] - mean[i]) >> SLOW;
        slow[i] += (mean[i] - slow[i]) >> SOFT;
    }
}
