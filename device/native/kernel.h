// What every kernel is compiled with; the places in their arrays come as -D from the Python module
// that names them.
#pragma once
#include <stdint.h>

typedef int32_t i32;
typedef int16_t i16;
typedef uint8_t u8;

static inline i32 lower(i32 a, i32 b) { return a < b ? a : b; }
static inline i32 higher(i32 a, i32 b) { return a > b ? a : b; }

// A Cortex-M0+ has no divider and these functions no library: of 0 <= a < 2**31, b > 0.
__attribute__((noinline, unused)) static i32 quotient(i32 a, i32 b) {
    i32 q = 0, bit = 1;
    for (; b <= a >> 1; b <<= 1)
        bit <<= 1;
    for (; bit; bit >>= 1, b >>= 1)
        if (a >= b) {
            a -= b;
            q |= bit;
        }
    return q;
}

// As Python's //, of any a.
static inline i32 floor_quotient(i32 a, i32 b) { return a < 0 ? ~quotient(~a, b) : quotient(a, b); }

// The square root of n < 2**30, rounded down, bit by bit.
__attribute__((noinline, unused)) static i32 root(i32 n) {
    i32 root = 0;
    for (i32 bit = 1 << 28; bit; bit >>= 2) {
        i32 tried = root + bit;
        root >>= 1;
        if (n >= tried) {
            n -= tried;
            root += bit;
        }
    }
    return root;
}
