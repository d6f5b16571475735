"""What a score must keep beyond the bounds of its numbers, so that it never leans on the guard."""

from collections.abc import Iterator

from pod.guard import limits
from pod.score import KEPT
from starlit.score import model
from starlit.score.model import Cue, Light, Score, ScoreError, Slot, Sound

Path = tuple[str | int, ...]
RITUAL_MIN = 10.0
STANDS_S = 0.66  # at each end of a swell


def check_rules(score: Score) -> None:
    """ScoreError at the first thing that is wrong."""
    names = [cue.name for cue in score.cue]
    for n, cue in enumerate(score.cue):
        if cue.name in names[:n]:
            text = f"two cues called {cue.name}; give each its own name"
            raise ScoreError(text, "cue", n, "name")
        if cue.name in KEPT:
            raise ScoreError(f"{cue.name} is the pod's own; choose another", "cue", n, "name")
        _check_cue(cue, ("cue", n))
    for n, slot in enumerate(score.slot):
        if slot.cue not in names:
            text = f"no cue {slot.cue}; this score has {', '.join(names)}"
            raise ScoreError(text, "slot", n, "cue")
        _check_slot(slot, score.find(slot.cue), ("slot", n))
    _check_night(score)


def _check_cue(cue: Cue, path: Path) -> None:
    longest = {"evening": model.EVENING_S, "asleep": model.ASLEEP_S}.get(cue.mode, model.LONGEST_S)
    if cue.length_s > longest:
        text = f"length_s {cue.length_s:g} in {cue.mode}; {longest:g} s at most"
        raise ScoreError(text, *path, "length_s")
    if not cue.light and not cue.sound:
        raise ScoreError("a cue without light and sound; add a [[cue.light]]", *path)
    for layer, where in _layers(cue, path):
        length_s = layer_length(layer, cue)
        if layer.start_s + length_s > cue.length_s + 1e-6 or length_s <= 0:
            text = f"ends after its cue, which lasts {cue.length_s:g} s; start or end it sooner"
            raise ScoreError(text, *where, "length_s" if layer.length_s else "start_s")
        if layer.attack_s + layer.release_s > length_s + 1e-6:
            text = f"attack_s and release_s need more than its {length_s:g} s; shorten them"
            raise ScoreError(text, *where, "attack_s")
    for n, light in enumerate(cue.light):
        _check_light(light, cue, (*path, "light", n))
    for n, sound in enumerate(cue.sound):
        _check_sound(sound, cue, (*path, "sound", n))
    for what in ("light", "sound"):
        total = sum(layer.level_percent for layer in getattr(cue, what))
        if total > 100:
            text = f"its {what}s add up to {total} % of the cap; 100 at most"
            raise ScoreError(text, *path, what, len(getattr(cue, what)) - 1, "level_percent")


def _layers(cue: Cue, path: Path) -> Iterator[tuple[model.Layer, Path]]:
    for what in ("light", "sound"):
        for n, layer in enumerate(getattr(cue, what)):
            yield layer, (*path, what, n)


def layer_length(layer: model.Layer, cue: Cue) -> float:
    return cue.length_s - layer.start_s if layer.length_s is None else layer.length_s


def _check_light(light: Light, cue: Cue, path: Path) -> None:
    r, g, b = light.colour
    low, high = model.GREEN_SHARE
    if cue.mode == "asleep" and (b or not low * r <= g <= high * r):
        text = (
            "not a colour of sleep: red to amber, no blue, green 26 to 60 % of red; "
            f"use {', '.join(model.SLEEP_HUES)}"
        )
        raise ScoreError(text, *path, "colour")
    for word, rate, moves in (
        ("attack_s", model.RISE_PERCENT_S[cue.mode], "rises"),
        ("release_s", model.FALL_PERCENT_S[cue.mode], "falls"),
    ):
        least_s = light.level_percent / rate
        if getattr(light, word) < least_s - 0.05:
            text = (
                f"{moves} {light.level_percent} % of the cap in {getattr(light, word):g} s; "
                f"in {cue.mode} give {word} at least {least_s + 0.04:.1f}"
            )
            raise ScoreError(text, *path, word)


    if isinstance(light, model.Glow) and light.depth_percent:
        _check_swell(light, cue, path)


def _check_swell(light: model.Glow, cue: Cue, path: Path) -> None:
    """The whole ring swells: half a period up, less what it stands still, steepest by a half."""
    swing = light.level_percent * light.depth_percent / 100
    assert light.period_s is not None
    least_s = 2 * (1.5 * swing / model.RISE_PERCENT_S[cue.mode] + 2 * STANDS_S)
    if swing >= 10:
        least_s = max(least_s, 9.0)  # a counted reversal each 4.1 s at most (SAFETY 3)
    if light.period_s < least_s - 0.05:
        text = (
            f"swells by {swing:.0f} % of the cap in {light.period_s:g} s; in {cue.mode} give "
            f"period_s at least {least_s + 0.04:.1f}, or less depth_percent"
        )
        raise ScoreError(text, *path, "period_s")


def _check_sound(sound: Sound, cue: Cue, path: Path) -> None:
    if [other.kind for other in cue.sound].count(sound.kind) > 1:
        raise ScoreError(f"two layers of {sound.kind} in one cue; one of a kind", *path, "kind")
    least_s = sound.level_percent / model.SLEEP_SOUND_PERCENT_S
    if cue.mode == "asleep" and sound.attack_s < least_s - 0.05:
        text = (
            f"rises {sound.level_percent} % of the cap in {sound.attack_s:g} s; sound in sleep "
            f"rises 1 % in 0.75 s at most: give attack_s at least {least_s + 0.04:.1f}"
        )
        raise ScoreError(text, *path, "attack_s")


def _check_slot(slot: Slot, cue: Cue, path: Path) -> None:
    if (cue.mode == "dawn") != (slot.since == "dawn"):
        text = 'a dawn cue has slots since = "dawn", and no other has'
        raise ScoreError(text, *path, "since" if slot.since == "dawn" else "cue")
    if slot.times > 1 and slot.every_min is None:
        raise ScoreError("times needs every_min: how far apart they are", *path, "times")
    apart_min = (slot.every_min or 0) * (slot.times - 1)
    last_min = slot.after_min + slot.within_min + apart_min
    if cue.mode == "evening" and last_min + cue.length_s / 60 > RITUAL_MIN:
        end_min = last_min + cue.length_s / 60
        text = f"may end {end_min:.1f} min after the goodnight; the ritual has 10"
        raise ScoreError(text, *path, "after_min")
    if cue.mode == "asleep" and slot.after_min < 15:
        text = "in sleep a slot comes 15 min after the goodnight or later"
        raise ScoreError(text, *path, "after_min")
    if last_min > model.NIGHT_MIN:
        raise ScoreError("may come after the night, which has 840 min", *path, "after_min")


def _check_night(score: Score) -> None:
    """The dose charges every slot, played or not (SAFETY 6 and 9)."""
    spent_s, count = 0.0, 0
    for n, slot in enumerate(score.slot):
        cue = score.find(slot.cue)
        count += slot.times
        spent_s += slot.times * cue.length_s if cue.mode == "asleep" else 0
        if count > limits.CUES_PER_NIGHT:
            text = f"{count} slots in a night; {limits.CUES_PER_NIGHT} at most"
            raise ScoreError(text, "slot", n, "times")
        if spent_s > model.ASLEEP_S:
            text = f"the night's slots in sleep take {spent_s:g} s; the dose has {model.ASLEEP_S:g}"
            raise ScoreError(text, "slot", n, "times")
