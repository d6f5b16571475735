"""The virtual body's golden run, recorded so that another body can be given the same.

What reached the pod by link, set-up window and clock, and what it showed and played.
"""

from tests.pod.body.hands import changes

from starlit import scenario
from starlit.runner import PodRunner
from starlit.simulate import Simulation

POD = "pod-1"
SEED = 20
DARK = bytes(36)
SILENCE = bytes(640)
LASTING = ("wall_s", "link_up", "heart_open")


class Reference:
    """The virtual body's run. `told`: (instant in us, link up, lasting, set-up, messages)."""

    def __init__(self, events, seconds):
        self.told, self.frames, self.blocks = [], [], []
        self.rises = []  # how many frames there were when the rail went on
        self._rail = False
        self._lasting = None
        simulation = Simulation(1, SEED, events)
        runner = simulation.runners[0]
        runner.observe = self._see
        try:
            simulation.start()
            simulation.run(seconds * 1_000_000)
        finally:
            simulation.stop()

    def sent(self):
        """What a ring gets: a dark frame each time that it has power, and each change once."""
        frames = list(self.frames)
        for at in reversed(self.rises):
            frames.insert(at, DARK)
        return changes(frames)

    def _see(self, runner: PodRunner):
        inputs, outputs = runner.inputs, runner.outputs
        lasting = {name: getattr(inputs, name) for name in LASTING}
        if runner.steps and (inputs.messages or inputs.setup or lasting != self._lasting):
            told = (runner.clock(), lasting, inputs.setup, list(inputs.messages))
            self.told.append(told)
        self._lasting = lasting
        if outputs.rail and not self._rail:
            self.rises.append(len(self.frames))
        self._rail = outputs.rail
        if outputs.leds_changed and outputs.rail:
            self.frames.append(bytes(outputs.leds))
        if outputs.sound_ready and outputs.sound.tobytes() != SILENCE:
            self.blocks.append(outputs.sound.tobytes())


def act(hands, event):
    """What a scenario does to the hardware, by starlit.virtual.hands.Hands."""
    if isinstance(event, scenario.Switch):
        hands.switch(event.switch)
    elif isinstance(event, scenario.Button):
        hands.press(event.button_ms)
    elif isinstance(event, scenario.HeartBpm):
        hands.finger(event.heart_bpm)
    elif isinstance(event, scenario.Lux):
        hands.room_lx(event.lux)
    elif isinstance(event, scenario.Fault):
        hands.fault(None if event.fault == "none" else event.fault)
