"""Small traces made by hand: a tape of changes, a scenario beside it, and the checker's verdict."""

import json

import pytest

from starlit.check import check_traces

HEADER = {
    "version": 1,
    "pod": "pod-1",
    "profile": "child",
    "seed": 1,
    "transmission": 0.05,
    "distance_m": 0.5,
    "area_m2": 0.002827,
    "sound": {"full_scale_dba": 65.0, "rate_hz": 16000, "block": 320},
}
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def ring(colour, leds=12):
    """The first `leds` LEDs in one colour `rrggbb`."""
    return [colour] * leds + ["000000"] * (12 - leds)


class Tape:
    def __init__(self, folder, **header):
        self.folder = folder
        self.header = {**HEADER, **header}
        self.lines = []
        self.events = []

    def note(self, t_ms, **words):
        self.lines.append({"t_ms": t_ms, **words})
        return self

    def show(self, t_ms, frame):
        return self.note(t_ms, leds=frame, leds_cmd=frame)

    def sound(self, t_ms, rms):
        return self.note(t_ms, sound_rms=rms, sound_peak=rms)

    def happen(self, t_ms, **action):
        self.events.append({"t_ms": t_ms, **action})
        return self

    def plug_in(self, t_ms=0):
        return self.happen(t_ms, button_ms=1200)

    def evening(self, t_ms=5000):
        """Plugged in, wall time known, a goodnight by hand."""
        self.plug_in(max(t_ms - 5000, 0)).happen(0, wall=1_767_297_600)
        return self.happen(t_ms, button_ms=300).note(t_ms + 300, mode="evening")

    def asleep(self, t_ms=10_000):
        return self.evening(t_ms - 5000).note(t_ms, mode="asleep")

    def adult_asleep(self, t_ms=10_000):
        self.happen(0, set={"profile": "adult", "armed": True})
        return self.asleep(t_ms)

    def fade(self, t_ms, levels, colour, every_ms, leds=12):
        """One frame for each level of a colour such as `{0:02x}{1:02x}00`."""
        for level in levels:
            self.show(t_ms, ring(colour(level), leds))
            t_ms += every_ms
        return t_ms

    def swell(self, t_ms, top, growth=1.04, blocks=30):
        """Sound that comes along a straight line to 14 dBA, then by `growth` a block (0.34 dB)."""
        quiet = min(top, 92)
        levels = [quiet * index / blocks for index in range(1, blocks + 1)]
        while levels[-1] < top:
            levels.append(min(levels[-1] * growth, top))
        for level in levels:
            self.sound(t_ms, int(level))
            t_ms += 20
        return t_ms

    def ebb(self, t_ms, top, blocks=50):
        for index in range(blocks - 1, -1, -1):
            self.sound(t_ms, top * index // blocks)
            t_ms += 20
        return t_ms

    def tone(self, t_ms, top, length_ms, layer="rain"):
        """A gentle layer: on, up, held, off and down in 1 s."""
        self.note(t_ms, layer={"id": layer, "on": True, "envelope": top})
        end_ms = self.swell(t_ms, top) + length_ms
        self.note(end_ms, layer={"id": layer, "on": False, "envelope": 0})
        return self.ebb(end_ms, top)

    def write(self, name="pod-1"):
        path = self.folder / f"{name}.jsonl"
        lines = sorted(self.lines, key=lambda line: line["t_ms"])
        path.write_text("".join(json.dumps(line) + "\n" for line in [self.header, *lines]))
        return path

    def write_scenario(self):
        path = self.folder / "scenario.jsonl"
        path.write_text("".join(json.dumps(event) + "\n" for event in self.events))
        return path

    def check(self, told=True):
        return check_traces([self.write()], self.write_scenario() if told else None)

    def kinds(self, told=True):
        return self.check(told).kinds()


@pytest.fixture
def tape(tmp_path):
    return lambda **header: Tape(tmp_path, **header)
