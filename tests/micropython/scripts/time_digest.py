"""The clock over hours of exchanges, jumps and silence, one line an hour. MicroPython grammar.

Equal lines mean that every interpreter shows the same time, and states the same error.
"""

from pod import ticks
from pod.hash import mix
from pod.timebase import Timebase

HOURS = 3
WRAP_US = ticks.PERIOD * 1000
START_MS = ticks.PERIOD - 900000  # the wrap comes within the first hour


def hour(time, number, local_ms, lead_us, digest):
    for second in range(3600):
        chance = mix(number, second)
        local_ms += 1000
        if second == 1800:
            lead_us += (chance & 0xFFFFF) * (1 - 2 * (chance >> 29 & 1))
        if not 2400 <= second < 3000:
            up_us, down_us = 4000 + (chance & 0x3FFF), 4000 + (chance >> 14 & 0x7FFF)
            t1_us = local_ms * 1000 + (chance & 511)
            rx_us = t1_us + up_us + lead_us + second * (13 + 9 * number)
            time.exchange(
                t1_us % WRAP_US, rx_us, rx_us + 300, (t1_us + up_us + 300 + down_us) % WRAP_US, 1
            )
        now_ms = (local_ms + 100) & (ticks.PERIOD - 1)
        time.step(now_ms, second % 600 > 30)
        digest = mix(digest, time.shared_ms(now_ms) ^ time.error_us(now_ms))
    print("hour", number, "jumps", time.jumps, "coasts", time.coasting(now_ms), digest)
    return local_ms, lead_us + 3600 * (13 + 9 * number), digest


def main():
    time = Timebase()
    local_ms, lead_us, digest = START_MS, 123456789, 1
    time.start(local_ms)
    for number in range(HOURS):
        local_ms, lead_us, digest = hour(time, number, local_ms, lead_us, digest)


main()
