"""What may stand in a score: words, units and limits, as docs/scores.md has them."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pod.config import is_name
from pod.guard import limits
from pod.sound import NAMES

NAME_RULE = "1 to 32 of a-z, 0-9, - and _"
EVENING_S = 600.0  # a ritual
ASLEEP_S = limits.CUE_MS_PER_NIGHT / 1000
LONGEST_S = 1800.0  # a dawn
RAMP_S = 240.0
NIGHT_MIN = 840.0
MODES = {"evening": limits.EVENING, "asleep": limits.ASLEEP, "dawn": limits.DAWN}

# Hues at full level. None has less red than half of its green: the scene rounds the faintest light
# to red, and a green without it would change its hue near the dark. Sleep is red to amber, without
# blue (SAFETY 1); below a quarter of green to red a hue counts as saturated red, whose changes the
# guard slows (SAFETY 3).
PALETTE: dict[str, tuple[int, int, int]] = {
    "ember": (255, 80, 0),
    "amber": (255, 102, 0),
    "candle": (255, 128, 0),
    "honey": (255, 160, 12),
    "peach": (255, 120, 40),
    "rose": (255, 84, 70),
    "moon": (255, 190, 110),
    "leaf": (150, 255, 30),
    "sea": (150, 215, 50),
    "ice": (170, 200, 150),
    "violet": (200, 80, 200),
}
SLEEP_HUES = ("ember", "amber", "candle")
GREEN_SHARE = (0.26, 0.60)  # of red, in sleep

# In percent of the mode's cap a second: SAFETY 2's slew with room to spare. A fall in sleep is as
# slow as saturated red must be, which every amber passes through near the dark (SAFETY 3).
RISE_PERCENT_S = {"evening": 5.0, "asleep": 5.0, "dawn": 0.04}
FALL_PERCENT_S = {"evening": 13.0, "asleep": 7.0, "dawn": 0.4}
SWEEP_LEDS_S = 1.5  # faster, a LED's light would turn back too soon after it came
SLEEP_SOUND_PERCENT_S = 1 / 0.75  # 0.075 % of full scale, where that is 65 dBA (SAFETY, Sound)


class ScoreError(ValueError):
    """`path` leads to what is wrong, as in ("cue", 0, "light", 1, "attack_s")."""

    def __init__(self, text: str, *path: str | int):
        super().__init__(text)
        self.path = path


def _tenths(value: float) -> float:
    if abs(value * 10 - round(value * 10)) > 1e-6:
        raise ValueError(f"{value:g} is finer than a tenth")
    return value


def _name(value: str) -> str:
    if not is_name(value):
        raise ValueError(f"{value!r} is no name: use {NAME_RULE}")
    return value


def _hue(value: Any) -> tuple[int, int, int]:
    if isinstance(value, str) and value in PALETTE:
        return PALETTE[value]
    if isinstance(value, str) and value.startswith("#") and len(value) == 7:
        try:
            r, g, b = bytes.fromhex(value[1:])
        except ValueError:
            r = g = b = 0
        if max(r, g, b):
            full = 255 / max(r, g, b)
            return round(r * full), round(g * full), round(b * full)
    raise ValueError(f"{value!r} is no colour: use #rrggbb or one of {', '.join(PALETTE)}")


Name = Annotated[str, AfterValidator(_name)]
Seconds = Annotated[float, Field(strict=False, ge=0, le=LONGEST_S), AfterValidator(_tenths)]
Ramp = Annotated[float, Field(ge=0.1, le=RAMP_S), AfterValidator(_tenths)]
Period = Annotated[float, Field(ge=2, le=RAMP_S), AfterValidator(_tenths)]
Minutes = Annotated[float, Field(ge=0, le=NIGHT_MIN), AfterValidator(_tenths)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Share = Annotated[int, Field(strict=True, ge=1, le=100)]
Hue = Annotated[tuple[int, int, int], BeforeValidator(_hue)]
Reach = Annotated[int, Field(strict=True, ge=1, le=5)]
Led = Annotated[int, Field(strict=True, ge=0, le=11)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Layer(Part):
    """What lights and sounds share. Without `length_s` a layer lasts to the end of its cue."""

    level_percent: Share
    start_s: Seconds = 0.0
    length_s: Annotated[float, Field(ge=0.1, le=LONGEST_S), AfterValidator(_tenths)] | None = None
    attack_s: Ramp
    release_s: Ramp


class Light(Layer):
    colour: Hue
    first_led: Led = 0
    leds: Annotated[int, Field(strict=True, ge=1, le=12)] = 12


class Glow(Light):
    """The same on all of its LEDs; with a period it swells and sinks."""

    kind: Literal["glow"]
    period_s: Period | None = None
    depth_percent: Percent = 0
    phase_percent: Percent = 0

    @model_validator(mode="after")
    def _moves(self) -> "Glow":
        if self.depth_percent and self.period_s is None:
            raise ValueError("depth_percent needs period_s: how long one swell takes")
        return self


class Wave(Light):
    """Swells that run around the ring, clockwise for `waves` below 0."""

    kind: Literal["wave"]
    period_s: Period
    depth_percent: Percent = 100
    phase_percent: Percent = 0
    waves: Annotated[int, Field(strict=True, ge=-6, le=6)] = 1


class Points(Light):
    """Single lights, each up and down within a period, somewhere among its LEDs."""

    kind: Literal["points"]
    period_s: Period
    lights: Annotated[int, Field(strict=True, ge=1, le=4)] = 1
    chance_percent: Share = 100


class Sweep(Light):
    """A head that moves around the ring, light before and behind it."""

    kind: Literal["sweep"]
    period_s: Period
    turn_leds: Annotated[int, Field(strict=True, ge=-96, le=96)]
    ahead_leds: Reach = 1
    behind_leds: Reach = 1
    first_led: Led | Literal["chance"] = 0  # type: ignore[assignment]

    @model_validator(mode="after")
    def _not_too_fast(self) -> "Sweep":
        if abs(self.turn_leds) > SWEEP_LEDS_S * self.period_s:
            raise ValueError(f"a sweep moves {SWEEP_LEDS_S:g} LEDs a second at most; lengthen it")
        return self


class Flicker(Light):
    """Each LED wanders by itself, from one draw of chance to the next."""

    kind: Literal["flicker"]
    period_s: Period
    depth_percent: Percent = 100


AnyLight = Annotated[Glow | Wave | Points | Sweep | Flicker, Field(discriminator="kind")]


class Sound(Layer):
    kind: Literal["pink", "rain", "waves", "chime", "hum", "wind", "crackle", "recording"]
    number: Annotated[int, Field(strict=True, ge=0, le=6)] | None = None
    attack_s: Annotated[float, Field(ge=0.5, le=RAMP_S), AfterValidator(_tenths)]
    release_s: Annotated[float, Field(ge=0.3, le=RAMP_S), AfterValidator(_tenths)]

    @model_validator(mode="after")
    def _numbered(self) -> "Sound":
        if (self.kind == "recording") != (self.number is not None):
            raise ValueError("number belongs to a recording, which needs it: 0 is the first")
        return self


class Cue(Part):
    name: Name
    mode: Literal["evening", "asleep", "dawn"]
    length_s: Annotated[float, Field(ge=1, le=LONGEST_S), AfterValidator(_tenths)]
    sky_percent: Percent = 0
    light: Annotated[list[AnyLight], Field(max_length=4)] = []
    sound: Annotated[list[Sound], Field(max_length=3)] = []


class Slot(Part):
    """When a cue may play, fixed at the goodnight. `unless`: sleep states that drop it."""

    cue: Name
    since: Literal["goodnight", "dawn"] = "goodnight"
    after_min: Minutes
    within_min: Minutes = 0.0
    every_min: Annotated[float, Field(ge=0.1, le=NIGHT_MIN), AfterValidator(_tenths)] | None = None
    times: Annotated[int, Field(strict=True, ge=1, le=20)] = 1
    chance_percent: Share = 100
    unless: list[Literal["awake", "unknown"]] | None = None


class Score(Part):
    name: Name
    title: Annotated[str, Field(min_length=1, max_length=60)]
    about: Annotated[str, Field(min_length=1, max_length=400)]
    cue: Annotated[list[Cue], Field(min_length=1, max_length=8)]
    slot: Annotated[list[Slot], Field(max_length=8)] = []

    def find(self, name: str) -> Cue:
        return next(cue for cue in self.cue if cue.name == name)


def sound_kind(sound: Sound) -> int:
    """The number that a pod knows this kind by."""
    return NAMES.index(sound.kind) + (sound.number or 0)
