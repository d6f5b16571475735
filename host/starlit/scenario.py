"""Scenarios: what happens to pods, one action a line (docs/trace.md, version 1)."""

import base64
import binascii
import difflib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from starlit.errors import UserError

Flag = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, Field(strict=True)]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
# Under the cottage's own prefix; any other topic is delivered as it stands.
RELATIVE = ("pod/", "all/", "unhook/")


class Event(BaseModel):
    """One line. `pod` None means every pod."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    t_ms: Annotated[int, Field(strict=True, ge=0)]
    pod: Annotated[str, Field(min_length=1)] | None = None


class Switch(Event):
    switch: Literal["out", "in"]


class Button(Event):
    button_ms: Annotated[int, Field(strict=True, ge=1, le=3_600_000)]


class HeartBpm(Event):
    heart_bpm: Annotated[float, Field(strict=True, ge=20, le=300)] | None


class Heart(Event):
    heart: Literal["open"]


class Lux(Event):
    lux: Annotated[float, Field(strict=True, ge=0, le=200_000)]


class Link(Event):
    link: Literal["down", "up"]


class Host(Event):
    """Goes and comes back as another process with the same journal. It has no `pod`."""

    host: Literal["down", "up"]


class Message(Event):
    """A message as if from the broker; with `sign` put in a valid envelope first."""

    topic: Annotated[str, Field(min_length=1)]
    payload: str | None = None
    payload_b64: str | None = None
    sign: Flag = False
    nonce_age_ms: Annotated[int, Field(strict=True, ge=0)] | None = None
    version: Whole | None = None
    expiry_ms: Whole | None = None

    @model_validator(mode="after")
    def _one_payload(self) -> "Message":
        if (self.payload is None) == (self.payload_b64 is None):
            raise ValueError("a topic needs one of payload and payload_b64")
        if self.payload_b64 is not None:
            try:
                base64.b64decode(self.payload_b64, validate=True)
            except binascii.Error:
                raise ValueError("payload_b64 is not base64") from None
        overrides = self.nonce_age_ms, self.version, self.expiry_ms
        if not self.sign and any(value is not None for value in overrides):
            raise ValueError('nonce_age_ms, version and expiry_ms need "sign":true')
        return self

    @property
    def data(self) -> bytes:
        if self.payload is not None:
            return self.payload.encode("utf-8", "surrogatepass")
        return base64.b64decode(self.payload_b64 or "")


class SoundCalibration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    full_scale_dba: Annotated[float, Field(strict=True, ge=0, le=120)]


class Calibration(BaseModel):
    """Bounds are the guard's business (SAFETY 10): a hand may propose what the pod refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    transmission: Annotated[float, Field(strict=True, gt=0, le=1)] = 0.05
    distance_m: Annotated[float, Field(strict=True, gt=0, le=100)] = 0.5
    area_m2: Annotated[float, Field(strict=True, gt=0, le=10)] = 0.002827
    sound: SoundCalibration = SoundCalibration(full_scale_dba=65.0)


