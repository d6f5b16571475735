"""All checks of one running cottage, in the order of what matters most."""

import time
from collections.abc import Callable, Iterator

from starlit import far_pair, settings
from starlit.address import Address, parse_address
from starlit.audit import access, doors, folder, pods
from starlit.audit.finding import Finding
from starlit.errors import UserError
from starlit.trust.store import open_store
from starlit.visit import Visit, find_broker

Progress = Callable[[str], None]


def audit(cottage: str, progress: Progress = lambda what: None) -> list[Finding]:
    """A UserError where the cottage is not up."""
    settings.check_cottage(cottage)
    run = settings.find_run(cottage)
    if run is None:
        find_broker(cottage, None)  # says what to do
        raise UserError(f"cottage {cottage} is not up")
    return list(_findings(cottage, run, progress))


def _findings(cottage: str, run: settings.Run, progress: Progress) -> Iterator[Finding]:
    address = parse_address(run.broker)
    store = open_store(cottage)
    progress("files and credentials")
    trust, broken = folder.load_trust(store)
    yield from broken
    if trust is None:
        return
    yield from folder.files(store)
    yield from folder.credentials(trust)
    yield from folder.shared(trust)
    yield from folder.keys(trust, int(time.time()))
    progress("ports")
    found = doors.open_doors(run.pid)
    yield from folder.certificates(store, any(not d.local for d in found) or _tls(found, address))
    yield from doors.doors(found, {address.port, int(trust.listen.get("port", 0))})
    ours = address.port in {door.port for door in found}
    if not ours:
        yield from doors.broker(address)
    else:
        progress("the access list")
        yield from access.tried(cottage, address, store)
    progress("pods")
    with Visit(cottage, address) as visit:
        records = visit.look_around()
    yield from pods.firmware(records)
    yield from pods.strangers(records, {*trust.active(), *run.pods})
    yield from _far(cottage)


def _tls(found: list[doors.Door], address: Address) -> bool:
    """A second port is the one for the network."""
    return any(door.port != address.port for door in found)


def _far(cottage: str) -> Iterator[Finding]:
    """Only one over TLS can be kept; a file that was changed by hand is another matter."""
    try:
        far_pair.find(cottage)
    except UserError as error:
        yield Finding(
            "far", str(far_pair.path(cottage)), str(error), "starlit cottage far leave"
        )
