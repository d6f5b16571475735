"""Keeps a broker of ours going: one that dies is started again, on the port that all know."""

import asyncio
from collections.abc import Callable

from starlit.broker import Broker
from starlit.errors import UserError

LOOK_EVERY_S = 0.1  # waitpid(2): next to nothing


async def keep_broker(broker: Broker, say: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        if not broker.died():
            continue
        try:
            broker.stop()
            broker.start()
            say("the broker had died and was started again")
        except UserError as error:
            say(f"the broker has died: {error}; pods go on alone")
            return
