"""One pod's update over the link: offered, sent piece by piece, switched, and seen to report."""

import time
from collections.abc import Callable
from typing import Any

from starlit.asking import Asking
from starlit.errors import UserError
from starlit.update.package import Package

BACK_S = 60.0  # a Pico starts in some seconds, joins, and has its clock in step
TRUST_S = 90.0  # pod.service: 30 s of running, and no night

Progress = Callable[[int], None]  # bytes that the pod has


def send(asking: Asking, package: Package, progress: Progress) -> None:
    """Until the pod has restarted into it. What a cut leaves is gone on from next time."""
    answer = asking.ask({"do": "update", **package.offer()})
    while (want := _wanted(answer)) is not None:
        progress(package.done_bytes(want))
        answer = asking.ask({"do": "update", **package.piece(*want)})
    progress(package.total_bytes)
    asking.ask({"do": "update", "step": "switch"})


def see_it_report(asking: Asking, version: str, sleep: Callable[[float], Any]) -> str:
    """The slot that it runs from, once the pod itself trusts it."""
    end_s = time.monotonic() + BACK_S + TRUST_S
    sleep(3.0)
    status: dict[str, Any] = {}
    while time.monotonic() < end_s:
        status = asking.ask({"do": "update", "step": "status"})
        if status.get("rolled_back"):
            raise UserError(
                f"the new program did not report: the pod went back to {status['pod']}, which runs"
            )
        if status.get("pod") == version and status["running"] == status["good"]:
            return str(status["running"])
        sleep(2.0)
    raise UserError(
        f"{version} is still on trial: it is kept once it has run for 30 s and reported, "
        "else the next start takes the old one"
    )


def _wanted(answer: dict[str, Any]) -> list[int] | None:
    want = answer.get("want")
    return [int(want[0]), int(want[1])] if isinstance(want, list) and len(want) == 2 else None
