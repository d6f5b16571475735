"""Files of the cottage's trust: who can read them, what is weak or shared, what ends when."""

import datetime
import os
import stat
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from pod.envelope import TEST_KEY
from starlit import settings
from starlit.audit.finding import Finding
from starlit.errors import UserError
from starlit.trust.certificates import BROKER_CERT, CA_CERT, load, now
from starlit.trust.members import waiting
from starlit.trust.model import Trust
from starlit.trust.passwords import matches
from starlit.trust.rotation import pending
from starlit.trust.store import KEY_BYTES, TrustStore

SOON_DAYS = 30
PASSWORD_MIN = 16
KEY_LATE_S = 7 * 86_400
# What people choose, and what devices are sold with.
RENEW = {
    CA_CERT: "make the cottage anew, and give each pod a new credential",
    BROKER_CERT: "end `starlit up` and start it again: it is made anew then",
}
GUESSES = (
    "", "password", "starlit", "mosquitto", "mqtt", "admin", "root", "host", "pod", "secret",
    "12345678", "123456789", "changeme", "default", "home", "cottage", "raspberry", "public",
)  # fmt: skip


def files(store: TrustStore) -> Iterator[Finding]:
    """Nobody but the owner may read any of it."""
    state = settings.state_dir()
    paths = [state, store.folder, *sorted(store.folder.glob("*"))]
    for path in paths:
        info = path.lstat()
        mode = stat.S_IMODE(info.st_mode)
        if stat.S_ISLNK(info.st_mode):
            yield Finding(
                "file", str(path), "is a link", "put the file itself there: a link can be turned"
            )
        elif mode & 0o077:
            safe = "700" if path.is_dir() else "600"
            yield Finding(
                "file", str(path), f"others can use it (mode {mode:o})", f"chmod {safe} {path}"
            )
        elif info.st_uid != os.getuid():
            yield Finding(
                "file", str(path), "belongs to another user", f"chown {os.getuid()} {path}"
            )


def credentials(trust: Trust) -> Iterator[Finding]:
    weak = f"starlit forget --cottage {trust.cottage}, and make the cottage anew"
    if len(trust.password) < PASSWORD_MIN or trust.password in GUESSES:
        yield Finding("credential", "host", "its password could be guessed", weak)
    for one in trust.keys:
        if one.key == TEST_KEY or len(one.key) < KEY_BYTES or len(set(one.key)) < 8:
            yield Finding(
                "credential", f"key {one.id}", "could be guessed",
                f"starlit cottage rotate --cottage {trust.cottage}",
            )  # fmt: skip
    for pod, kept in trust.active().items():
        renew = f"starlit pod rotate {pod} --cottage {trust.cottage}"
        if any(matches(guess, kept.hash) for guess in (*GUESSES, pod, trust.cottage)):
            yield Finding("credential", pod, "its password could be guessed", renew)
        if len(kept.pod_key) < KEY_BYTES or len(set(kept.pod_key)) < 8:
            yield Finding("credential", pod, "its own key could be guessed", renew)


def shared(trust: Trust) -> Iterator[Finding]:
    """Two pods that can be told apart by nothing, or a pod that is the host."""
    for (pod, one), (other, two) in combinations(trust.active().items(), 2):
        if one.pod_key == two.pod_key or one.hash == two.hash:
            yield Finding(
                "credential", f"{pod}, {other}", "share one credential",
                f"starlit pod rotate {other} --cottage {trust.cottage}",
            )  # fmt: skip
    for pod, one in trust.active().items():
        if matches(trust.password, one.hash):
            yield Finding(
                "credential", pod, "has the host's password",
                f"starlit pod rotate {pod} --cottage {trust.cottage}",
            )  # fmt: skip


def keys(trust: Trust, now_s: int) -> Iterator[Finding]:
    """A key that a revoked pod may still know, waiting for pods that do not come."""
    number = pending(trust)
    if number is not None and now_s - trust.since_s > max(trust.grace_s, KEY_LATE_S):
        late = ", ".join(waiting(trust)) or "no pod"
        yield Finding(
            "key", f"key {number}", f"is on its way since long, and {late} has not taken it",
            "switch those pods on, or take a lost one out with starlit pod revoke",
        )  # fmt: skip


def certificates(store: TrustStore, listening: bool) -> Iterator[Finding]:
    """The broker's is only there once the cottage was opened to the network."""
    names = [CA_CERT, BROKER_CERT] if listening else [CA_CERT]
    for name in names:
        yield from _certificate(store.folder / name, RENEW[name])


def _certificate(path: Path, do: str) -> Iterator[Finding]:
    try:
        certificate = load(path)
    except (OSError, ValueError) as error:
        yield Finding("certificate", str(path), f"cannot be read ({error})", do)
        return
    ends, begins = certificate.not_valid_after_utc, certificate.not_valid_before_utc
    if begins > now():
        yield Finding(
            "certificate", str(path), f"begins on {begins:%Y-%m-%d}",
            "set this computer's clock right (NTP)",
        )  # fmt: skip
    elif ends < now() + datetime.timedelta(days=SOON_DAYS):
        yield Finding("certificate", str(path), f"ends on {ends:%Y-%m-%d}", do)


def load_trust(store: TrustStore) -> tuple[Trust | None, list[Finding]]:
    try:
        return store.load(), []
    except UserError as error:
        return None, [Finding("trust", str(store.path), str(error), "bring back a copy of it")]
