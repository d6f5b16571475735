"""A pod's calibration from what a phone measures. Pure computation; the pod decides whether it is
taken, and only its person's press sets it.

**Light.** The lamp cue is an extended source: on the axis of a disk of area A that shines evenly,
E = T * S / (d^2 + A / pi), so

    T = E * (d^2 + A / pi) / S       S = sum over the LEDs of level / 255 * I

E in lux (photopic, as a phone reads), d in metres from the diffuser's face, I in candela of one
channel at level 255 without a diffuser (SAFETY: R 0.40, G 0.69, B 0.19). Far away this is
T = E d^2 / S; at 100 mm the disk makes 9 % of it. SAFETY's margin of 1.5 is not in it: that stands
in the guard's model of M and L, and so stays a margin on what was measured.

**Sound.** The guard takes S = F + 20 log10(rms / 32767) dBA at the pillow. The tone cue has a known
rms, so a reading of R dBA at d mm, with the pillow at p mm, gives

    F = R + 20 log10(d / p) - 20 log10(rms / 32767)

Both are rounded up, to a diffuser that passes more and a speaker that is louder than measured: the
guard then allows less. Stray light and noise err on the same side.
"""

from dataclasses import dataclass
from math import ceil, inf, log10, pi, sqrt
from typing import Any

from pod.config import CALIBRATION, LIMITS, PROFILES, Config
from pod.guard import Guard, limits
from pod.scene import FRAME_MS, Scene
from pod.score import Scores
from pod.sound import TONE
from pod.sound.synth import Synth
from starlit.errors import UserError

LED_CD = (0.40, 0.69, 0.19)  # one channel at 255, in its axis (WS2812B data sheet, SAFETY)
AT_MM = (50, 1000)  # where a phone can be held: nearer, its own shadow and the disk's edge rule
LUX = (0.01, 10_000.0)
DBA = (0.0, 120.0)
FULL_SCALE = 32767
_SETTLED_MS = 20_000
_SETTLED_BLOCKS = 250

Calibration = dict[str, int]  # names and units of pod.config.CALIBRATION


@dataclass(frozen=True)
class Measured:
    """What was computed, unrounded, and what is proposed to the pod."""

    value: float  # transmission as a share, or full scale in dBA
    proposed: Calibration


def present(state: dict[str, Any]) -> Config:
    """The profile and calibration that a pod says it has, in its retained state."""
    config = Config(profile=state.get("profile"))
    told = state.get("calibration")
    if not isinstance(told, dict) or config.profile not in PROFILES:
        raise UserError("the pod does not say its calibration: is it running this version?")
    for name in CALIBRATION:
        setattr(config, name, told.get(name))
    try:
        return config.check()
    except ValueError as error:
        raise UserError(f"the pod's calibration makes no sense: {error}") from None


def lamp_frame(config: Config) -> bytes:
    """The lamp's 36 bytes once it is steady, as a guard so calibrated lets it through."""
    guard, scene, lamp = Guard(config), Scene(config.profile), Scores({}).find("lamp")
    guard.request(limits.EVENING, False)
    lamp.begin(config, 0)
    lamp.draw(scene.light, lamp.duration_ms // 2, 4096, False)
    for now_ms in range(0, _SETTLED_MS, FRAME_MS):
        guard.frame(now_ms, scene.settle())
    return bytes(guard.light.shown)


def tone_rms(config: Config) -> float:
    """The RMS of the tone cue once it is steady, 0 to 32767."""
    synth = Synth(Guard(config).sound.cap)
    synth.begin(0, TONE, 1, 500)
    for _ in range(_SETTLED_BLOCKS):
        block = synth.render()
    return sqrt(sum(sample * sample for sample in block) / len(block))


def candela(frame: bytes) -> float:
    """What the LEDs of a frame send along the axis, without a diffuser."""
    return sum(level / 255 * LED_CD[at % 3] for at, level in enumerate(frame))


def transmission(lux: float, at_mm: float, frame: bytes, area_mm2: float) -> float:
    """The share of `frame`'s light that comes through the diffuser."""
    spread_m2 = (at_mm / 1000) ** 2 + area_mm2 / 1e6 / pi
    light_cd = candela(frame)
    return lux * spread_m2 / light_cd if light_cd else inf


def full_scale_dba(dba: float, at_mm: float, pillow_mm: float, rms: float) -> float:
    """The level at the pillow of a sound whose RMS is 32767, from a reading at `at_mm`."""
    return dba + 20 * log10(at_mm / pillow_mm) - 20 * log10(rms / FULL_SCALE)


def from_light(config: Config, lux: float, at_mm: float, pillow_mm: int | None = None) -> Measured:
    """What a phone's lux at `at_mm` from the diffuser says; `pillow_mm` is where the eye is."""
    _check("--lux", lux, LUX, "lx")
    _check("--at-mm", at_mm, AT_MM, "mm")
    proposed: Calibration = {}
    if pillow_mm is not None:
        _check("--pillow-mm", pillow_mm, LIMITS["distance_mm"], "mm")
        proposed["distance_mm"] = pillow_mm
    share = transmission(lux, at_mm, lamp_frame(config), config.area_mm2)
    low, high = LIMITS["transmission_ppm"]
    ppm = ceil(share * 1e6 - 1e-6) if share < inf else high + 1
    if not low <= ppm <= high:
        raise UserError(
            f"{lux:g} lx at {at_mm:g} mm means that the diffuser passes {100 * share:.3g} %, and "
            f"{low / 1e4:g} to {high / 1e4:g} % is allowed: check that the lamp was at its full "
            "light, the room dark, and the distance taken from the diffuser's face"
        )
    return Measured(share, {"transmission_ppm": ppm, **proposed})


def from_sound(config: Config, dba: float, at_mm: float | None = None) -> Measured:
    """What a phone's dBA says; without `at_mm` it was held where the pillow is."""
    at_mm = config.distance_mm if at_mm is None else at_mm
    _check("--dba", dba, DBA, "dBA")
    _check("--at-mm", at_mm, AT_MM, "mm")
    level = full_scale_dba(dba, at_mm, config.distance_mm, tone_rms(config))
    low, high = LIMITS["sound_cal_db"]
    if not low <= ceil(level - 1e-6) <= high:
        raise UserError(
            f"{dba:g} dBA at {at_mm:g} mm means {level:.1f} dBA at the pillow at full scale, and "
            f"{low} to {high} is allowed: check that the tone was steady, the room quiet, the "
            "meter on A, and the distance"
        )
    return Measured(level, {"sound_cal_db": ceil(level - 1e-6)})


def _check(name: str, value: float, bounds: tuple[float, float], unit: str) -> None:
    low, high = bounds
    if not low <= value <= high:
        raise UserError(f"{name} {value:g}: give {low:g} to {high:g} {unit}")


def words(calibration: Calibration) -> str:
    """A calibration as a person reads it."""
    said = {
        "transmission_ppm": lambda ppm: f"transmission {ppm / 1e4:.3g} %",
        "distance_mm": lambda mm: f"pillow at {mm} mm",
        "sound_cal_db": lambda dba: f"full scale {dba} dBA",
    }
    return ", ".join(said[name](calibration[name]) for name in CALIBRATION if name in calibration)
