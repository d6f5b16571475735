"""`starlit forget`: all of a cottage, or of one pod, that this computer and its broker keep."""

import shutil
import time

from starlit import kept, settings, traces_known
from starlit.address import Address
from starlit.errors import UserError
from starlit.journal import Journal
from starlit.kept import Kept
from starlit.link import Link
from starlit.membership import Membership
from starlit.topics import Topics
from starlit.trust import rotation
from starlit.trust.access import PASSWORDS
from starlit.trust.store import BEFORE, TrustStore, now_s, open_store, trust_folder
from starlit.visit import find_broker

RETAINED_S = 1.5  # what a broker keeps is told within this
THROWN_OUT_S = 1.0  # a running `up` sees a revoked pod within half a second; its will comes then
STAYS = (
    "on the pod itself: its records, until a factory reset (button held for 15 s as power comes)",
    "provisioning files, exports and backups that you made yourself",
)
STAYS_OUTSIDE = "at a broker that is not ours: give it with --broker to have it emptied"


def found(cottage: str, pod: str | None) -> list[Kept]:
    """What would go; a UserError where there is nothing to forget."""
    settings.check_cottage(cottage)
    things = kept.of_cottage(cottage) if pod is None else kept.of_pod(cottage, pod)
    if not things:
        what = f"pod {pod} of cottage {cottage}" if pod else f"cottage {cottage}"
        raise UserError(f"nothing of {what} is in {settings.state_dir()}")
    return things


def forget_cottage(cottage: str, broker: str | None) -> None:
    """Everything; `up` has to be down, since it would write some of it again."""
    run = settings.find_run(cottage)
    if run is not None:
        raise UserError(f"cottage {cottage} is up (process {run.pid}): end it first")
    if broker is not None:
        _empty(cottage, find_broker(cottage, broker), None)
    with settings.claimed(cottage):
        state = settings.state_dir()
        for thing in kept.of_cottage(cottage):
            thing.path.unlink(missing_ok=True)
        for folder in (trust_folder(cottage), state / f"broker-{cottage}"):
            if folder.is_dir() and not folder.is_symlink():
                shutil.rmtree(folder)
        settings.socket_path(cottage).unlink(missing_ok=True)


def forget_pod(cottage: str, pod: str, broker: str | None) -> None:
    """Its credential first, so that it cannot come back by being heard."""
    run = settings.find_run(cottage)
    if run is not None and pod in run.pods:
        raise UserError(f"{pod} is a virtual pod of the running `up`: it leaves nothing; end `up`")
    store = open_store(cottage)
    if store.exists:
        _take_out(store, pod)
    if run is not None:
        time.sleep(THROWN_OUT_S)
    _leave(cottage, pod)
    kept.delete_rows(cottage, pod)
    for path in traces_known.files(cottage, pod):
        path.unlink(missing_ok=True)
    if run is not None or broker is not None:
        _empty(cottage, find_broker(cottage, broker), pod)
    if run is None:
        _drop_made(cottage)


def _take_out(store: TrustStore, pod: str) -> None:
    with store.changing() as trust:
        if pod not in trust.pods:
            return
        knew_the_key = pod in trust.active()
        del trust.pods[pod]
        if knew_the_key:
            rotation.begin(trust, now_s(), rotation.REVOKED_GRACE_S)
    (store.folder / BEFORE).unlink(missing_ok=True)  # it still names the pod


def _leave(cottage: str, pod: str) -> None:
    """Also off the lists of those who chose it as a friend."""
    if not settings.journal_path(cottage).exists():
        return
    journal = Journal(settings.journal_path(cottage))
    journal.start()
    try:
        membership = Membership(journal)
        membership.load()
        for other in membership.pods:
            chosen = membership.chosen(other)
            if chosen is not None and pod in chosen:
                membership.choose(other, [one for one in chosen if one != pod])
    finally:
        journal.stop()


def _drop_made(cottage: str) -> None:
    """A broker that is down keeps all topics in one file, and all passwords in another. The first
    host and pods say again, the second `up` writes anew."""
    folder = settings.state_dir() / f"broker-{cottage}"
    made = [*folder.glob("*"), trust_folder(cottage) / PASSWORDS]
    for path in made:
        path.unlink(missing_ok=True)


def _empty(cottage: str, address: Address, pod: str | None) -> None:
    """Every retained message of the cottage, or of one pod, is taken back."""
    topics = Topics(cottage)
    wanted = [f"{topics.root}#"] if pod is None else [topics.pod(pod, "#"), topics.unhook(pod)]
    link = Link(address, f"starlit-forget-{time.time_ns()}", [(one, 1) for one in wanted])
    link.start()
    try:
        if not link.wait_ready(4):
            raise UserError(f"broker {address.shown} does not answer: nothing there was forgotten")
        time.sleep(RETAINED_S)
        names = {message.topic for message in link.take() if message.retained}
        for name in sorted(names):
            link.publish(name, b"", 1, True)
        time.sleep(RETAINED_S / 3)
    finally:
        link.stop()


def stays(cottage: str, pod: str | None, broker: str | None) -> list[str]:
    """What is not ours to delete, in words."""
    return [*STAYS, *([] if broker else [STAYS_OUTSIDE])]

