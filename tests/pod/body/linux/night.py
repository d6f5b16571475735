"""The golden run through the Raspberry Pi's body: the same hands and chips as in the virtual one
(tests/pod/body/reference.py), and the same messages at the same instants.
"""

from tests.pod.body.linux.world import START_US, Rig, Wire
from tests.pod.body.reference import POD, SEED, act

from starlit.runner import ticks_at_start

BLOCK = 320


class Night:
    def __init__(self, events, seconds, told):
        self.wire = Wire()
        self.rig = rig = Rig(wire=self.wire, pulse_seed=SEED * 1009, pod=POD, seed=SEED)
        rig.hardware.ticks_offset_ms = ticks_at_start(POD) - START_US // 1000
        rig.hardware.sensors.start(rig.hardware.ticks_ms())
        rig.start()
        self._follow(sorted(events, key=lambda event: event.t_ms), seconds, list(told))

    def _follow(self, events, seconds, told):
        rig, t_us = self.rig, 0
        while t_us <= seconds * 1_000_000:
            rig.now_us = START_US + t_us
            while events and events[0].t_ms * 1000 <= t_us:
                act(rig.pi, events.pop(0))
            while told and told[0][0] <= t_us:
                self._tell(told.pop(0))
                rig.loop.turn()
            due_us = t_us + rig.loop.turn()
            instants = [due_us, t_us // 1000 * 1000 + 1000]
            release_us = rig.pi.button_contact.release_us
            instants += [release_us] if release_us else []
            instants += [told[0][0]] if told else []
            t_us = min(us for us in instants if us > t_us)

    def _tell(self, told):
        _, lasting, setup, messages = told
        self.wire.up = lasting["link_up"]
        inputs = self.rig.loop.inputs
        inputs.wall_s, inputs.heart_open = lasting["wall_s"], lasting["heart_open"]
        self.rig.loop.setup = setup
        self.wire.inbox.extend(messages)

    def frames(self):
        return self.rig.frames()

    def blocks(self):
        """Blocks that sounded, without the silence ahead of each start and between."""
        found = []
        for stream in self.rig.portaudio.streams:
            played = stream.played
            found += [played[i : i + BLOCK].tobytes() for i in range(0, len(played), BLOCK)]
        return [block for block in found if block.strip(b"\0")]
