"""One case: a scenario and how it is to be run. It is kept as two files that reproduce it."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from starlit.errors import UserError
from starlit.scenario import Event, parse_lines

Line = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """`hurried`: nights of minutes; `wild`: the scene and the synth give noise to the guard;
    `liar`: the host's clock is nonsense (see `bend`)."""

    seed: int
    end_ms: int
    lines: tuple[Line, ...]
    profile: str = "child"
    sensor: str = "beats"
    hurried: bool = False
    wild: bool = False
    liar: bool = False

    def events(self) -> list[Event]:
        return parse_lines([json.dumps(line) for line in self.lines], "case")

    def with_lines(self, lines: list[Line]) -> "Case":
        return replace(self, lines=tuple(lines))

    @property
    def messages(self) -> int:
        return sum("topic" in line for line in self.lines)

    def text(self) -> str:
        ordered = sorted(self.lines, key=lambda line: line["t_ms"])
        return "".join(json.dumps(line) + "\n" for line in ordered)

    def save(self, folder: Path, name: str) -> Path:
        """The scenario as `NAME.jsonl`, all else as `NAME.case.json` beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        scenario = folder / f"{name}.jsonl"
        scenario.write_text(self.text(), encoding="utf-8")
        rest = {key: value for key, value in asdict(self).items() if key != "lines"}
        scenario.with_suffix(".case.json").write_text(json.dumps(rest) + "\n", encoding="utf-8")
        return scenario


def read_case(scenario: Path) -> Case:
    """What `Case.save` wrote."""
    beside = scenario.with_suffix(".case.json")
    try:
        rest = json.loads(beside.read_text(encoding="utf-8"))
        text = scenario.read_text(encoding="utf-8")
        return Case(lines=tuple(json.loads(line) for line in text.splitlines()), **rest)
    except OSError as error:
        raise UserError(f"{error.filename}: cannot be read; --replay needs both files") from None
    except (ValueError, TypeError) as error:
        raise UserError(f"{beside}: no case of `starlit fuzz --keep` ({error})") from None
