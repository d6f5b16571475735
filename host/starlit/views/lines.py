"""One plain line for what happened, for a log and for terminals that draw nothing."""

from typing import Any

from starlit.heard import printable
from starlit.roster import News
from starlit.views.model import PodView
from starlit.views.ring import heart_text
from starlit.views.scene import room_text, state_text, switch_text

_SHOWN = ("do", "id", "to", "with", "name", "phase", "state", "switch", "target", "writer", "epoch")
LINE_MAX = 200
_TOLD = ("cue", "star")


def event_line(news: News) -> str | None:
    """`pod-1: cue comet refused: why`, or None for what is no event."""
    if news.leaf != "event" or news.retained:
        return None
    body = news.body
    if body.get("event") == "command" and (body.get("ok") is True or body.get("do") in _TOLD):
        return None  # what it did is an event of its own
    words = [str(body.get("event", "event"))]
    words += [str(body[key]) for key in _SHOWN if _worth(body.get(key))]
    if "ok" in body:
        words.append("done" if body["ok"] is True else "refused")
    why = body.get("why")
    return printable(f"{news.pod}: {' '.join(words)}" + (f" ({why})" if why else ""), LINE_MAX)


def _worth(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool) and value != ""


def pod_line(view: PodView) -> str:
    parts = [state_text(view), heart_text(view), switch_text(view), room_text(view)]
    return f"{view.id:<8} " + "  ".join(parts)
