"""A newcomer's first moments: each virtual pod's button is pressed for them, once."""

import asyncio

from starlit.hub import Hub
from starlit.virtual_hands import VirtualHands

PLUG_IN_MS, GOODNIGHT_MS = 1200, 200
BETWEEN_PRESSES_S = 0.25


async def welcome(hub: Hub) -> None:
    hands = VirtualHands(hub)
    for ms in (PLUG_IN_MS, GOODNIGHT_MS):
        await asyncio.gather(*(hands.press(pod, ms) for pod in hub.pods.values()))
        await asyncio.sleep(BETWEEN_PRESSES_S)
