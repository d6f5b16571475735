"""Virtual pods on the real clock: one loop that steps each pod when something is due for it."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from array import array
from dataclasses import replace
from pathlib import Path

from pod.config import Config
from starlit import settings
from starlit.address import Address
from starlit.clock import SteadyClock, steady_ns
from starlit.errors import UserError
from starlit.journal import VERSION_BASE_S
from starlit.link import Link, Will
from starlit.runner import PodRunner
from starlit.topics import Topics
from starlit.trust.files import write_private
from starlit.trust.provision import Credential, Provision
from starlit.virtual import recording
from starlit.virtual.flash import VirtualFlash

PODS_MAX = 64  # each keeps a few percent of a core busy
# A broker of ours that is told to end before it has read the goodbyes sends wills instead.
GOODBYES_READ_S = 0.15
# Children at rest, and quick enough that a rate is known within five seconds.
BPM_FIRST, BPM_STEP, BPM_SPREAD = 78.0, 8.0, 24.0  # generated hearts that tell pods apart


def clock_us() -> int:
    return steady_ns() // 1000


def generated_bpm(index: int) -> float:
    return BPM_FIRST + BPM_STEP * index % BPM_SPREAD


class VirtualPod:
    """One pod: the runner that steps it, and the link that it speaks through."""

    def __init__(self, runner: PodRunner, link: Link):
        self.runner = runner
        self.link = link
        self.flash: VirtualFlash | None = None
        self.bare = False  # reset, and not provisioned since: it knows no broker

    @property
    def id(self) -> str:
        return self.runner.config.pod

    def carry_in(self) -> None:
        """What the link brought since the last time."""
        if self.bare:
            return
        if self.link.ready != self.runner.link_up:
            self.runner.set_link(self.link.ready)
        for message in self.link.take():
            self.runner.deliver(message.topic, message.payload, message.at_ns // 1000)


class Hub:
    def __init__(
        self,
        cottage: str,
        address: Address,
        count: int,
        credentials: dict[str, Credential],
        *,
        profile: str = "child",
        replay: Path | None = None,
        rate_hz: float = recording.DEFAULT_RATE_HZ,
        trace_dir: Path | None = None,
        finger: bool = True,
        recordings: tuple[array[int], ...] = (),
    ):
        self.cottage = cottage
        self.address = address
        self.count = count
        self.credentials = credentials
        self.profile = profile
        self.replay = replay
        self.rate_hz = rate_hz
        self.trace_dir = trace_dir
        self.finger = finger
        self.recordings = recordings
        self.own_users = True
        self.pods: dict[str, VirtualPod] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def ids(self) -> list[str]:
        return [f"pod-{n}" for n in range(1, self.count + 1)]

    # -- lifecycle ------------------------------------------------------------------

    def check(self) -> None:
        """Everything that can be wrong with what was asked for, before anything is started."""
        if not 0 <= self.count <= PODS_MAX:
            raise UserError(f"--virtual {self.count}: give 0 to {PODS_MAX} pods")
        if self.replay is not None:
            for index in range(min(self.count, len(recording.find(self.replay)))):
                recording.for_pod(self.replay, index, self.rate_hz)

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        for index, pod_id in enumerate(self.ids):
            pod = self._make(pod_id, index)
            self.pods[pod_id] = pod
            pod.runner.start()
            if self.finger:
                self._lay_finger(pod, index)
            pod.runner.advance()  # it has then stored which boot this is
            pod.link.will = Will(*self._offline(pod))
            pod.link.start()
        self._tasks.append(asyncio.create_task(self._run()))

    async def stop(self) -> None:
        """Virtual pods vanish with their program: nothing of theirs stays retained."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        leaving = [asyncio.to_thread(pod.link.stop, self._last(pod)) for pod in self.pods.values()]
        await asyncio.gather(*leaving)
        await asyncio.sleep(GOODBYES_READ_S)
        for pod in self.pods.values():
            pod.runner.stop()
        self.pods.clear()

    def _make(self, pod_id: str, index: int) -> VirtualPod:
        credential = self.credentials[pod_id]
        config = Config(pod_id, self.cottage, credential.key, self.profile, seed=index + 1)
        config.key_id, config.pod_key = credential.key_id, credential.pod_key
        config.share_heart = True  # the finger is simulated: it is nobody's heart
        trace_path = self.trace_dir / f"{pod_id}.jsonl" if self.trace_dir else None
        link = self._link(self.cottage, pod_id, self._login(credential))
        runner = PodRunner(
            config,
            clock_us,
            seed=index + 1,
            recordings=self.recordings,
            trace_path=trace_path,
            # Factory-new at every `up`, but never a boot that the journal has met already.
            stored={"boot": b"%d" % (SteadyClock.wall_s() - VERSION_BASE_S)},
            publish=lambda _runner, *message: link.publish(*message),
        )
        pod = VirtualPod(runner, link)
        pod.flash = VirtualFlash(runner, lambda: self.restart(pod))
        pod.flash.start()
        runner.forgot = lambda _runner: self._forgot(pod)
        return pod

    def _forgot(self, pod: VirtualPod) -> None:
        """Its credential is gone: it leaves, and stays alone."""
        pod.bare = True
        link, pod.link = pod.link, Link(self.address, "", [])
        threading.Thread(target=link.stop, daemon=True).start()

    async def provision(self, pod: VirtualPod, given: Provision) -> None:
        """Another credential, as a hand would bring it by a cable; it counts from now on."""
        await asyncio.to_thread(pod.link.stop)
        config = Config(given.pod, given.cottage, bytes.fromhex(given.key), self.profile)
        config.seed = pod.runner.config.seed
        config.key_id, config.pod_key = given.key_id, bytes.fromhex(given.pod_key)
        ca = settings.state_dir() / f"virtual-{pod.id}-ca.pem"
        write_private(ca, ssl.DER_cert_to_PEM_cert(base64.b64decode(given.ca_der)).encode())
        address = Address(given.host, given.port, given.user, given.password, tls=True, ca=ca)
        pod.runner.provision(config)
        pod.link = self._link(given.cottage, given.pod, address)
        pod.runner.publish = lambda _runner, *message: pod.link.publish(*message)
        pod.runner.advance()
        pod.bare = False
        pod.link.will = Will(*self._offline(pod))
        pod.link.start()

    def _link(self, cottage: str, pod: str, address: Address) -> Link:
        topics = Topics(cottage)
        return Link(
            address,
            f"starlit-{cottage}-{pod}",
            topics.for_pod(pod),
            wake=self.wake,
            first=topics.unhook(""),
        )

    def _login(self, credential: Credential) -> Address:
        """At a broker of ours each pod is a user of its own; another's has its own users."""
        if not self.own_users:
            return self.address
        return replace(self.address, user=credential.pod, password=credential.password)

    def _lay_finger(self, pod: VirtualPod, index: int) -> None:
        if self.replay is not None:
            pod.runner.body.finger(recording.for_pod(self.replay, index, self.rate_hz))
        else:
            pod.runner.body.finger(generated_bpm(index))

    def _offline(self, pod: VirtualPod) -> tuple[str, bytes]:
        return pod.runner.pod.report.will()

    def _last(self, pod: VirtualPod) -> list[tuple[str, bytes]]:
        if pod.bare:
            return []
        topics = Topics(pod.runner.config.cottage)
        gone = [(topics.pod(pod.id, leaf), b"") for leaf in ("ack", "state")]
        return [self._offline(pod), *gone]

    # -- time -------------------------------------------------------------------------

    def wake(self) -> None:
        """From any thread. One wake serves all that has come until then."""
        if self._woken.is_set():
            return
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._woken.clear()
            for pod in self.pods.values():
                self._serve(pod)
            due_us = min((pod.runner.next_us() for pod in self.pods.values()), default=None)
            if due_us is None:
                await self._woken.wait()
                continue
            timer = loop.call_later(max(0.0, (due_us - clock_us()) / 1e6), self._woken.set)
            await self._woken.wait()
            timer.cancel()

    def _serve(self, pod: VirtualPod) -> None:
        pod.carry_in()
        if pod.runner.next_us() <= clock_us():
            pod.runner.advance()

    def frames(self) -> dict[str, str]:
        """What each ring really shows, 72 hex digits."""
        return {pod.id: pod.runner.body.leds_shown().hex() for pod in self.pods.values()}

    def restart(self, pod: VirtualPod) -> None:
        """By the pod itself, to run a new program."""
        pod.runner.reboot()
        task = asyncio.get_running_loop().create_task(self.reconnect(pod))
        self._tasks.append(task)

    async def reconnect(self, pod: VirtualPod) -> None:
        """A reset pod's connection is gone, and its will names the new boot."""
        if pod.bare:
            return
        pod.runner.set_link(False)
        await asyncio.to_thread(pod.link.stop)
        pod.link.will = Will(*self._offline(pod))
        pod.link.start()
