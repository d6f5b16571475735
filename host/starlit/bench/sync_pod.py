"""One pod of `starlit bench sync`, in a process of its own, by its own bad clock.

Started as `python -m starlit.bench.sync_pod '{"pod":...}'`. It is a whole pod in a virtual body,
with its real link; only finger and sound are left out. Its hand plugs it in and says goodnight
whenever it is dark and may be lit. At the end, a line on stdin, it writes what it saw to its file.
"""

import asyncio
import contextlib
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pod.config import Config
from pod.scene import FRAME_MS
from starlit.address import Address
from starlit.bench.credentials import load
from starlit.bench.skew import SkewedClock
from starlit.broker import LOOPBACK
from starlit.clock import steady_ns
from starlit.link import Link
from starlit.runner import PodRunner
from starlit.topics import Topics

SAMPLE_US = 100_000  # of the clock's error, at whole multiples of the steady clock
PLUG_IN_MS, GOODNIGHT_MS, MORNING_MS = 1200, 200, 1200
HAND_EVERY_S = 2.0


@dataclass(frozen=True)
class PodOptions:
    pod: str
    cottage: str
    port: int  # of the proxy
    seed: int
    boots: int  # cold starts of `boot_s` each, dark, before the sky is lit
    boot_s: float
    file: str
    credentials: str  # a file

    def as_json(self) -> str:
        return json.dumps(asdict(self))


class SyncPod:
    def __init__(self, options: PodOptions):
        self.options = options
        self.clock = SkewedClock(options.seed)
        known = load(options.credentials)[options.pod]
        config = Config(options.pod, options.cottage, known.key, "child", seed=options.seed)
        self.link = Link(
            Address(LOOPBACK, options.port, known.pod, known.password),
            f"bench-{options.pod}",
            Topics(options.cottage).for_pod(options.pod),
            wake=self._wake,
        )
        self.runner = PodRunner(
            config,
            self.clock,
            seed=options.seed,
            sensor="beats",
            sound=False,
            publish=lambda _runner, *message: self.link.publish(*message),
        )
        self.runner.observe = self._observe
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._ending = False
        self._frame = -1
        self._lit = False
        # what it saw, on the steady clock in us
        self.samples: list[tuple[int, int, int]] = []  # when, shared us, stated error in us
        self.frames: list[tuple[int, int]] = []  # frame, when it was shown
        self.darks: list[int] = []  # when an unhook's dark was shown
        self.links: list[tuple[int, bool]] = []  # when it was up, after a cold start or not

    # -- lifecycle --------------------------------------------------------------------------

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sys.stdin, self._end)
        self.runner.start()
        self.link.start()
        tasks = [asyncio.create_task(self._live()), asyncio.create_task(self._sample())]
        for _ in range(self.options.boots):
            await asyncio.sleep(self.options.boot_s)
            await self._reboot()
        await self._be_a_hand()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self.link.stop)
        self._write()

    def _end(self) -> None:
        self._ending = True
        self._woken.set()

    def _wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def _live(self) -> None:
        """Steps the pod when something is due, as the hub does for `starlit up`."""
        assert self._loop is not None
        while True:
            self._woken.clear()
            self._carry_in()
            wait_us = self.runner.next_us() - self.clock()
            if wait_us <= 0:
                self.runner.advance()
                continue
            timer = self._loop.call_later(wait_us / 1e6, self._woken.set)
            await self._woken.wait()
            timer.cancel()

    def _carry_in(self) -> None:
        if self.link.ready != self.runner.link_up:
            self.runner.set_link(self.link.ready)
            if self.link.ready:
                self.links.append((steady_ns() // 1000, not self.runner.pod.time.synced))
        for message in self.link.take():
            self.runner.deliver(message.topic, message.payload, self.clock.at(message.at_ns))

    async def _reboot(self) -> None:
        """A cold start: nothing is known of the host, and the connection is a new one."""
        self.runner.set_link(False)
        await asyncio.to_thread(self.link.stop)
        self.runner.reboot()
        self.link.start()

    # -- what it sees -----------------------------------------------------------------------

    async def _sample(self) -> None:
        while True:
            now_us = steady_ns() // 1000
            due_us = (now_us // SAMPLE_US + 1) * SAMPLE_US
            await asyncio.sleep((due_us - now_us) / 1e6)
            time = self.runner.pod.time
            if time.in_step():
                local_us = self.clock.at(due_us * 1000)
                local_us += self.runner.body.ticks_offset_ms * 1000
                shared_us = local_us + time.shown_ms * 1000 + time.shown_us
                error_us = time.error_us(self.runner.pod.now_ms)
                self.samples.append((due_us, shared_us, error_us))

    def _observe(self, runner: PodRunner) -> None:
        pod = runner.pod
        frame = pod.shared_ms() // FRAME_MS
        lit = any(runner.outputs.leds)
        if frame != self._frame and pod.show.lit(pod.director.night):
            self._frame = frame
            self.frames.append((frame, steady_ns() // 1000))
        if self._lit and not lit and pod.state() == "unhooked":
            self.darks.append(steady_ns() // 1000)
        self._lit = lit

    async def _be_a_hand(self) -> None:
        """Dark, it is plugged in and begins the ritual; a ritual that has ended begins anew."""
        while not self._ending:
            state = self.runner.pod.state()
            if self.runner.pod.plug.may_show():
                press_ms = {"idle": GOODNIGHT_MS, "night": MORNING_MS}.get(state)
            else:
                press_ms = PLUG_IN_MS
            if press_ms:
                self.runner.body.press(press_ms)
                self.runner.wake()
                self._woken.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended(), HAND_EVERY_S)

    async def _ended(self) -> None:
        while not self._ending:
            await asyncio.sleep(0.05)

    def _write(self) -> None:
        told: dict[str, Any] = {
            "pod": self.options.pod,
            "drift_ppm": round(self.clock.drift_ppm, 1),
            "wander_ppm": round(self.clock.wander_ppm, 1),
            "samples": self.samples,
            "frames": self.frames,
            "darks": self.darks,
            "links": self.links,
            "jumps": self.runner.pod.time.jumps,
        }
        Path(self.options.file).write_text(json.dumps(told))


def main() -> None:
    asyncio.run(SyncPod(PodOptions(**json.loads(sys.argv[1]))).run())


if __name__ == "__main__":
    main()
