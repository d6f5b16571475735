"""Reads a score. Whatever is wrong is one line: file:line: what, and what to do."""

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from starlit.errors import UserError
from starlit.score import model
from starlit.score.lines import line_of, places
from starlit.score.rules import check_rules

_FORMS: dict[str, type[model.Part]] = {
    "glow": model.Glow, "wave": model.Wave, "points": model.Points, "sweep": model.Sweep,
    "flicker": model.Flicker,
}  # fmt: skip


def read_score(path: Path | str) -> model.Score:
    """A score from a file; `UserError` where it is none."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"score {path}: cannot be read ({error.strerror}); check the path"
        ) from None
    except UnicodeDecodeError:
        raise UserError(f"score {path}: not UTF-8 text; write TOML (docs/scores.md)") from None
    return parse_score(text, str(path))


def parse_score(text: str, name: str) -> model.Score:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(_not_toml(str(error), text, name)) from None
    try:
        score = model.Score.model_validate(data)
        check_rules(score)
    except ValidationError as error:
        path, what = _explain(error)
    except model.ScoreError as error:
        path, what = error.path, str(error)
    else:
        return score
    raise UserError(f"{name}:{line_of(path, places(text))}: {what}")


def _not_toml(said: str, text: str, name: str) -> str:
    where = re.search(r"\(at line (\d+), column \d+\)", said)
    line = int(where.group(1)) if where else max(1, len(text.rstrip().split("\n")))
    what = re.sub(r"\s*\(at .*\)$", "", said)
    return f"{name}:{line}: not TOML ({what}); see docs/scores.md"


def _explain(error: ValidationError) -> tuple[tuple[str | int, ...], str]:
    """Where the first complaint points, and what it says."""
    errors = error.errors(include_url=False)
    # A word that is misspelt is also missing: the misspelling says more.
    first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    kind = next((str(part) for part in first["loc"] if part in _FORMS), None)
    path = tuple(part for part in first["loc"] if part not in _FORMS)
    what = str(path[-1]) if path else "score"
    match first["type"]:
        case "extra_forbidden":
            return path, f"unknown word {what}; {_near(what, _known(path[:-1], kind))}"
        case "missing":
            return path[:-1], f"{what} is missing; add it"
        case "value_error":
            return path, f"{what}: {first['ctx']['error']}"
        case "union_tag_invalid" | "union_tag_not_found":
            return path, f"a light's kind is one of {', '.join(_FORMS)}"
        case "too_long" | "too_short":
            most = first["type"] == "too_long"
            bound = first["ctx"]["max_length" if most else "min_length"]
            return path, f"{what}: {bound} at {'most' if most else 'least'}"
        case _:
            hint = _hint(first["msg"])
            return path, f"{what} is {_shown(first.get('input'))}; {hint}"


def _hint(said: str) -> str:
    for long, short in (
        ("Input should be ", "give "), ("less than or equal to", "at most"), ("'", ""),
        ("greater than or equal to", "at least"), ("a valid integer", "a whole number"),
    ):  # fmt: skip
        said = said.replace(long, short)
    return said


def _shown(value: Any) -> str:
    return f"{value:g}" if type(value) is float else repr(value)[:40]


def _known(path: tuple[str | int, ...], kind: str | None) -> list[str]:
    words = [part for part in path if isinstance(part, str)]
    forms: dict[str, type[model.Part]] = {
        "cue": model.Cue, "slot": model.Slot, "sound": model.Sound,
        "light": _FORMS.get(kind or "", model.Light),
    }  # fmt: skip
    return list(forms.get(words[-1] if words else "", model.Score).model_fields)


def _near(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(known)}"
