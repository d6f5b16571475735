"""Random cases: what may happen to a pod, more often than it ever will."""

from random import Random
from typing import Any

from starlit.fuzz import messages
from starlit.fuzz.case import Case, Line

NEW_YEAR_S = 1767225600
MINUTE, HOUR = 60_000, 3_600_000
PRESSES = (20, 150, 300, 590, 610, 999, 1000, 1001, 1300, 2900, 3200, 6500, 16_000)
RATES = (45, 52, 60, 66, 72, 80, 95, 120, 160, 220, None)
LUX = (0, 0.05, 0.2, 0.9, 3, 9, 12, 60, 1000, 100_000)
STEPS = (1, -1, 500, 1999, -1999, 2001, -2001, 60_000, -60_000, 3_600_000, -3_600_000, 1 << 29)
SENSOR_FAULTS = ("sensor", "bus", "identity", "fifo")
DEADLY = ("task", "config", "hot", "watchdog", "brownout", "hang")


def make(seed: int, number: int) -> Case:
    """Case `number` of a campaign; the same for ever."""
    chance = Random(f"starlit {seed} {number}")
    return chance.choices(_MAKERS, _SHARES)[0](chance)


def _case(chance: Random, lines: list[Line], end_ms: int, **how: Any) -> Case:
    how.setdefault("wild", chance.random() < 0.4)
    how.setdefault("sensor", "ppg" if chance.random() < 0.04 and end_ms < 10 * MINUTE else "beats")
    how.setdefault("liar", chance.random() < 0.12)
    lines = [line for line in lines if line["t_ms"] < end_ms]
    if how["liar"]:
        lines = [_without_dawn(line) for line in lines]
    lines.sort(key=lambda line: line["t_ms"])
    profile = chance.choice(("child", "adult"))
    return Case(chance.randrange(1 << 30), end_ms, tuple(lines), profile=profile, **how)


def _without_dawn(line: Line) -> Line:
    """A host without a clock would move it, and nobody could say that it was wrong."""
    settings = {key: value for key, value in line.get("set", {}).items() if key != "dawn"}
    return {**line, "set": settings or {"armed": True}} if "set" in line else line


# -- how it begins --------------------------------------------------------------------------


def _begin(chance: Random, armed: bool = False) -> list[Line]:
    lines: list[Line] = []
    if chance.random() < 0.85:
        lines.append({"t_ms": 0, "wall": _wall(chance)})
    if chance.random() < 0.07:
        lines.append({"t_ms": 0, "link": "down"})
    lines.append({"t_ms": chance.choice((0, 0, 700)), "button_ms": chance.choice((1000, 1200))})
    if armed or chance.random() < 0.6:
        lines.append({"t_ms": 1400, "set": _settings(chance)})
    if armed:
        lines.append({"t_ms": 1500, "set": {"profile": "adult", "armed": True}})
    if chance.random() < 0.7:
        lines.append({"t_ms": 2000, "heart_bpm": chance.choice(RATES)})
    if chance.random() < 0.4:
        lines.append({"t_ms": 2500, "lux": chance.choice(LUX)})
    lines.append({"t_ms": 3000, "button_ms": 300})
    return lines


def _wall(chance: Random) -> int:
    return NEW_YEAR_S + chance.randrange(400 * 86_400)


def _settings(chance: Random) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if chance.random() < 0.6:
        given["profile"] = chance.choice(("child", "adult"))
    if chance.random() < 0.6:
        given["armed"] = chance.random() < 0.8
    if chance.random() < 0.2:
        given["dawn"] = chance.choice((None, _clock(chance)))
    if chance.random() < 0.3:
        given["share_heart"] = chance.random() < 0.5
    if chance.random() < 0.2 or not given:  # alone: what is refused is refused whole
        return {"calibration": _calibration(chance)}
    return given


def _clock(chance: Random) -> str:
    return f"{chance.randrange(24):02d}:{chance.randrange(60):02d}"


def _calibration(chance: Random) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if chance.random() < 0.6:
        given["transmission"] = chance.choice((0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 0.01, 0.9))
    if chance.random() < 0.6:
        given["distance_m"] = chance.choice((0.2, 0.3, 0.5, 0.8, 1.0, 0.1, 1.5))
    if chance.random() < 0.5 or not given:
        level = chance.choice((52.0, 55.0, 60.0, 65.0, 40.0, 70.0))
        given["sound"] = {"full_scale_dba": level}
    return given


# -- what happens ---------------------------------------------------------------------------


