"""From a person's score to the whole numbers that a pod takes (device/pod/score.py)."""

from array import array
from functools import cache
from math import ceil
from typing import Any

from pod import cues, jsontext, scene_state
from pod.score import AT_DAWN, GOODNIGHT, TEXT_MAX, VERSION
from pod.score import Score as PodScore
from starlit.errors import UserError
from starlit.score import model
from starlit.score.model import Cue, Glow, Light, Score, Slot, Sound, Sweep
from starlit.score.rules import layer_length

_UNLESS = {"awake": 1, "unknown": 2}
_SEEDS = (1, 2, 3, 4)
_LOOKS = 600


def compile_score(score: Score) -> list[Any]:
    """What goes into a pod's desired state. UserError where it is too long for it."""
    names = [cue.name for cue in score.cue]
    data = [
        VERSION, score.name, [_cue(cue) for cue in score.cue],
        [_slot(slot, names.index(slot.cue), score.find(slot.cue)) for slot in score.slot],
    ]  # fmt: skip
    length = len(jsontext.dumps(data))
    if length > TEXT_MAX:
        raise UserError(
            f"score {score.name}: {length} bytes for a pod, {TEXT_MAX} at most; "
            "use fewer layers, cues or slots"
        )
    PodScore(data)  # the pod's own check; what it refuses is an error of this program
    return data


def _tenths(value: float) -> int:
    return round(value * 10)


def _times(layer: model.Layer, cue: Cue) -> list[int]:
    length_s = layer_length(layer, cue)
    return [_tenths(t) for t in (layer.start_s, length_s, layer.attack_s, layer.release_s)]


def _cue(cue: Cue) -> list[Any]:
    return [
        cue.name, model.MODES[cue.mode], _tenths(cue.length_s),
        100 if cue.mode == "dawn" else cue.sky_percent,  # a dawn goes on whatever plays over it
        [_light(light, cue) for light in cue.light], [_sound(sound, cue) for sound in cue.sound],
    ]  # fmt: skip


def _light(light: Light, cue: Cue) -> list[int]:
    first = 12 if light.first_led == "chance" else light.first_led
    kind, numbers = _shape(light)
    row = [kind, *light.colour, light.level_percent, 192, first, light.leds]
    row += [*_times(light, cue), *numbers]
    row[5] = fill_of(tuple(row))
    return row


def _shape(light: Light) -> tuple[int, list[int]]:
    """The kind's number, and its last four."""
    match light:
        case Glow():
            period = _tenths(light.period_s or 10)
            return scene_state.WAVE, [period, light.depth_percent, light.phase_percent, 0]
        case model.Wave():
            last = [light.depth_percent, light.phase_percent, light.waves]
            return scene_state.WAVE, [_tenths(light.period_s), *last]
        case model.Points():
            last = [light.lights, light.chance_percent, 0]
            return scene_state.POINTS, [_tenths(light.period_s), *last]
        case Sweep():
            reach = [light.ahead_leds * 4, light.behind_leds * 4]
            return scene_state.SWEEP, [_tenths(light.period_s), light.turn_leds, *reach]
        case model.Flicker():
            return scene_state.FLICKER, [_tenths(light.period_s), light.depth_percent, 0, 0]
    raise AssertionError(light)


@cache
def fill_of(row: tuple[int, ...]) -> int:
    """The most that a layer lights of the ring at once, in sixteenths of an LED: looked for with
    the pod's own code, over its periods and several seeds, its chance always kept."""
    kind, period = row[0], row[12]
    always = list(row)
    always[1:6] = [255, 0, 0, 100, 16]
    always[8:12] = [0, 18000, 1, 1]
    if kind == scene_state.POINTS:
        always[14] = 100
    light = cues.Light(always)
    most = 1
    for seed in _SEEDS if kind in (scene_state.POINTS, scene_state.FLICKER) else _SEEDS[:1]:
        light.begin(_Bright, seed)
        for look in range(_LOOKS):
            scene = array("i", [0] * scene_state.WORDS)
            light.draw(scene, 200 + period * 100 * look * 7 // _LOOKS, cues.FULL)
            most = max(most, sum(scene[scene_state.LAYERS : scene_state.LEFT]))
    return min(192, max(1, ceil(most / _ONE * 16)))


class _Bright:
    cap_l = cap_m = (1 << 30) - 1


_ONE = 255 << 8  # one LED at its full level


def _sound(sound: Sound, cue: Cue) -> list[int]:
    return [model.sound_kind(sound), sound.level_percent, *_times(sound, cue)]


def _slot(slot: Slot, at: int, cue: Cue) -> list[int]:
    asleep = cue.mode == "asleep"
    unless = ["awake"] if slot.unless is None and asleep else slot.unless or []
    return [
        at, AT_DAWN if slot.since == "dawn" else GOODNIGHT, _tenths(slot.after_min),
        _tenths(slot.within_min), _tenths(slot.every_min or 1), slot.times, slot.chance_percent,
        sum(_UNLESS[state] for state in set(unless)),
    ]  # fmt: skip
