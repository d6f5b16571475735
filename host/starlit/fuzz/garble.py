"""An input made odd: its body as a tree, its envelope, its bytes, or its topic."""

import json
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from pod.envelope import TEST_KEY, seal
from starlit.fuzz.entry import Entry
from starlit.fuzz.messages import ODD

ODDER: tuple[Any, ...] = (
    *ODD, 1 << 31, (1 << 63) - 1, 1 << 63, -(1 << 63), 10**300, float("nan"), float("inf"), 1e308,
    False, "pod-1", "pod-9", "host", "all", "0" * 4000, "\x1b[2J\x07", "[/red]", "\u202e", "a\nb",
    "../../x", {"x": {"y": {}}}, [None] * 300, [[[[[[]]]]]], "NaN", "-0",
)  # fmt: skip
NAMES = ("pod-1", "pod-2", "pod-999", "host", "all", "", "A", "..", "x" * 32, "x" * 33, "\u2603")
LEAVES = (
    "state", "tele", "event", "ack", "ping", "send/star", "send/pulse", "send/x", "set/play",
    "set/desired", "set/pong", "set/x", "", "x/y/z",
)  # fmt: skip
DEEP = 20_000


def garbled(chance: Random, entry: Entry, other: Entry) -> Entry:
    """`other` lends a piece now and then."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        entry = chance.choice(_WAYS)(chance, entry, other)
    return entry


def _body(chance: Random, entry: Entry, other: Entry) -> Entry:
    try:
        tree = json.loads(entry.data)
    except (ValueError, RecursionError):
        return _bytes(chance, entry, other)
    return replace(entry, data=_dumps(_bent(chance, tree, other)))


def _bent(chance: Random, tree: Any, other: Entry) -> Any:
    """One place of the tree, chosen evenly by levels, holds another thing."""
    if isinstance(tree, dict) and tree and chance.random() < 0.9:
        key = chance.choice(sorted(tree))
        way = chance.random()
        if way < 0.1:
            return {name: tree[name] for name in tree if name != key}
        if way < 0.2:
            return {**tree, chance.choice(("x", "", "\ud800", "boot", "with")): _odd(chance)}
        return {**tree, key: _bent(chance, tree[key], other)}
    if isinstance(tree, list) and tree and chance.random() < 0.8:
        at = chance.randrange(len(tree))
        way = chance.random()
        if way < 0.1:
            return tree * 2
        if way < 0.2:
            return tree[:at]
        return [*tree[:at], _bent(chance, tree[at], other), *tree[at + 1 :]]
    if type(tree) is int and chance.random() < 0.5:
        return chance.choice((tree + 1, tree - 1, -tree, tree << 20, tree << 40, 0.5))
    if chance.random() < 0.05:
        try:
            return json.loads(other.data)
        except (ValueError, RecursionError):
            return None
    return _odd(chance)


def _odd(chance: Random) -> Any:
    return chance.choice(ODDER) if chance.random() < 0.8 else chance.randrange(1 << 41)


def _dumps(tree: Any) -> bytes:
    return json.dumps(tree).encode()


def _bytes(chance: Random, entry: Entry, other: Entry) -> Entry:
    """Flipped, cut, doubled, spliced, or noise."""
    data = bytearray(entry.data or b"{}")
    at = chance.randrange(len(data))
    way = chance.randrange(7)
    if way == 0:
        data[at] ^= 1 << chance.randrange(8)
    elif way == 1:
        del data[at:]
    elif way == 2:
        data[at:at] = chance.choice((b"\x00", b"\xff", b'"', b"\\u", b"[", b"{", b"1e999", b","))
    elif way == 3:
        data[at:] = other.data[chance.randrange(len(other.data) + 1) :]
    elif way == 4:
        data = bytearray(chance.randbytes(chance.choice((0, 1, 7, 80, 4096, 4097))))
    elif way == 5:
        data[at:at] = b"9" * chance.choice((20, 400, 3900, 5000))
    else:
        data = bytearray(_deep(chance))
    return replace(entry, data=bytes(data), stamp=entry.stamp if chance.random() < 0.3 else "")


def _deep(chance: Random) -> bytes:
    """Nested so deep that a parser without a bound meets its own stack."""
    depth = chance.choice((50, 400, 1300, 4000, DEEP))
    head = chance.choice((b"", b'{"version":', b'{"body":', b'{"expiry_s":0,"body":'))
    return head + chance.choice((b"[", b'{"a":', b'[{"version":')) * depth


def _envelope(chance: Random, entry: Entry, other: Entry) -> Entry:
    """Sealed here, by a key that may be the right one, and then damaged."""
    key = chance.choice((TEST_KEY, TEST_KEY, b"another key", b""))
    stamp: dict[str, Any] = {"version": chance.choice((0, 1, 5, 1 << 20, 1 << 39))}
    if chance.random() < 0.4:
        stamp = {"nonce": chance.choice(("1", "x", "", "00ff00ff00ff"))}
    try:
        text = entry.data.decode()
        sealed = json.loads(seal(key, entry.full_topic, text, **stamp))
    except (UnicodeError, ValueError):
        return _bytes(chance, entry, other)
    for _ in range(chance.randrange(3)):
        name = chance.choice(("nonce", "version", "expiry_s", "body", "mac", "more"))
        if chance.random() < 0.3:
            sealed.pop(name, None)
        else:
            sealed[name] = chance.choice((*ODDER, "0" * 64, "\ud800" * 64, "\xe9" * 64))
    return replace(entry, data=_dumps(sealed), stamp="")


def _topic(chance: Random, entry: Entry, other: Entry) -> Entry:
    way = chance.randrange(5)
    topic = f"pod/{chance.choice(NAMES)}/{chance.choice(LEAVES)}"
    if way == 0:
        topic = f"pod/stranger-{chance.randrange(100_000)}/{chance.choice(LEAVES)}"
    elif way == 1:
        topic = chance.choice(("unhook/", "host/", "all/")) + chance.choice(NAMES)
    elif way == 2:
        topic = other.topic
    elif way == 3:
        topic = chance.choice(("/", "/starlit/", "/x\x00y", "/starlit/home", "/" + "a/" * 2000))
    return replace(entry, topic=topic)


def _retained(chance: Random, entry: Entry, other: Entry) -> Entry:
    return replace(entry, retained=not entry.retained)


def _splice(chance: Random, entry: Entry, other: Entry) -> Entry:
    """One message's body on another's topic."""
    return replace(entry, data=other.data, stamp=chance.choice(("version", "nonce")))


_Way = Callable[[Random, Entry, Entry], Entry]
_WAYS: tuple[_Way, ...] = (
    _body, _body, _body, _body, _body, _bytes, _envelope, _envelope, _topic, _retained, _splice,
)  # fmt: skip
