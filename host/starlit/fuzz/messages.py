"""What a hostile or a confused host may put on the link: bodies, envelopes, bytes."""

import base64
import json
from random import Random
from typing import Any

from pod.envelope import TEST_KEY, hmac_sha256, seal
from starlit.fuzz.case import Line

POD = "pod-1"
PLAY, DESIRED, PONG = f"pod/{POD}/set/play", f"pod/{POD}/set/desired", f"pod/{POD}/set/pong"
SKY, CUE = "all/sky", "all/cue"
CUES = (
    "comet", "ember", "tide", "fireflies", "waves", "hum", "chime", "aurora", "star", "lamp",
    "tone", "calm",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1 << 30, 1 << 40, 1e99, -0.5, "", "x" * 300, [], {}, [[]], {"a": []},
    "\ud800", "\x00", ["pod-1"] * 50,
)  # fmt: skip


def message(chance: Random, t_ms: int) -> Line:
    """One line of a scenario."""
    if chance.random() < 0.55:
        return _signed(chance, t_ms)
    if chance.random() < 0.3:
        return _unhook(chance, t_ms)
    return {"t_ms": t_ms, **_unsigned(chance, t_ms)}


def play(t_ms: int, **body: Any) -> Line:
    return {"t_ms": t_ms, "topic": PLAY, "payload": json.dumps(body), "sign": True}


def _signed(chance: Random, t_ms: int) -> Line:
    """A valid envelope, or nearly; the body may be anything."""
    topic, body = _order(chance, t_ms)
    if chance.random() < 0.15:
        body = _bend(chance, body)
    line: Line = {"t_ms": t_ms, "topic": topic, "payload": json.dumps(body), "sign": True}
    if chance.random() < 0.2:
        line["nonce_age_ms"] = chance.choice((0, 500, 1900, 2100, 5000, 60_000))
    if topic != PLAY and chance.random() < 0.2:
        line["version"] = chance.choice((0, 1, 2, 5, 1000, 1 << 30, -1))
    if chance.random() < 0.15:
        line["expiry_ms"] = chance.choice((-3_600_000, -1000, 0, 1000, 30_000))
    return line


def _order(chance: Random, t_ms: int) -> tuple[str, dict[str, Any]]:
    kind = chance.random()
    if kind < 0.62:
        return PLAY, _play_body(chance, t_ms)
    if kind < 0.75:
        return DESIRED, {
            "cottage": "home",
            "friends": chance.choice(([], ["pod-2"], ["p"] * 65)),
            "score": chance.choice(("default", "default", "calm", 7, score(chance), score(chance))),
            "tz_min": chance.choice((0, 60, -840, 840, 600, 10_000)),
            "profile": "adult",
            "armed": True,
            **_proposal(chance),
        }
    if kind < 0.87:
        return SKY, {
            "seed": chance.randrange(1 << 30),
            "epoch": chance.randrange(1 << 30),
            "pace_ms": chance.choice((4000, 10_000, 60_000, 1, 0, -5, 1 << 31)),
            "members": chance.choice(
                ([POD], ["pod-2", POD], ["a", "b", "c", POD], [], [None], ["x"] * 400)
            ),
            **({"ritual_ms": _near(chance, t_ms)} if chance.random() < 0.5 else {}),
        }
    ahead_ms = chance.choice((500, 700, 3000, 20_000, 0, -1000, 70_000))
    return CUE, {"cue": chance.choice(CUES), "start_ms": t_ms + ahead_ms, "end_ms": t_ms + 60_000}


