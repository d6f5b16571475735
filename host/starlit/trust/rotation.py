"""A cottage key replaced without a gap: pure steps over a `Trust`.

The new key goes to each pod wrapped under its own pod key, and the old one signs until every active
pod has said that it keeps the new one, or the grace is over. Then the new one signs; each pod that
hears it drops the old one, and says so; the host drops it when the last has. A pod that was away
for longer is told by the key it has, and catches up. (docs/decisions/0024)
"""

import secrets

from pod.keys import box_mac, stream
from starlit.keyring import Keyring
from starlit.trust.model import CottageKey, PodTrust, Trust

GRACE_S = 7 * 86400  # for a pod that is away on holiday
REVOKED_GRACE_S = 600  # somebody else may have the old key
DROP_AFTER_S = 5
_NONCE_BYTES, _KEY_BYTES = 16, 32


def begin(trust: Trust, now_s: int, grace_s: int = GRACE_S) -> int:
    """A new key on its way to every active pod; its id. One that was on its way is dropped: nobody
    has signed with it."""
    number = max(one.id for one in trust.keys) + 1
    trust.keys = [one for one in trust.keys if one.id <= trust.signs]
    trust.keys.append(CottageKey(number, secrets.token_bytes(_KEY_BYTES)))
    trust.since_s, trust.grace_s = now_s, grace_s
    advance(trust, now_s)
    return number


def pending(trust: Trust) -> int | None:
    """The key on its way, or None."""
    newest = trust.keys[-1].id
    return newest if newest != trust.signs else None


def took(trust: Trust, pod: str, numbers: list[int]) -> None:
    """A pod keeps these."""
    if pod in trust.pods:
        trust.pods[pod].keys = sorted(numbers)


def advance(trust: Trust, now_s: int) -> None:
    """What is due."""
    number, active = pending(trust), trust.active().values()
    all_have = number is not None and all(number in one.keys for one in active)
    if number is not None and (all_have or now_s - trust.since_s >= trust.grace_s):
        trust.signs, trust.since_s = number, now_s
    if pending(trust) is None and all(one.keys == [trust.signs] for one in active):
        trust.keys = [one for one in trust.keys if one.id == trust.signs]
    for pod, one in trust.active().items():
        _prepare(trust, pod, one)


def told(trust: Trust, pod: str, now_s: int) -> dict[str, int | str] | None:
    """What the pod's desired state says of keys: the next one in its box, or the only one. None
    where there is nothing to say, or the pod is not ours to tell."""
    one = trust.active().get(pod)
    if one is None:
        return None
    wanted = _wanted(trust)
    if wanted not in one.keys:
        return {"id": wanted, "box": one.box[1]} if one.box and one.box[0] == wanted else None
    if trust.signs not in one.keys:
        return {"id": wanted}
    return {"id": trust.signs} if may_drop(trust, now_s) else None


def may_drop(trust: Trust, now_s: int) -> bool:
    """Whether pods may drop the key before: not at once, since a command that has just read the old
    one may be on its way."""
    return pending(trust) is None and not 0 <= now_s - trust.since_s < DROP_AFTER_S


def _wanted(trust: Trust) -> int:
    return trust.keys[-1].id


def _prepare(trust: Trust, pod: str, one: PodTrust) -> None:
    number = _wanted(trust)
    if number in one.keys:
        one.box = None
    elif one.box is None or one.box[0] != number:
        key = trust.keys[-1].key
        one.box = number, wrap(one.pod_key, f"{trust.cottage}/{pod}", number, key)


def keyring_of(trust: Trust) -> Keyring:
    ring = Keyring(b"")
    use(ring, trust)
    return ring


def use(ring: Keyring, trust: Trust) -> None:
    """Have all that share `ring` speak by the trust as it is now."""
    signs = trust.key(trust.signs)
    assert signs is not None
    behind = {}
    for pod, one in trust.active().items():
        if trust.signs not in one.keys:
            theirs = [key for number in reversed(one.keys) if (key := trust.key(number))]
            if theirs:
                behind[pod] = theirs[0]
    ring.use(signs, *(one.key for one in trust.keys if one.id != trust.signs), behind=behind)


def wrap(
    pod_key: bytes, who: str, number: int, key: bytes, nonce: bytes | None = None
) -> str:
    """The other side of `pod.keys.unwrap`. `nonce`: fresh, but in a fuzzer."""
    nonce = nonce or secrets.token_bytes(_NONCE_BYTES)
    hides = stream(pod_key, number, nonce)
    hidden = (nonce + bytes(a ^ b for a, b in zip(key, hides, strict=True))).hex()
    return hidden + box_mac(pod_key, who, number, hidden)
