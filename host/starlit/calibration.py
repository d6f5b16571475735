"""A calibration in the trace's SI units, and the same in the whole numbers of `pod.config`."""

from typing import Any

from pod.config import check_number

# Trace word: (field of pod.config.Config, that many of its units to one of the trace's).
FIELDS = {
    "transmission": ("transmission_ppm", 1_000_000),
    "distance_m": ("distance_mm", 1000),
    "area_m2": ("area_mm2", 1_000_000),
}
SOUND_FIELD = "sound_cal_db"


def to_config(settings: dict[str, Any]) -> dict[str, Any]:
    """What a hand set, with its calibration as the core takes it. ConfigError: out of bounds."""
    if "calibration" not in settings:
        return settings
    given = settings["calibration"]
    fields = {
        FIELDS[word][0]: round(given[word] * FIELDS[word][1]) for word in FIELDS if word in given
    }
    if "sound" in given:
        fields[SOUND_FIELD] = round(given["sound"]["full_scale_dba"])
    for name, value in fields.items():
        check_number(name, value)
    return {**settings, "calibration": fields}


def to_trace(fields: dict[str, Any]) -> dict[str, Any]:
    """A calibration note of the core in the trace's words; others pass through."""
    words: dict[str, Any] = {}
    for name, value in fields.items():
        for word, (field, scale) in FIELDS.items():
            if field == name:
                words[word] = value / scale
        if name == SOUND_FIELD:
            words["sound"] = {"full_scale_dba": float(value)}
    return words or fields
