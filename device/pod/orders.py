"""What each valid message makes a pod do. Every outcome is told, with its reason."""

from . import night, part
from .config import ConfigError, check_proposal, is_name
from .link import Refused

HOST_GOODNIGHTS = 3  # in 24 h (SAFETY 10)
# Scores and keys in 24 h, each two writes to flash; a further score waits for the goodnight.
HOST_WRITES = 24
GIFT_MS = 8000  # between a gift's start and now, either way
_FRIENDS = 64  # told to a pod; where there are as many, there may be more
_NOT_IN_STEP = "not in step with the cottage"


def receive(pod, topic, payload, age_us):
    """One message from the broker."""
    if pod.link.writer(topic) is not None and not payload:
        return  # a cleared retained message clears nothing here
    try:
        kind, opened = pod.link.take(topic, payload, pod.now_ms, pod.wall_s())
        if kind is None:
            return
        _OBEY[kind](pod, topic, opened, age_us)
    except (Refused, ConfigError) as reason:
        pod.link.refused += 1
        if pod.link.writer(topic) is not None:
            _unverified_unhook(pod)
        pod.heard(topic, False, reason.args[0])
        return
    if kind != "pong" and kind != "service":
        pod.heard(topic, True, None)


def _unverified_unhook(pod):
    """Stops the pod, in RAM only: a stranger can darken it, never wear its flash (DESIGN)."""
    if not pod.plug.unhooked:  # else it is dark already, and a flood has no more to tell
        pod.plug.stop()
        pod.darken("unhooked by a message that does not verify")


def _whole(body, name, low, high, missing=None):
    value = body.get(name, missing)
    if type(value) is not int or not low <= value <= high:
        raise Refused("bad " + name)
    return value


def _named(pod, body):
    cue = pod.director.scores.find(body.get("cue"))
    if cue is None or cue.name == "star":
        raise Refused("unknown cue")
    return cue


def _pong(pod, topic, opened, age_us):
    body = opened.body
    for name in ("n", "rx_ms", "rx_us", "tx_ms", "tx_us", "epoch", "unix_s"):
        _whole(body, name, 0, 1 << 40)
    number = body["n"]
    asked_us = pod.report.asked_us(number) if str(number) == opened.nonce else None
    if asked_us is None:
        raise Refused("no such ping")
    rx_us = body["rx_ms"] * 1000 + body["rx_us"]
    tx_us = body["tx_ms"] * 1000 + body["tx_us"]
    if not pod.time.exchange(asked_us, rx_us, tx_us, pod.now_us() - age_us, body["epoch"]):
        raise Refused("time runs backwards")
    ours = body.get("boot") == pod.boot
    pod.report.arrived(_whole(body, "seq", 0, 1 << 40, 0) if ours else 0)
    if body["unix_s"]:
        pod.learn_wall(body["unix_s"])


def _sky(pod, topic, opened, age_us):
    body = opened.body
    seed = _whole(body, "seed", 0, (1 << 30) - 1)
    pace_ms = _whole(body, "pace_ms", 4000, 60000)
    members = body.get("members")
    if not isinstance(members, list) or len(members) > 4096:
        raise Refused("bad members")
    ritual_ms = _whole(body, "ritual_ms", 0, 1 << 30, 0)
    place = members.index(pod.config.pod) if pod.config.pod in members else 0
    pod.show.join(seed, len(members) or 1, place)
    at = pod.show.part
    at.word, at.pace_ms = opened.version, pace_ms
    if ritual_ms and pod.time.in_step() and body.get("epoch") == pod.time.epoch:
        at.ritual_ms, at.coming_ms = ritual_ms, 0
    elif ritual_ms:
        at.coming_ms = ritual_ms


def _desired(pod, topic, opened, age_us):
    body = opened.body
    # Whatever follows: a newer word, even a wrong one, withdraws the last.
    pod.pending = {}
    pod.bond.asked = None
    tz_min = _whole(body, "tz_min", -840, 840, 0)
    friends = body.get("friends", [])
    if not isinstance(friends, list) or len(friends) > _FRIENDS:
        raise Refused("bad friends")
    friend = body.get("pulse")
    if friend is not None and (not is_name(friend) or friend == pod.config.pod):
        raise Refused("bad pulse")
    calibration = check_proposal(body.get("calibration", {}))
    now = len(pod.host_writes) < HOST_WRITES
    good, rekeyed = pod.link.keys.hear(body.get("key") if now else None, opened)
    if not good:
        raise Refused("bad key")
    if rekeyed:
        pod.host_writes.append(pod.now_ms)
        pod.rekeyed()
    another_score = pod.director.hand_down(body.get("score", "default"), now)
    pod.pending = calibration
    pod.bond.propose(friend)
    pod.director.tz_min = tz_min
    pod.friends = [f for f in friends if is_name(f)]
    if another_score:
        pod.host_writes.append(pod.now_ms)
        pod.voice.linked(pod.now_ms)
    pod.acknowledge()


