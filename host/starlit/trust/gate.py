"""Who gets in at the broker of a running `up`: the trust on disk, as it changes."""

import asyncio
from collections.abc import Callable

from starlit.broker import Broker
from starlit.errors import UserError
from starlit.trust.access import Access
from starlit.trust.model import HOST, Trust
from starlit.trust.passwords import hashed
from starlit.trust.store import TrustStore

LOOK_EVERY_S = 0.25


def access_of(store: TrustStore, trust: Trust) -> Access:
    access = Access(trust.cottage, trust.password, store.folder)
    access.hashes = {HOST: hashed(trust.password), **_pods(trust)}
    return access


def _pods(trust: Trust) -> dict[str, str]:
    return {pod: one.hash for pod, one in trust.active().items()}


class Gate:
    """`up` has one store for its keys and this one for its doors: each sees each change once."""

    def __init__(self, store: TrustStore, access: Access, broker: Broker):
        self._store = store
        self._access = access
        self._broker = broker

    def look(self) -> list[str]:
        """Lets in and throws out what has changed; lines to say."""
        if not self._store.changed():
            return []
        now, before = _pods(self._store.load()), dict(self._access.hashes)
        kept = before.pop(HOST)
        if now == before:
            return []
        self._access.hashes = {HOST: kept, **now}
        self._broker.reload()
        out = [pod for pod in before if pod not in now]
        new = [pod for pod in now if now[pod] != before.get(pod)]
        return [f"{pod} is revoked" for pod in out] + [f"{pod} has a new credential" for pod in new]

    async def keep(self, say: Callable[[str], None]) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                for line in self.look():
                    say(line)
            except UserError as error:
                say(f"trust: {error}")
                await asyncio.sleep(10)
