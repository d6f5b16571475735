"""Deterministic mixing of small integers; the only source of chance in a pod.

Marsaglia's xorshift (J. Stat. Soft. 2003, 8(14)) folded to 30 bits, each shift masked first, so
that a 32-bit MicroPython never leaves its small integers. Not for secrets.
"""

_MASK = (1 << 30) - 1


def xorshift(x):
    """The next value, 1..2**30-1, of a generator whose state is its value (never 0)."""
    x ^= (x & 0x1FFFF) << 13
    x ^= x >> 17
    x ^= (x & 0x1FFFFFF) << 5
    return x & _MASK or 1


def mix(a, b):
    """30 bits that depend on every bit of `a` and `b` (order matters)."""
    x = (a ^ 0x2545F491) & _MASK or 1
    x = xorshift(xorshift(x))
    x ^= b & _MASK
    x = xorshift(xorshift(xorshift(x or 1)))
    return xorshift(x ^ ((b >> 15) & 0x7FFF) or 1)


def below(n, a, b):
    """A number in 0..n-1 (n < 2**15) from hash(a, b)."""
    return ((mix(a, b) >> 8) & 0x7FFF) * n >> 15
