import asyncio

import pytest

from starlit import keeper
from starlit.errors import UserError


class MortalBroker:
    def __init__(self, revives):
        self.dead = True
        self.starts = 0
        self._revives = revives

    def died(self):
        return self.dead

    def stop(self):
        pass

    def start(self):
        self.starts += 1
        if not self._revives:
            raise UserError("port 1: in use")
        self.dead = False


@pytest.mark.parametrize(("revives", "says"), [(True, "started again"), (False, "go on alone")])
def test_a_broker_that_died_is_started_again_once(monkeypatch, revives, says):
    monkeypatch.setattr(keeper, "LOOK_EVERY_S", 0.01)
    broker, said = MortalBroker(revives), []

    async def a_while():
        task = asyncio.create_task(keeper.keep_broker(broker, said.append))
        await asyncio.sleep(0.1)
        task.cancel()

    asyncio.run(a_while())
    assert broker.starts == 1 and len(said) == 1 and says in said[0]
