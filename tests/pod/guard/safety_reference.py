"""SAFETY's light and sound formulas in floats, written from its text alone: no `pod.guard` here."""

import math

CHANNELS_M = (0.0012, 0.66, 1.99)  # lux at 1 m
CHANNELS_L = (0.40, 0.69, 0.19)  # candela
# "dim": an evening with all of sleep's limits, after a host's goodnight in a dark room (10).
MODES = ("idle", "evening", "asleep", "dawn", "dim")
CAP_L = {"idle": 10, "evening": 60, "asleep": 10, "dawn": 300, "dim": 10}
CAP_M = {"idle": 0.10, "evening": 1.0, "asleep": 0.10, "dawn": 4.0, "dim": 0.10}
RISE = {
    "idle": (1000, 1), "evening": (1000, 4), "asleep": (1000, 1), "dawn": (10000, 300 / 180),
    "dim": (1000, 1),
}  # fmt: skip
FALL = {"idle": 5, "evening": 10, "asleep": 5, "dawn": 10, "dim": 5}
ROUNDING = 1 + 1e-5


def optics_of(config):
    """(frame -> M in lux at the eye, frame -> L in cd/m2)."""
    per_level = 1.5 * config.transmission_ppm / 1e6 / 255
    d2 = (config.distance_mm / 1000) ** 2
    area = config.area_mm2 / 1e6

    def weighted(frame, weights):
        return per_level * sum(frame[c::3][i] * w for c, w in enumerate(weights) for i in range(12))

    return (
        lambda frame: weighted(frame, CHANNELS_M) / d2,
        lambda frame: weighted(frame, CHANNELS_L) / area,
    )


def current_ma(frame):
    return sum(frame) / 255 * 12 + 12


def saturated_red(r, g, b):
    return r > 0 and r / (r + g + b) >= 0.8