def something(chance: Random, t_ms: int) -> list[Line]:
    """One thing, with what belongs to it."""
    lines = _THINGS[chance.choices(range(len(_THINGS)), _WEIGHTS)[0]](chance, t_ms)
    return [{"t_ms": t_ms, **line} for line in lines]


def _revive(chance: Random, t_ms: int, often: float = 0.85) -> list[Line]:
    """A person who wants the pod back, and to begin again."""
    if chance.random() > often:
        return []
    at_ms = t_ms + chance.choice((200, 1100, 3500, 5000))
    lines: list[Line] = [{"t_ms": at_ms, "switch": "in"}]
    lines.append({"t_ms": at_ms + chance.choice((0, 150, 900)), "button_ms": 1300})
    lines.append({"t_ms": at_ms + chance.choice((1500, 2600, 6000)), "button_ms": 300})
    return lines


def _switch(chance: Random, t_ms: int) -> list[Line]:
    return [{"switch": "out"}, *_revive(chance, t_ms)]


def _button(chance: Random, t_ms: int) -> list[Line]:
    return [{"button_ms": chance.choice(PRESSES)}]


def _heart(chance: Random, t_ms: int) -> list[Line]:
    lines: list[Line] = [{"heart_bpm": chance.choice(RATES)}]
    if chance.random() < 0.3:
        lines += [
            {"t_ms": t_ms + k * chance.choice((300, 2000, 8000)), "heart_bpm": chance.choice(RATES)}
            for k in range(1, chance.randrange(2, 8))
        ]
    return lines


def _lux(chance: Random, t_ms: int) -> list[Line]:
    return [{"lux": chance.choice(LUX)}]


def _link(chance: Random, t_ms: int) -> list[Line]:
    lines: list[Line] = [{"link": "down"}]
    if chance.random() < 0.9:
        up_ms = t_ms + chance.choice((50, 2000, 15_000))
        lines.append({"t_ms": up_ms, "link": "up"})
    return lines


def _message(chance: Random, t_ms: int) -> list[Line]:
    """One, or the same once more, or a burst in another order."""
    first = messages.message(chance, t_ms)
    way = chance.random()
    if way < 0.6:
        return [first]
    if way < 0.8:  # the same instant: the envelope is the same to the byte
        return [first, {**first, "t_ms": t_ms + chance.choice((0, 0, 40, 900, 2500))}]
    burst = [messages.message(chance, t_ms) for _ in range(chance.randrange(3, 20))]
    chance.shuffle(burst)
    return burst


def _asked(chance: Random, t_ms: int) -> list[Line]:
    """What a friendly host does."""
    do = chance.choice(("goodnight", "star", "cue", "cue"))
    body = {"cue": chance.choice(messages.CUES)} if do == "cue" else {}
    return [messages.play(t_ms, do=do, **body)]


def _asked_again(chance: Random, t_ms: int) -> list[Line]:
    return [messages.play(t_ms, do=chance.choice(("goodnight", "morning")))]


def _pong(chance: Random, t_ms: int) -> list[Line]:
    return [messages.pong(chance, t_ms)]


def _set(chance: Random, t_ms: int) -> list[Line]:
    lines: list[Line] = [{"set": _settings(chance)}]
    if chance.random() < 0.7:
        lines.append({"t_ms": t_ms + chance.choice((2000, 9000)), "button_ms": 300})
    return lines


def _told_wall(chance: Random, t_ms: int) -> list[Line]:
    return [{"wall": chance.choice((None, _wall(chance), _wall(chance)))}]


def _sensor_fault(chance: Random, t_ms: int) -> list[Line]:
    lines: list[Line] = [{"fault": chance.choice(SENSOR_FAULTS)}]
    if chance.random() < 0.85:
        for_ms = chance.choice((100, 3000, 9900, 10_100, 30_000))
        lines.append({"t_ms": t_ms + for_ms, "fault": "none"})
    return lines


def _clock_step(chance: Random, t_ms: int) -> list[Line]:
    return [{"fault": "clock", "step_ms": chance.choice(STEPS)}, *_revive(chance, t_ms, 0.5)]


def _deadly(chance: Random, t_ms: int) -> list[Line]:
    lines: list[Line] = [{"fault": chance.choice(DEADLY)}]
    lines.append({"t_ms": t_ms + chance.choice((300, 700, 4000)), "fault": "none"})
    return lines + _revive(chance, t_ms + 4000)


def _reboot(chance: Random, t_ms: int) -> list[Line]:
    return [{"reboot": True}, *_revive(chance, t_ms)]