def score(chance: Random) -> list[Any]:
    """A score of any numbers that a pod takes, kind or unkind to its guard."""
    cues = [["calm", 1, *_cue(chance)], ["ember", 2, *_cue(chance, 400)]]
    cues.append(["rise", 3, *_cue(chance)])
    slots = []
    for _ in range(chance.randrange(4)):
        cue = chance.randrange(3)
        after = chance.choice((0, 40, 100, 300, 750))
        within, every = chance.choice((0, 20, 400)), chance.choice((1, 60, 300, 600))
        times, share = chance.randrange(1, 6), chance.choice((30, 100))
        slots.append([cue, int(cue == 2), after, within, every, times, share, chance.randrange(4)])
    return [1, "calm", cues, slots]


def _cue(chance: Random, most: int = 1800) -> list[Any]:
    length = chance.randrange(10, most)
    lights = []
    for _ in range(chance.randrange(4)):
        colour = [255, chance.choice((0, 80, 102, 160, 255)), chance.choice((0, 0, 60, 255))]
        ramps = [chance.choice((1, 20, 60, 120)), chance.choice((0, 20, 60))]
        amount = [chance.choice((5, 20, 60, 100)), chance.choice((8, 40, 192))]
        place = [chance.randrange(13), chance.randrange(1, 13), chance.choice((0, 0, 50)), length]
        ends = [chance.choice((20, 60, 200)), chance.choice((-12, 0, 3, 12, 80, 100))]
        ends += [chance.choice((0, 4, 100)), chance.choice((-6, 0, 1, 4))]
        kind = chance.randrange(4)
        lights.append([kind, *colour, *amount, *place, *ramps, *ends])
    sounds = []
    for _ in range(chance.randrange(3)):
        kind, level = chance.randrange(1, 11), chance.choice((5, 40, 100))
        sounds.append([kind, level, chance.choice((0, 30)), max(10, length), 5, 3])
    return [length, chance.choice((0, 50, 100)), lights, sounds]


def _proposal(chance: Random) -> dict[str, Any]:
    """What the hand at the pod may confirm, or what no hand should see."""
    if chance.random() < 0.4:
        return {}
    if chance.random() < 0.3:
        return {"pulse": chance.choice(("pod-2", "pod-2", "pod-2", POD, "", 7, []))}
    return {
        "calibration": chance.choice((
            {"transmission_ppm": chance.choice((20_000, 100_000, 500_000))},
            {"distance_mm": 1000, "sound_cal_db": 52},
            {"transmission_ppm": 1}, {"distance_mm": 5000}, {"area_mm2": 20_000},
            {"sound_cal_db": 20}, {"pod": "pod-9"}, {"transmission": 0.02}, [], "x",
        ))
    }  # fmt: skip


def _near(chance: Random, t_ms: int) -> int:
    """A shared time: a simulated sky begins with the run."""
    return max(0, t_ms + chance.choice((0, 0, 100, 1500, 4000, -3000, -60_000, 60_000, 1 << 30)))


def _play_body(chance: Random, t_ms: int) -> dict[str, Any]:
    do = chance.choice(
        ("goodnight", "morning", "cue", "cue", "star", "star", "shadow", "pulse", "arm", "dawn")
    )
    body: dict[str, Any] = {"do": do}
    if do == "cue":
        body["cue"] = chance.choice(CUES)
    if do in ("star", "shadow", "pulse"):
        body["from"] = "pod-2"
        body["start_ms"] = _near(chance, t_ms)
        body["place"] = chance.choice((0, 1, 2, 7, 4095, 4096, -1))
        body["dips_ms"] = [_near(chance, t_ms) for _ in range(chance.choice((1, 1, 2, 4, 5)))]
        body["farewell"] = chance.random() < 0.2
    return body


def _bend(chance: Random, body: dict[str, Any]) -> Any:
    """A value, a key or the whole body made odd."""
    bent = dict(body)
    key = chance.choice(sorted(bent))
    way = chance.random()
    if way < 0.6:
        bent[key] = chance.choice(ODD)
    elif way < 0.75:
        del bent[key]
    elif way < 0.9:
        bent[chance.choice(("mode", "profile", "armed", "calibration", "leds"))] = "adult"
    else:
        return chance.choice(ODD)
    return bent


