"""What a ring shows of a sky, computed without a pod around it: the pod's scene, night and guard.

No heart, no room, no network: one seed, one place, and the events that are asked for.
"""

from dataclasses import dataclass

import numpy as np

from pod.config import Config
from pod.guard import Guard, limits
from pod.io import LEDS
from pod.night import FULL, Night
from pod.part import NAMES, Part
from pod.room import Room
from pod.scene import FRAME_MS, Scene
from starlit.errors import UserError

HOUR_MS = 3_600_000
KEEP_MS = 500  # a row of the result


@dataclass(frozen=True)
class Crossing:
    """An event: `kind` as in pod.part.NAMES, when it left, and from which pod (1 ...)."""

    kind: str
    minute: float
    pod: int = 1


@dataclass(frozen=True)
class Evening:
    seed: int
    minutes: float
    members: int = 1
    profile: str = "child"
    hour: float = 1.0  # of shared time at the goodnight
    night: bool = False  # the ritual ends and fades, as at a pod; else the sky stays lit
    crossings: tuple[Crossing, ...] = ()

    @property
    def begin_ms(self) -> int:
        """Shared time of the goodnight, at a frame."""
        return int(self.hour * HOUR_MS) // FRAME_MS * FRAME_MS


def parse_crossing(text: str) -> Crossing:
    """`KIND@MINUTE` or `KIND@MINUTE/POD`, such as shadow@4.5/2."""
    kind, at, rest = text.partition("@")
    minute, _, pod = rest.partition("/")
    try:
        found = Crossing(kind, float(minute), int(pod or 1))
    except ValueError:
        found = Crossing("", -1)
    if not at or kind not in NAMES[2:] or not 0 <= found.minute <= 600 or found.pod < 1:
        raise UserError(
            f"--with {text}: give KIND@MINUTE or KIND@MINUTE/POD, such as shadow@4/2; "
            f"kinds are {', '.join(NAMES[2:])}"
        )
    return found


def levels(evening: Evening, place: int) -> np.ndarray:
    """After the guard, one row each half second: (time, LED, channel), 0 to 255."""
    config = Config(profile=evening.profile, seed=evening.seed)
    guard, night, part = Guard(config), Night(), _part(evening, place)
    room = Room()  # as dark as it was
    scene = Scene(evening.profile)
    scene.begin(part)
    guard.start(0)
    night.goodnight(0, False)
    rows = []
    coming = sorted(evening.crossings, key=lambda crossing: -crossing.minute)
    for now_ms in range(FRAME_MS, int(evening.minutes * 60_000), FRAME_MS):
        while coming and coming[-1].minute * 60_000 <= now_ms:
            _add(part, evening, coming.pop())
        if evening.night:
            night.step(now_ms, FRAME_MS, room)
        else:
            night.level = min(FULL, FULL * now_ms // 6000)
        guard.request(night.mode() if evening.night else limits.EVENING, False)
        if night.level:
            scene.sky_light(evening.begin_ms + now_ms, part, night.level)
        else:
            scene.clear()
        guard.frame(now_ms, scene.settle())
        if now_ms // KEEP_MS != (now_ms - FRAME_MS) // KEEP_MS:
            rows.append(np.frombuffer(bytes(guard.light.shown), np.uint8).reshape(LEDS, 3))
    return np.array(rows)


def _part(evening: Evening, place: int) -> Part:
    part = Part(evening.seed)
    part.place, part.members = place, evening.members
    part.goodnight(evening.begin_ms)
    return part


def _add(part: Part, evening: Evening, crossing: Crossing) -> None:
    start_ms = evening.begin_ms + int(crossing.minute * 60_000)
    origin = (crossing.pod - 1) % evening.members
    part.add(NAMES.index(crossing.kind), start_ms, origin, start_ms)
