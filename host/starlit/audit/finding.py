"""One thing that is wrong, and what to do about it."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Finding:
    """`check` is a stable name for scripts; `where` a file, a pod, an address; `do` a sentence."""

    check: str
    where: str
    what: str
    do: str

    def line(self) -> str:
        return f"{self.where}: {self.what}\n  {self.do}"

    def to_dict(self) -> dict[str, str]:
        return asdict(self)
