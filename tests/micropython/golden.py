"""Records the golden run: every input of one simulated pod, and a digest of what came out.

CPython only. The run has a heart through the pulse sensor, changing light, signed and broken
messages, the switch, the button, a lost link and the wrap of the pod's clock.
"""

import json
from pathlib import Path

from golden_player import Digest

from pod import ticks
from starlit.runner import PodRunner, ticks_at_start
from starlit.scenario import Event, parse_lines
from starlit.simulate import Simulation

SECONDS = 320
POD = "pod-1"
LASTING = (
    "switch_in", "button", "lux_mlx", "link_up", "link_expected", "faults", "wall_s", "mem_free",
    "case_temp_c", "heart_open", "beats_contact",
)  # fmt: skip

SCENARIO = r"""
{"t_ms":0,"wall":1767297600}
{"t_ms":0,"button_ms":1200}
{"t_ms":2000,"heart_bpm":68}
{"t_ms":3000,"set":{"profile":"adult","armed":true,"share_heart":true}}
{"t_ms":3200,"topic":"pod/pod-1/set/desired","payload":"{\"pulse\":\"pod-2\"}","sign":true}
{"t_ms":3500,"button_ms":3200}
{"t_ms":9000,"button_ms":300}
{"t_ms":18000,"topic":"pod/pod-1/set/play","payload":"{\"do\":\"pulse\",\"from\":\"pod-2\",\"dips_ms\":[20000,20900,21800]}","sign":true}
{"t_ms":20000,"topic":"pod/pod-1/set/play","payload":"{\"do\":\"pulse\",\"from\":\"pod-2\",\"dips_ms\":[22700,23600,99000]}","sign":true}
{"t_ms":25000,"topic":"all/sky","payload":"{\"seed\":77,\"pace_ms\":8000,\"members\":[\"a\",\"pod-1\",\"pod-2\",\"z\"],\"ritual_ms\":9000,\"epoch\":1}","sign":true}
{"t_ms":30000,"topic":"pod/pod-1/set/play","payload":"{\"do\":\"star\",\"from\":\"pod-2\",\"start_ms\":29500,\"place\":2}","sign":true}
{"t_ms":42000,"topic":"pod/pod-1/set/play","payload":"{\"do\":\"cue\",\"cue\":\"comet\"}","sign":true}
{"t_ms":38000,"topic":"pod/pod-1/set/play","payload":"{\"do\":\"shadow\",\"from\":\"pod-2\",\"start_ms\":37500,\"place\":2}","sign":true}
{"t_ms":50000,"topic":"pod/pod-1/set/play","payload":"{\"do\":\"goodnight\"}","sign":true,"nonce_age_ms":5000}
{"t_ms":52000,"topic":"pod/pod-1/set/play","payload_b64":"AP8="}
{"t_ms":54000,"topic":"all/sky","payload":"{not json"}
{"t_ms":56000,"topic":"pod/pod-1/set/play","payload":"{\"do\":\"cue\",\"cue\":\"tide\"}","sign":true}
{"t_ms":57000,"topic":"pod/pod-1/set/play","payload":"{\"do\":\"cue\",\"cue\":\"ember\"}","sign":true}
{"t_ms":60000,"lux":0.5}
{"t_ms":70000,"lux":120}
{"t_ms":80000,"lux":2}
{"t_ms":90000,"heart_bpm":96}
{"t_ms":110000,"heart_bpm":null}
{"t_ms":125000,"heart_bpm":62}
{"t_ms":140000,"link":"down"}
{"t_ms":150000,"link":"up"}
{"t_ms":170000,"switch":"out"}
{"t_ms":176000,"switch":"in"}
{"t_ms":178000,"button_ms":1500}
{"t_ms":185000,"button_ms":300}
{"t_ms":200000,"topic":"pod/pod-1/set/play","payload":"{\"do\":\"pulse\",\"from\":\"pod-2\"}","sign":true}
{"t_ms":215000,"fault":"sensor"}
{"t_ms":222000,"fault":"none"}
{"t_ms":260000,"topic":"unhook/host","payload":"{\"epoch\":5,\"target\":\"all\"}","sign":true}
{"t_ms":270000,"button_ms":1500}
{"t_ms":276000,"button_ms":300}
{"t_ms":305000,"topic":"pod/pod-1/set/play","payload":"{\"do\":\"morning\"}","sign":true}
"""


def scenario() -> list[Event]:
    return parse_lines(SCENARIO.strip().split("\n"), "golden")


class Recording:
    """Observes a runner; `lines` are the inputs, `digest` what came out."""

    def __init__(self, runner: PodRunner):
        self.lines: list[str] = []
        self.digest = Digest()
        self._first_ms = ticks_at_start(POD)
        self._last: dict[str, object] = {}
        self._started = False
        self._config = {k: v for k, v in vars(runner.config).items() if k != "key"}

    def step(self, runner: PodRunner) -> None:
        if not self._started:
            self._started = True
            self.lines.append(json.dumps({"config": self._config, "start_ms": self._first_ms}))
            self.digest.step(0, 0, runner.outputs)
            return
        self.lines.append(json.dumps(self._inputs(runner.inputs), separators=(",", ":")))
        t_ms = ticks.diff(runner.inputs.now_ms, self._first_ms)
        self.digest.step(t_ms, runner.due_ms, runner.outputs)

    def _inputs(self, inputs) -> dict:
        line = {"n": [inputs.now_ms, inputs.now_us]}
        if inputs.ppg_count:
            line["p"] = list(inputs.ppg[: inputs.ppg_count])
        if inputs.ppg_lost:
            line["l"] = inputs.ppg_lost
        if inputs.sound_due:
            line["d"] = inputs.sound_due
        if inputs.setup is not None:
            line["q"] = inputs.setup
        if inputs.messages:
            line["m"] = [[topic, list(payload), age] for topic, payload, age in inputs.messages]
        changed = {k: getattr(inputs, k) for k in LASTING}
        changed = {k: v for k, v in changed.items() if self._last.get(k, k) != v}
        self._last.update(changed)
        if changed:
            line["s"] = changed
        return line


def record(path: Path, seconds: int = SECONDS) -> list[str]:
    """Runs the pod, writes its inputs to `path` and returns the digest's lines."""
    simulation = Simulation(1, 20, scenario())
    runner = simulation.runners[0]
    recording = Recording(runner)
    runner.observe = recording.step
    try:
        simulation.start()
        simulation.run(seconds * 1_000_000)
    finally:
        simulation.stop()
    path.write_text("\n".join(recording.lines) + "\n")
    return recording.digest.finish()
