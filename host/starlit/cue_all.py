"""`starlit cue NAME --all`: one message, one instant for all pods of the cottage."""

from pod import jsontext
from starlit import settings
from starlit.clock import SteadyClock, steady_ns
from starlit.errors import UserError
from starlit.journal import Journal
from starlit.roster import PodRecord
from starlit.shared_time import TimedVisit
from starlit.visit import ANSWER_S, Answer, now_ms

AHEAD_MS = 1500  # a pod takes 500 or more; the rest is for the network
LIFE_S = 30


def cue_all(visit: TimedVisit, name: str) -> list[Answer]:
    """What each pod that is there made of it."""
    records = [r for r in visit.choose(None) if r.online(now_ms())]
    lead_us = visit.lead_us()
    if lead_us is None:
        raise UserError(
            f"cottage {visit.cottage} has no coordinator that tells the time: "
            "is `starlit up` running? Without --all each pod is asked by itself"
        )
    start_ms = (steady_ns() // 1000 + lead_us) // 1000 + AHEAD_MS
    list(visit.news())  # what was told before is no answer
    _publish(visit, name, start_ms)
    answers: dict[str, Answer] = {}
    names = {record.id for record in records}
    visit.wait(lambda: _collect(visit, name, names, answers), AHEAD_MS / 1000 + ANSWER_S)
    return [answers.get(record.id, _silent(record)) for record in records]


def _publish(visit: TimedVisit, name: str, start_ms: int) -> None:
    settings.ensure_state_dir()
    journal = Journal(settings.journal_path(visit.cottage))
    journal.start()
    try:
        version = journal.next_version(visit.topics.cue)
    finally:
        journal.stop()
    body = jsontext.dumps({"cue": name, "start_ms": start_ms, "epoch": visit.epoch})
    expiry_s = SteadyClock.wall_s() + LIFE_S
    payload = visit.keys.seal(visit.topics.cue, body, version=version, expiry_s=expiry_s)
    visit.link.publish(visit.topics.cue, payload, 1)


def _collect(visit: TimedVisit, name: str, names: set[str], answers: dict[str, Answer]) -> bool:
    for news in visit.news():
        event = news.body
        told = news.leaf == "event" and event.get("event") == "cue" and event.get("id") == name
        if told and not news.retained and event.get("phase") in ("start", "refused"):
            why = event.get("why")
            ok = event.get("phase") == "start"
            answers[news.pod] = Answer(news.pod, ok, why if isinstance(why, str) else "")
    return names <= answers.keys()


def _silent(record: PodRecord) -> Answer:
    return Answer(record.id, False, "did not answer: is it in step with the cottage?")