class Shown:
    """Frames as they were shown, checked one by one against SAFETY 1 to 3."""

    def __init__(self, config, red=True):
        self.red = red
        self.m_of, self.l_of = optics_of(config)
        self.child = config.profile == "child"
        self.t_ms = 0
        self.mode = "idle"
        self.frame = bytes(36)
        self.past = [(-20000, 0.0)]  # (since, L)
        self.turns = {"L": Turns(), "M": Turns()}
        self.dips = [Dips() for _ in range(48)]
        self.reds = []  # (t, change of L)
        self.dawn_since = None

    def cap_m(self, mode):
        return 0.10 if self.child and mode == "evening" else CAP_M[mode]

    def show(self, dt_ms, mode, frame):
        """After `dt_ms` the LEDs show `frame` in `mode`."""
        self.t_ms += max(dt_ms, 0)
        light, was = self.l_of(frame), self.past[-1][1]
        if mode != self.mode:
            self.dawn_since = self.t_ms if mode == "dawn" else None
        self._caps(mode, frame, light)
        if frame != self.frame:
            cap = max(CAP_L[mode], CAP_L[self.mode])
            assert abs(light - was) <= cap / 10 * ROUNDING, "a step of more than a tenth"
            self._slew(mode, light, was)
            self._leds(frame)
        self._turns(mode, light, self.m_of(frame))
        self.past.append((self.t_ms, light))
        self.frame, self.mode = frame, mode
        while len(self.past) > 2 and self.past[1][0] < self.t_ms - 12000:
            self.past.pop(0)

    def _caps(self, mode, frame, light):
        assert light <= CAP_L[mode] * ROUNDING, "L above its cap"
        assert self.m_of(frame) <= self.cap_m(mode) * ROUNDING, "M above its cap"
        assert current_ma(frame) <= 200 + 1e-9
        if mode in ("asleep", "dim"):
            assert not any(frame[2::3]), "blue light asleep"

    def _since(self, ms):
        """Every L that stood within the last `ms`."""
        begin = self.t_ms - ms
        values = []
        for i, (since, light) in enumerate(self.past):
            until = self.past[i + 1][0] if i + 1 < len(self.past) else self.t_ms
            if until > begin or since >= begin:
                values.append(light)
        return values

    def _slew(self, mode, light, was):
        if light > was:
            window_ms, most = RISE[mode]
            if self.dawn_since is not None:
                window_ms = max(min(window_ms, self.t_ms - self.dawn_since), 1)
            values = [was, *self._since(window_ms)]
            assert light - min(values) <= most * ROUNDING + 1e-6, "L rose too fast"
            self._swing(light)
        elif light < was:
            assert max(self._since(1000)) - light <= FALL[mode] * ROUNDING + 1e-6, "L fell too fast"

    def _swing(self, light):
        high = deepest = 0.0
        for value in self._since(1000):
            high = max(high, value)
            deepest = max(deepest, min(high, light) - value)
        assert deepest <= 0.5 * ROUNDING + 1e-6, "the ring swung by more than 0.5 cd/m2 in 1 s"

    def _turns(self, mode, light, melanopic):
        for name, value, cap in (("L", light, CAP_L[mode]), ("M", melanopic, self.cap_m(mode))):
            turns = self.turns[name]
            before = CAP_L[self.mode] if name == "L" else self.cap_m(self.mode)
            if before != cap:
                turns.anchor(self.past[-1][1] if name == "L" else self.m_of(self.frame))
            assert turns.move(self.t_ms, value, cap / 10), f"{name} reversed twice within 4 s"

    def _leds(self, frame):
        for led in range(12):
            i = 3 * led
            new, old = frame[i : i + 3], self.frame[i : i + 3]
            if new == old:
                continue
            for c in range(3):
                self.dips[4 * led + c].move(self.t_ms, new[c])
            self.dips[4 * led + 3].move(self.t_ms, sum(new))
            if self.red and (saturated_red(*new) or saturated_red(*old)):
                one = self.l_of(new + bytes(33)) - self.l_of(old + bytes(33))
                self.reds.append((self.t_ms, abs(one)))
        self.reds = [(t, change) for t, change in self.reds if t > self.t_ms - 1000]
        assert sum(change for _, change in self.reds) <= 1.0 * ROUNDING + 1e-6, "red too fast"


class Turns:
    """Counted reversals of one value: at least 4 s apart."""

    def __init__(self):
        self.counted_ms = -10000
        self.anchor(0.0)

    def anchor(self, value):
        """Another mode, another threshold: from here on it has neither risen nor fallen yet."""
        self.way, self.turn, self.counted_ms = 0, value, -10000

    def move(self, t_ms, value, threshold):
        if (value - self.turn) * self.way > 0:
            self.turn = value
        elif abs(value - self.turn) >= threshold:
            first, self.way, self.turn = not self.way, 1 if value > self.turn else -1, value
            if not first:
                apart_ms, self.counted_ms = t_ms - self.counted_ms, t_ms
                return apart_ms >= 4000
        return True


class Dips:
    """Falls and returns of one channel by two levels or more: at most two in any second."""

    def __init__(self):
        self.high = self.low = 0
        self.returns = []

    def move(self, t_ms, value):
        if value < self.low:
            self.low = value
        elif self.high - self.low >= 2 and value >= self.low + 2:
            self.returns = [t for t in self.returns if t > t_ms - 1000] + [t_ms]
            assert len(self.returns) <= 2, "a LED dipped three times in a second"
            self.high = self.low = value
        elif value > self.high:
            self.high = self.low = value


# -- sound ----------------------------------------------------------------------------------


def rms_of(block):
    return math.sqrt(sum(s * s for s in block) / len(block))


def rms_at(dba, full_scale_dba):
    return 32767 * 10 ** ((dba - full_scale_dba) / 20)


def envelope(levels):
    """The 100 ms envelope of 20 ms levels."""
    padded = [0.0] * 4 + list(levels)
    return [math.sqrt(sum(x * x for x in padded[i : i + 5]) / 5) for i in range(len(levels))]