class Settings(BaseModel):
    """Defaults are never read: a hand sets what the line names and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    armed: Flag = False
    profile: Literal["child", "adult"] = "child"
    dawn: Clock | None = None
    share_heart: Flag = False
    calibration: Calibration = Calibration()


class Setup(Event):
    set: Settings

    @property
    def settings(self) -> dict[str, Any]:
        """Only what the line names: `"dawn":null` clears, an absent `dawn` does not."""
        return self.set.model_dump(exclude_unset=True)


class Wall(Event):
    wall: Annotated[int, Field(strict=True, ge=0)] | None


class Fault(Event):
    fault: Literal[
        "sensor", "bus", "identity", "fifo", "task", "hang", "config", "watchdog", "brownout",
        "hot", "clock", "none",
    ]  # fmt: skip
    step_ms: Whole | None = None

    @model_validator(mode="after")
    def _step_belongs_to_clock(self) -> "Fault":
        if (self.step_ms is not None) != (self.fault == "clock"):
            raise ValueError('step_ms belongs to "fault":"clock", and that needs it')
        return self


class Reboot(Event):
    reboot: Literal[True]


ACTIONS: dict[str, type[Event]] = {
    "switch": Switch, "button_ms": Button, "heart_bpm": HeartBpm, "heart": Heart, "lux": Lux,
    "link": Link, "host": Host, "topic": Message, "set": Setup, "wall": Wall, "fault": Fault,
    "reboot": Reboot,
}  # fmt: skip


def _suggest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(known)}"


def _action(line: dict[str, Any]) -> type[Event]:
    found = [key for key in line if key in ACTIONS]
    if len(found) == 1:
        return ACTIONS[found[0]]
    if found:
        raise ValueError(f"two actions, {' and '.join(found)}; write one a line")
    strange = [key for key in line if key not in ("t_ms", "pod")]
    if strange:
        raise ValueError(f"unknown key {strange[0]}; {_suggest(strange[0], list(ACTIONS))}")
    raise ValueError(f"no action; add one of {', '.join(ACTIONS)}")


_INNER: dict[str, type[BaseModel]] = {
    "set": Settings,
    "calibration": Calibration,
    "sound": SoundCalibration,
}


def _known_keys(model: type[Event], where: tuple[Any, ...]) -> list[str]:
    inner: type[BaseModel] = model
    for part in where:
        inner = _INNER.get(part, inner)
    return list(inner.model_fields)


def _explain(error: ValidationError, model: type[Event]) -> str:
    """The first complaint in one line: what is wrong; what to do."""
    first = error.errors(include_url=False)[0]
    where = tuple(first["loc"])
    name = ".".join(str(part) for part in where) or "line"
    if first["type"] == "extra_forbidden":
        return f"unknown key {name}; {_suggest(str(where[-1]), _known_keys(model, where[:-1]))}"
    if first["type"] == "missing":
        return f"{name} is missing; add it"
    if first["type"] == "value_error":
        return f"{first['ctx']['error']}; see docs/trace.md"
    hint = first["msg"].replace("Input should be", "it should be")
    given = json.dumps(first.get("input"), default=str)[:60]
    return f"{name} is {given}; {hint}"


def parse_line(text: str, where: str) -> Event:
    """One scenario line. `where` ("night.jsonl:12") stands in the error."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"scenario {where}: not JSON ({error}); write one object a line") from None
    if not isinstance(line, dict):
        raise UserError(f"scenario {where}: not an object; write one {{...}} a line")
    try:
        model = _action(line)
    except ValueError as error:
        raise UserError(f"scenario {where}: {error}") from None
    try:
        return model.model_validate(line)
    except ValidationError as error:
        raise UserError(f"scenario {where}: {_explain(error, model)}") from None


def parse_lines(lines: list[str], name: str, pods: list[str] | None = None) -> list[Event]:
    """All lines sorted by time (stable); blank lines are skipped; `pods` are the known ids."""
    events = []
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        event = parse_line(text, f"{name}:{number}")
        if pods is not None and event.pod is not None and event.pod not in pods:
            raise UserError(
                f"scenario {name}:{number}: unknown pod {event.pod}; {_suggest(event.pod, pods)}"
            )
        events.append(event)
    return sorted(events, key=lambda event: event.t_ms)


def read_scenario(path: Path | str, pods: list[str] | None = None) -> list[Event]:
    """A scenario file."""
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise UserError(
            f"scenario {path}: cannot be read ({error.strerror}); check the path"
        ) from None
    except UnicodeDecodeError:
        raise UserError(f"scenario {path}: not UTF-8 text; write JSON lines") from None
    return parse_lines(lines, str(path), pods)


def full_topic(topic: str, cottage: str) -> str:
    """DESIGN's short topics are under `starlit/<cottage>/`; any other stands as it is."""
    return f"starlit/{cottage}/{topic}" if topic.startswith(RELATIVE) else topic


def addressed_to(topic: str, cottage: str, pod: str) -> bool:
    """Whether a broker would hand this topic to this pod (a stranger's `pod/<id>/` is not)."""
    parts = topic.split("/")
    if parts[:3] == ["starlit", cottage, "pod"] and len(parts) > 3:
        return parts[3] == pod
    return True
