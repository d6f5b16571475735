"""The access list, tried for real: a pod that exists for a few seconds does what no pod may."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import replace

from starlit.address import Address
from starlit.audit.finding import Finding
from starlit.link import Link
from starlit.topics import Topics
from starlit.trust.provision import add_pod
from starlit.trust.store import TrustStore, now_s

LET_IN_S = 3.0  # a running `up` sees a new credential within half a second
PASSED_S = 0.6  # what passes, passes on this computer within this
REPAIR = "end `starlit up` and start it again: its access list is written anew"


def tried(cottage: str, address: Address, store: TrustStore) -> Iterator[Finding]:
    name = f"audit-{secrets.token_hex(4)}"
    with store.changing() as trust:
        credential = add_pod(trust, name, now_s(), virtual=True)
    try:
        pod = replace(address, user=name, password=credential.password)
        yield from _tried(Topics(cottage), address, pod, name)
    finally:
        with store.changing() as trust:
            trust.pods.pop(name, None)


def _tried(topics: Topics, host: Address, pod: Address, name: str) -> Iterator[Finding]:
    other = f"{name}-x"
    forbidden = [
        topics.pod(other, "state"), topics.pod(other, "set/play"), topics.pod(name, "set/play"),
        topics.unhook(other), topics.sky, topics.cue, topics.host("state"),
    ]  # fmt: skip
    watcher = Link(host, f"starlit-audit-{name}", [(topic, 1) for topic in forbidden])
    writer = Link(pod, name, [(topics.sky, 0)])
    reader = Link(pod, f"{name}-reader", [("#", 0), (topics.pod(other, "#"), 0)])
    links = (watcher, writer, reader)
    for link in links:
        link.start()
    try:
        if not (_let_in(watcher) and _let_in(writer)):
            yield Finding(
                "access", host.shown, "could not be tried: a new pod was not let in",
                "is `starlit up` still running?",
            )  # fmt: skip
            return
        yield from _writes(watcher, writer, forbidden)
        if _let_in(reader):  # where a broker refuses to subscribe, nothing is read either
            yield from _reads(watcher, reader, topics, other)
    finally:
        for link in links:
            link.stop()


def _let_in(link: Link) -> bool:
    end_s = time.monotonic() + LET_IN_S
    while time.monotonic() < end_s and not link.ready and "subscription" not in link.refused:
        time.sleep(0.05)
    return link.ready


def _writes(watcher: Link, writer: Link, forbidden: list[str]) -> Iterator[Finding]:
    """Not retained, and of no meaning to a pod: an unhook is tried by an empty one, which clears
    nothing and stops nobody."""
    watcher.take()
    mark = secrets.token_hex(8).encode()
    for topic in forbidden:
        writer.publish(topic, b"" if "/unhook/" in topic else mark, 1)
    time.sleep(PASSED_S)
    passed = {m.topic for m in watcher.take() if m.payload in (b"", mark) and not m.retained}
    for topic in sorted(passed):
        yield Finding("access", topic, "a pod can write what is not its own", REPAIR)


def _reads(watcher: Link, reader: Link, topics: Topics, other: str) -> Iterator[Finding]:
    reader.take()
    mark = secrets.token_hex(8).encode()
    for leaf in ("tele", "set/pong"):
        watcher.publish(topics.pod(other, leaf), mark, 1)
    time.sleep(PASSED_S)
    for topic in sorted({m.topic for m in reader.take() if m.payload == mark}):
        yield Finding("access", topic, "a pod can read what is another's", REPAIR)
