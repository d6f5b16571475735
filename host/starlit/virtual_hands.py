"""What a hand can do at virtual pods: the requests of the local socket, carried out."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from pod.io import RESET_POWER
from starlit.errors import UserError
from starlit.hub import Hub, VirtualPod
from starlit.trust.provision import read_provision
from starlit.update.keys import read_public

LUX_MAX = 200_000.0  # more than the sun at noon; the sensor saturates there
PRESS_MAX_MS = 30_000
POWER_HOLD_MAX_MS = 40_000
FORGETS_S = 15.0
UNDER_A_HAND = 0.1  # of the room's light reaches the sensor
FAULTS = ("sensor", "bus", "identity", "fifo", "task", "hang", "config", "hot")
RESETS = ("watchdog", "brownout")


class VirtualHands:
    def __init__(self, hub: Hub, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep):
        self._hub = hub
        self._sleep = sleep

    async def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request of the local socket; wrong ones are a UserError."""
        do = request.get("do")
        if do == "frames":
            return {"ok": True, "pods": self._hub.frames()}
        verb = self._verbs().get(do) if isinstance(do, str) else None
        if verb is None:
            raise UserError(f"unknown request {do!r}: use {', '.join(self._verbs())} or frames")
        said = verb(self.find(request.get("pod")), request.get("to"))
        if asyncio.iscoroutine(said):
            said = await said
        self._hub.wake()
        return {"ok": True, "said": said}

    def _verbs(self) -> dict[str, Callable[[VirtualPod, Any], Any]]:
        return {
            "switch": self._switch,
            "button": self.press,
            "finger": self._finger,
            "lux": self._lux,
            "hand": self._hand,
            "fault": self._fault,
            "power": self._power,
            "provision": self._provision,
            "key": self._key,
        }

    def find(self, pod: Any) -> VirtualPod:
        if not isinstance(pod, str) or pod not in self._hub.pods:
            known = ", ".join(self._hub.pods) or "none"
            raise UserError(f"unknown virtual pod {pod}: this cottage has {known}")
        return self._hub.pods[pod]

    def _switch(self, pod: VirtualPod, to: Any) -> str:
        if to not in ("in", "out"):
            raise UserError(f"switch {to}: say out or in")
        pod.runner.body.switch(to)
        pod.runner.wake()
        hint = "" if to == "out" else "; hold the button for 1 s to plug in"
        return f"{pod.id}: switch {to}{hint}"

    async def press(self, pod: VirtualPod, to: Any) -> str:
        ms = _number(to, "button", 1, PRESS_MAX_MS, "milliseconds")
        pod.runner.body.press(int(ms))
        pod.runner.wake()
        self._hub.wake()
        await self._sleep(ms / 1000 + 0.05)
        return f"{pod.id}: button held {int(ms)} ms"

    def _finger(self, pod: VirtualPod, to: Any) -> str:
        if to == "off":
            pod.runner.body.finger(None)
            return f"{pod.id}: finger lifted"
        bpm = _number(to, "finger", 20, 300, "beats a minute, or off")
        pod.runner.body.finger(bpm)
        return f"{pod.id}: a generated finger at {bpm:g} bpm"

    def _lux(self, pod: VirtualPod, to: Any) -> str:
        lux = _number(to, "lux", 0, LUX_MAX, "lux")
        pod.runner.body.room_lx(lux)
        return f"{pod.id}: room light {lux:g} lx"

    async def _hand(self, pod: VirtualPod, to: Any) -> str:
        ms = _number(to, "hand", 1, PRESS_MAX_MS, "milliseconds")
        body = pod.runner.body
        lux = body.room.lx
        body.room_lx(lux * UNDER_A_HAND)
        self._hub.wake()
        await self._sleep(ms / 1000)
        body.room_lx(lux)
        return f"{pod.id}: a hand over the light sensor for {int(ms)} ms"

    async def _power(self, pod: VirtualPod, to: Any) -> str:
        """Taken away and given back, with the button held from the first moment on."""
        ms = int(_number(to, "power", 0, POWER_HOLD_MAX_MS, "milliseconds of the button"))
        pod.runner.reboot(RESET_POWER)
        if ms:
            pod.runner.body.press(ms)
        pod.runner.wake()
        await self._hub.reconnect(pod)
        self._hub.wake()
        await self._sleep(ms / 1000 + 0.3)
        end_s = asyncio.get_running_loop().time() + FORGETS_S
        while pod.runner.pod.forgetting and asyncio.get_running_loop().time() < end_s:
            await self._sleep(0.1)  # its light goes out gently first
        held = f", the button held for {ms} ms" if ms else ""
        state = "forgot everything" if pod.bare else pod.runner.pod.state()
        return f"{pod.id}: power off and on{held}: {state}"

    async def _provision(self, pod: VirtualPod, to: Any) -> str:
        given = read_provision(Path(str(to)))
        if given.pod != pod.id:
            raise UserError(f"{to} is for {given.pod}: a virtual pod keeps its name, {pod.id}")
        await self._hub.provision(pod, given)
        return f"{pod.id}: belongs to cottage {given.cottage}, by its broker at {given.host}"

    def _key(self, pod: VirtualPod, to: Any) -> str:
        assert pod.flash is not None
        pod.flash.use_key(read_public(Path(str(to))))
        return f"{pod.id}: takes updates signed by the key of {to}"

    async def _fault(self, pod: VirtualPod, to: Any) -> str:
        if to not in (*FAULTS, *RESETS, "none"):
            raise UserError(f"unknown fault {to}: use {', '.join((*FAULTS, *RESETS))} or none")
        if to == "none" and pod.runner.hung:
            to = "watchdog"  # what ends a hang in the real pod, too
        pod.runner.fault(to)
        if to not in RESETS:
            return f"{pod.id}: fault {to}"
        await self._hub.reconnect(pod)
        return f"{pod.id}: reset by {to}"


def _number(value: Any, what: str, low: float, high: float, unit: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not low <= number <= high:
        raise UserError(f"{what} {value}: give {low:g} to {high:g} {unit}")
    return number
