"""What `starlit pod` does: credentials made, listed, taken away and made anew.

A running `up` sees the change by itself: the broker within half a second, pods with their next
desired state.
"""

from pathlib import Path
from typing import Any

from starlit import cottages
from starlit.errors import UserError
from starlit.roster import natural_key
from starlit.trust import rotation
from starlit.trust.model import REVOKED, Trust
from starlit.trust.provision import Provision, add_pod, provision, write_provision
from starlit.trust.store import TrustStore, now_s, open_store


def add(cottage: str, pod: str, host: str | None, out: Path | None) -> Path:
    """The provisioning file of a pod that is new here, or was revoked."""
    with cottages.opened(cottage) as membership:
        store = open_store(cottage)
        store.create(cottage)
        with store.changing() as trust:
            if pod in trust.active():
                raise UserError(
                    f"{pod} has a credential already: `starlit pod rotate {pod}` makes a new one"
                )
            path = _hand_out(store, trust, pod, host, out)
        membership.join(pod)
    return path


def rotate(cottage: str, pod: str, host: str | None, out: Path | None) -> Path:
    """A new provisioning file; the old one opens nothing any more."""
    store = open_store(cottage)
    with store.changing() as trust:
        _check(trust, [pod])
        if trust.pods[pod].virtual:
            raise UserError(f"{pod} is virtual: it gets a new credential at every `starlit up`")
        return _hand_out(store, trust, pod, host, out)


def revoke(cottage: str, pods: list[str]) -> int:
    """They are out, and the key that they knew is replaced for all others; the new key's id."""
    store = open_store(cottage)
    with cottages.opened(cottage) as membership, store.changing() as trust:
        _check(trust, pods)
        for pod in pods:
            trust.pods[pod].state = REVOKED
            trust.pods[pod].box = None
        number = rotation.begin(trust, now_s(), rotation.REVOKED_GRACE_S)
        membership.leave(*pods)
    return number


def rotate_cottage(cottage: str) -> tuple[int, list[str]]:
    """(the new key's id, pods that have to take it)."""
    with open_store(cottage).changing() as trust:
        number = rotation.pending(trust)
        if number is not None:
            late = ", ".join(waiting(trust)) or "no pod"
            raise UserError(
                f"key {number} of cottage {cottage} is on its way already, and {late} has still to "
                "take it: wait for them, or take a lost one out with `starlit pod revoke`"
            )
        number = rotation.begin(trust, now_s())
        return number, waiting(trust)


def waiting(trust: Trust) -> list[str]:
    """Pods that have not got the newest key."""
    newest = trust.keys[-1].id
    late = [pod for pod, one in trust.active().items() if newest not in one.keys]
    return sorted(late, key=natural_key)


def described(cottage: str) -> dict[str, Any]:
    """The stable keys of `pod list --json` (docs/cli.md); nothing secret."""
    trust = open_store(cottage).load()
    late = set(waiting(trust))
    return {
        "cottage": cottage,
        "key": trust.signs,
        "next_key": rotation.pending(trust),
        "pods": [
            {
                "pod": pod,
                "state": one.state,
                "virtual": one.virtual,
                "made_s": one.made_s,
                "keys": one.keys,
                "waits_for_key": pod in late,
            }
            for pod, one in sorted(trust.pods.items(), key=lambda item: natural_key(item[0]))
        ],
    }


def _hand_out(
    store: TrustStore, trust: Trust, pod: str, host: str | None, out: Path | None
) -> Path:
    path = out or Path(f"{trust.cottage}-{pod}.pod.json")
    if path.exists():
        raise UserError(f"{path} is there already: move it away, or name another with --out")
    credential = add_pod(trust, pod, now_s())
    rotation.advance(trust, now_s())
    write_provision(path, _provision(store, trust, credential, host))
    return path


def _provision(store: TrustStore, trust: Trust, credential: Any, host: str | None) -> Provision:
    from starlit.trust.certificates import ca_der  # slow to import

    told = host or trust.listen.get("host")
    if not told:
        raise UserError(
            "where is the pod to find the broker? open the cottage once with `starlit up --listen "
            "0.0.0.0`, or say it with --host"
        )
    from starlit.address import TLS_PORT

    port = trust.listen.get("port", TLS_PORT)
    return provision(trust, credential, told, port, ca_der(store.folder))


def _check(trust: Trust, pods: list[str]) -> None:
    for pod in pods:
        if pod not in trust.active():
            known = ", ".join(sorted(trust.active(), key=natural_key)) or "no pods"
            raise UserError(
                f"{pod} has no credential in cottage {trust.cottage}, which has {known}: "
                f"`starlit pod add {pod}` makes one"
            )
