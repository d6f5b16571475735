"""What the checker found: violations with time, pod, invariant, value and limit."""

from dataclasses import asdict, dataclass, field
from typing import Any

# Of one kind in one pod so many are kept whole; all are counted.
KEEP = 100
# The same kind again within this time is the same event seen again.
SAME_MS = 1000


@dataclass(frozen=True)
class Violation:
    t_ms: int
    pod: str
    invariant: int  # SAFETY's number, 1 to 10
    kind: str  # a short stable word, e.g. "cap-m"
    value: float | None
    limit: float | None
    text: str  # one line

    def line(self) -> str:
        return f"{self.pod} {self.t_ms / 1000:.3f} s: invariant {self.invariant}: {self.text}"


@dataclass
class Report:
    violations: list[Violation] = field(default_factory=list)
    total: int = 0
    traces: int = 0
    frames: int = 0
    blocks: int = 0
    end_ms: int = 0
    _last: dict[tuple[str, str], int] = field(default_factory=dict)
    _kept: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.total == 0

    def add(
        self, t_ms: float, pod: str, invariant: int, kind: str, text: str,
        value: float | None = None, limit: float | None = None,
    ) -> None:  # fmt: skip
        key = pod, kind
        fresh = t_ms - self._last.get(key, -SAME_MS) >= SAME_MS
        self._last[key] = int(t_ms)
        if not fresh:
            return
        self.total += 1
        self._kept[key] = self._kept.get(key, 0) + 1
        if self._kept[key] <= KEEP:
            self.violations.append(Violation(int(t_ms), pod, invariant, kind, value, limit, text))

    def merge(self, other: "Report") -> None:
        self.violations += other.violations
        self.total += other.total
        self.traces += other.traces
        self.frames += other.frames
        self.blocks += other.blocks
        self.end_ms = max(self.end_ms, other.end_ms)

    def invariants(self) -> set[int]:
        return {violation.invariant for violation in self.violations}

    def kinds(self) -> set[str]:
        return {violation.kind for violation in self.violations}

    def to_dict(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "traces": self.traces,
            "frames": self.frames,
            "blocks": self.blocks,
            "end_ms": self.end_ms,
            "total": self.total,
            "violations": [asdict(violation) for violation in self.violations],
        }
