"""`starlit unhook`: on disk first, then published, then answered by each pod."""

from starlit import settings
from starlit.errors import UserError
from starlit.journal import Journal
from starlit.unhooks import unhook_message
from starlit.visit import Visit, known

KNOWN_S = 0.6  # retained states arrive within this


def unhook_pods(
    visit: Visit, pod: str | None, timeout_s: float
) -> tuple[list[str], list[str], int]:
    """(pods that have not answered, pods that have obeyed, the epoch)."""
    visit.wait(lambda: pod is not None and pod in visit.roster.pods, KNOWN_S)
    names = visit.roster.ids()
    if pod is not None:
        if pod not in names:
            raise UserError(f"unknown pod {pod}: {known(visit.cottage, names)}")
        names = [pod]
    settings.ensure_state_dir()
    journal = Journal(settings.journal_path(visit.cottage))
    journal.start()
    try:
        return _publish(visit, journal, pod or "all", names, timeout_s)
    finally:
        journal.stop()


def _publish(
    visit: Visit, journal: Journal, target: str, names: list[str], timeout_s: float
) -> tuple[list[str], list[str], int]:
    unhook = journal.add_unhook(target, names)
    visit.publish(*unhook_message(visit.cottage, visit.keys, *unhook))

    def silent() -> list[str]:
        pods = visit.roster.pods
        return [n for n in names if n not in pods or pods[n].unhooks.get("host", -1) < unhook.epoch]

    visit.wait(lambda: not silent(), timeout_s)
    late = silent()
    obeyed = [name for name in names if name not in late]
    for name in obeyed:
        journal.settle(name, unhook.epoch)
    return late, obeyed, unhook.epoch
