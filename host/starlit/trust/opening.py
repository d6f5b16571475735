"""What `up` does with the trust as it starts and ends: virtual pods, the door to the network."""

from starlit.errors import UserError
from starlit.trust import rotation
from starlit.trust.listen import Listen
from starlit.trust.model import ACTIVE
from starlit.trust.provision import Credential, add_pod
from starlit.trust.store import TrustStore, now_s


def admit_virtual(store: TrustStore, pods: list[str]) -> dict[str, Credential]:
    """New credentials for the virtual pods of this `up`; those of an earlier one are gone."""
    with store.changing() as trust:
        trust.pods = {pod: one for pod, one in trust.pods.items() if not one.virtual}
        for pod in pods:
            if pod in trust.pods and trust.pods[pod].state == ACTIVE:
                raise UserError(
                    f"{pod} is a pod of this cottage (`starlit pod list`): a virtual one cannot "
                    "take its place; ask for fewer with --virtual, or use another --cottage"
                )
        made = {pod: add_pod(trust, pod, now_s(), virtual=True) for pod in pods}
        rotation.advance(trust, now_s())
    return made


def dismiss_virtual(store: TrustStore) -> None:
    with store.changing() as trust:
        trust.pods = {pod: one for pod, one in trust.pods.items() if not one.virtual}


def open_door(store: TrustStore, listen: Listen) -> str:
    """A certificate that names this computer, and what new pods are told; a line to say."""
    from starlit.trust import certificates

    why = certificates.renew_broker(store.folder, listen.names())
    with store.changing() as trust:
        trust.listen = {"host": listen.told(), "port": listen.port}
    until = certificates.load(store.folder / certificates.BROKER_CERT).not_valid_after_utc
    made = f", made anew since {why}" if why else ""
    return f"certificate good until {until:%Y-%m-%d}{made}"