def _unhook(chance: Random, t_ms: int) -> Line:
    writer = chance.choice(("host", "host", "pod-2", f"w{chance.randrange(30)}", "", "A B", "#"))
    epoch = chance.choice((chance.randrange(9), t_ms // 1000, 0, 1 << 31))
    target = chance.choice(("all", POD, POD, "pod-2", "", "ALL"))
    body = json.dumps({"epoch": epoch, "target": target})
    line: Line = {"t_ms": t_ms, "topic": f"unhook/{writer}", "payload": body, "sign": True}
    way = chance.random()
    if way < 0.3:
        line.update(payload=chance.choice(("", "x", body, "{}")), sign=False)
    elif way < 0.4:
        line["version"] = chance.randrange(5)
    return line


# -- without the runner's help --------------------------------------------------------------


def _unsigned(chance: Random, t_ms: int) -> Line:
    """Bytes, a forgery, or an envelope sealed by who knows the key but holds no fresh nonce."""
    topic, body = _order(chance, t_ms)
    full = f"starlit/home/{topic}"
    way = chance.random()
    if way < 0.25:
        data = chance.randbytes(_size(chance))
        return {"topic": _topic(chance, topic), "payload_b64": _b64(data)}
    if way < 0.4:
        return {"topic": topic, "payload": json.dumps(chance.choice((body, *ODD)))}
    if way < 0.5:
        return {"topic": topic, "payload": "[" * 3000}
    key = TEST_KEY if way < 0.8 else b"another key"
    nonce = None
    if topic == PLAY or chance.random() < 0.2:
        nonce = _guessed_nonce(chance, t_ms)
    sealed = seal(key, full, json.dumps(body), nonce=nonce, version=chance.randrange(1 << 16))
    if way > 0.65:
        sealed = _damaged(chance, sealed)
    return {"topic": topic, "payload_b64": _b64(sealed)}


def pong(chance: Random, t_ms: int) -> Line:
    """An answer to a ping that may be under way."""
    number = chance.choice((chance.randrange(1, 40), 20 + t_ms // 1000))
    body = {
        "n": number, "rx_ms": chance.randrange(1 << 30), "rx_us": 0,
        "tx_ms": chance.randrange(1 << 30), "tx_us": 0, "epoch": chance.randrange(1 << 30),
        "unix_s": 0,
    }  # fmt: skip
    sealed = seal(TEST_KEY, f"starlit/home/{PONG}", json.dumps(body), nonce=str(number))
    return {"t_ms": t_ms, "topic": PONG, "payload_b64": _b64(sealed)}


def _guessed_nonce(chance: Random, t_ms: int) -> str:
    """What a thief of the key could work out, or an old one."""
    serial = max(1, t_ms // 1000 + chance.randrange(-4, 3))
    return hmac_sha256(TEST_KEY, b"nonce 1 %d" % serial)[:6].hex()


def _damaged(chance: Random, sealed: bytes) -> bytes:
    outer = json.loads(sealed)
    way = chance.random()
    if way < 0.4:
        data = bytearray(sealed)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(data)
    if way < 0.6:
        return sealed[: chance.randrange(len(sealed))]
    key = chance.choice(("nonce", "version", "expiry_s", "body", "mac"))
    outer[key] = chance.choice((*ODD, "0" * 64, "\ud800" * 64))
    return json.dumps(outer).encode()


def _topic(chance: Random, topic: str) -> str:
    odd = (
        topic, f"starlit/other/{topic}", "starlit/home/", f"pod/{POD}/set/", f"pod/{POD}/state",
        "all/", "all/sky/x", "unhook/", "x", "\u2603", f"pod/{POD}/set/play/x",
    )  # fmt: skip
    return chance.choice(odd)


def _size(chance: Random) -> int:
    return chance.choice((0, 1, 10, 100, 1000, 4096, 4097, 10_000))


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