_TABLE = (
    (_switch, 8), (_button, 12), (_heart, 14), (_lux, 7), (_link, 6), (_message, 26), (_asked, 16),
    (_pong, 3), (_set, 6), (_told_wall, 2), (_sensor_fault, 5), (_clock_step, 1.5), (_deadly, 1.5),
    (_reboot, 5),
)  # fmt: skip
_THINGS = [thing for thing, _ in _TABLE]
_WEIGHTS = [weight for _, weight in _TABLE]


def _happen(chance: Random, lines: list[Line], from_ms: int, to_ms: int, every_ms: float) -> None:
    t_ms = from_ms
    while True:
        t_ms += 1 + int(chance.expovariate(1 / every_ms))
        if t_ms >= to_ms:
            return
        lines += something(chance, t_ms)


# -- kinds of cases -------------------------------------------------------------------------


def _evening(chance: Random) -> Case:
    """A ritual that much comes between."""
    end_ms = chance.choice((2, 4, 8, 14)) * MINUTE
    lines = _begin(chance)
    _happen(chance, lines, 4000, end_ms, chance.choice((8000, 20_000, 60_000)))
    return _case(chance, lines, end_ms, hurried=chance.random() < 0.3)


def _storm(chance: Random) -> Case:
    """Something every second or faster."""
    end_ms = chance.choice((1, 2, 3)) * MINUTE
    lines = _begin(chance, armed=chance.random() < 0.5)
    _happen(chance, lines, 4000, end_ms, chance.choice((200, 700, 2000)))
    return _case(chance, lines, end_ms, hurried=chance.random() < 0.5)


_AGAIN = (28, 44, 14, 4, 5, 5)  # of what an `_again` is made of


def _crowd(chance: Random) -> Case:
    """A storm in which much shares an instant."""
    case, step_ms = _storm(chance), chance.choice((20, 100, 500))
    return case.with_lines(
        [
            {**line, "t_ms": line["t_ms"] // step_ms * step_ms} if line["t_ms"] >= 3500 else line
            for line in case.lines
        ]
    )


def _again(chance: Random) -> Case:
    """Rituals that end and begin anew, by hand and host, before their light is out."""
    t_ms, lines = 3500, _begin(chance)
    for _ in range(chance.randrange(3, 12)):
        t_ms += chance.choice((0, 50, 300, 1000, 2500, 8000, 30_000)) + chance.randrange(60)
        thing = chance.choices((_button, _asked_again, _lux, _set, _switch, _reboot), _AGAIN)[0]
        lines += [{"t_ms": t_ms, **line} for line in thing(chance, t_ms)]
    return _case(chance, lines, t_ms + chance.choice((6000, 60_000)), hurried=chance.random() < 0.4)


def _night(chance: Random) -> Case:
    """An armed night of minutes, with cues in sleep and perhaps a dawn."""
    end_ms = chance.choice((6, 12, 20)) * MINUTE
    lines = _begin(chance, armed=True)
    if chance.random() < 0.3:
        wall_s = _wall(chance)
        due_min = wall_s // 60 % 1440 + 30 + chance.randrange(2, 10)
        lines.insert(0, {"t_ms": 0, "wall": wall_s})
        dawn = f"{due_min // 60 % 24:02d}:{due_min % 60:02d}"
        lines.append({"t_ms": 1600, "set": {"dawn": dawn}})
    _happen(chance, lines, 4000, end_ms, chance.choice((15_000, 60_000, 200_000)))
    for _ in range(chance.choice((0, 3, 12, 40))):  # what sleep can be asked for
        at_ms = chance.randrange(70_000, end_ms)
        lines.append(messages.play(at_ms, do="cue", cue=chance.choice(messages.CUES)))
    return _case(chance, lines, end_ms, hurried=True)


def _long(chance: Random) -> Case:
    """A night of its true length, mostly still."""
    end_ms = chance.choice((2, 8, 15)) * HOUR
    lines = _begin(chance, armed=chance.random() < 0.7)
    _happen(chance, lines, 4000, end_ms, chance.choice((600_000, 2_000_000)))
    if end_ms > 2 * HOUR or chance.random() < 0.3:  # telemetry of whole nights shows nothing new
        lines.append({"t_ms": 900_000, "link": "down"})
    return _case(chance, lines, end_ms, sensor="beats", wild=False)


_KINDS = ((_evening, 38), (_storm, 18), (_crowd, 6), (_again, 4), (_night, 30), (_long, 4))
_MAKERS = [maker for maker, _ in _KINDS]
_SHARES = [share for _, share in _KINDS]