def _cue_for_all(pod, topic, opened, age_us):
    body = opened.body
    if not opened.expiry_s:
        raise Refused("needs an expiry")
    if not pod.time.in_step():
        raise Refused(_NOT_IN_STEP)
    if body.get("epoch", pod.time.epoch) != pod.time.epoch:
        raise Refused("of another evening")
    cue = _named(pod, body)
    ahead_ms = _whole(body, "start_ms", 0, 1 << 30) - pod.shared_ms()
    if not 500 <= ahead_ms <= 60000:
        raise Refused("start is not 0.5 to 60 s ahead")
    pod.director.plan_cue(cue, ahead_ms)


def _unhook(pod, topic, opened, age_us):
    body = opened.body
    epoch, target = body.get("epoch"), body.get("target")
    if type(epoch) is not int or epoch != opened.version or not is_name(target):
        raise Refused("bad unhook")
    if target not in ("all", pod.config.pod):
        return
    writer = pod.link.writer(topic)
    stops, write = pod.plug.unhook(writer, epoch)
    if stops:
        pod.unhooked(writer, write)
    else:
        pod.acknowledge()


def _play(pod, topic, opened, age_us):
    body = opened.body
    do = body.get("do")
    if not isinstance(do, str) or do not in _DO:
        raise Refused("unknown command")
    why = _DO[do](pod, body)
    if do == "pulse":  # once a second: no news
        return
    note = {"why": why} if why else {"why": do + " from the host"}
    pod.teller.tell(note, {"event": "command", "do": do, "ok": why is None, "why": why})


def _service(pod, topic, opened, age_us):
    """Self-test or update: the body's business, never in a night."""
    body = opened.body
    number = _whole(body, "id", 0, 1 << 30)
    if pod.night_runs():
        why = "a night is under way, until 14 h after its goodnight"
        pod.report.serve(pod.teller.outputs, {"id": number, "ok": False, "why": why})
    else:
        pod.rest_rail()
        pod.teller.outputs.service.append(body)


def _goodnight(pod, body):
    """None, or why the ritual does not begin."""
    if len(pod.host_goodnights) >= HOST_GOODNIGHTS:
        return "three goodnights in 24 h from the host: the next one needs the button at the pod"
    why = pod.goodnight(pod.senses.room.long_dark())
    if why is None:
        pod.host_goodnights.append(pod.now_ms)
        pod.teller.keep(("hosted", str(len(pod.host_goodnights)).encode()))
    return why


def _morning(pod, body):
    if pod.director.night.state == night.NIGHT:
        return "someone may be asleep: hold the button at the pod for 1 s"
    if pod.director.night.state == night.IDLE:
        return "the pod is idle already"
    pod.director.end_night(pod.now_ms, "the host said good morning")
    return None


def _cue(pod, body):
    return pod.director.cue(_named(pod, body), None, pod.may_show())


def _gift(pod, body):
    """What somebody gives, from a sky where it began at a shared time; None, or why not."""
    if pod.director.night.state != night.RITUAL:
        return "the sky is not lit"
    if not pod.time.in_step():
        return _NOT_IN_STEP
    shared_ms = pod.shared_ms()
    if body["do"] == "pulse":
        return pod.bond.take(body.get("from"), body.get("dips_ms"), pod.now_ms, shared_ms)
    start_ms = _whole(body, "start_ms", 0, 1 << 30, shared_ms)
    if abs(start_ms - shared_ms) > GIFT_MS:
        return "too late"
    kind = part.SHADOW if body["do"] == "shadow" else part.STAR
    if body.get("farewell") is True:
        kind = part.FAREWELL
    elif kind == part.STAR and not _friend(pod, body.get("from")):
        return "it is from no friend"
    return pod.event(kind, start_ms, _whole(body, "place", 0, 4095, 0))


def _friend(pod, sender):
    """A host passes on what friends give; the pod does not take its word for it."""
    known = pod.friends
    return known is None or len(known) == _FRIENDS or sender in known


_DO = {
    "goodnight": _goodnight, "morning": _morning, "cue": _cue,
    "star": _gift, "shadow": _gift, "pulse": _gift,
}
_OBEY = {
    "pong": _pong, "sky": _sky, "desired": _desired, "cue": _cue_for_all,
    "unhook": _unhook, "play": _play, "service": _service,
}
