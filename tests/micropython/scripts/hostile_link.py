"""A pod under so many hostile messages: garbage, forgeries, replays, and odd values under the right
key. Prints inputs, refusals, and the bytes in use after each tenth; nothing may be raised.

    hostile_link.py [inputs]
"""

import gc
import sys

from pod.config import Config
from pod.core import Pod
from pod.envelope import TEST_KEY, seal
from pod.io import Inputs, Outputs

INPUTS = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
HOME = "starlit/home/"
OWN = HOME + "pod/pod-1/set/"
TOPICS = (OWN + "play", OWN + "desired", OWN + "pong", HOME + "all/sky", HOME + "all/cue",
          HOME + "unhook/host", OWN + "x", "x", "")  # fmt: skip
ODD = ("null", "true", "-1", "0", "1073741824", "1099511627776", "9" * 300, "1e99", '""',
       '"' + "x" * 300 + '"', "[]", "{}", '[["a"]]', '{"a":[]}', '"pod-1"', "[" * 500)  # fmt: skip
BODIES = (
    ("do", '"goodnight"', "from", '"pod-2"'), ("do", '"cue"', "cue", '"comet"'),
    ("do", '"star"', "start_ms", "5000", "place", "1"), ("do", '"pulse"', "dips_ms", "[5000]"),
    ("friends", '["pod-2"]', "tz_min", "60", "score", '"default"'),
    ("calibration", '{"distance_mm":600}', "pulse", '"pod-2"'),
    ("seed", "7", "epoch", "9", "pace_ms", "9200", "members", '["pod-1","pod-2"]'),
    ("n", "1", "rx_ms", "5", "rx_us", "0", "tx_ms", "5", "tx_us", "1", "epoch", "9", "unix_s",
     "1790000000"),
    ("epoch", "3", "target", '"all"'), ("cue", '"comet"', "start_ms", "9000"),
)  # fmt: skip

state = [20261124, 1000, 10]  # chance, now_ms, version
inputs, outputs = Inputs(), Outputs()
pod = Pod(Config(), {})


def chance(most):
    state[0] = (state[0] * 1103515245 + 12345) & 0x3FFFFFFF
    return (state[0] >> 8) % most


def body():
    fields = list(BODIES[chance(len(BODIES))])
    if chance(3):
        fields[2 * chance(len(fields) // 2) + 1] = ODD[chance(len(ODD))]
    pairs = ['"%s":%s' % (fields[i], fields[i + 1]) for i in range(0, len(fields), 2)]
    return "{" + ",".join(pairs) + "}"


def message():
    topic = TOPICS[chance(len(TOPICS))]
    way = chance(10)
    if way == 0:
        return topic, bytes([chance(256) for _ in range(chance(60))])
    if way == 1:
        return topic, ODD[chance(len(ODD))].encode() * (1 + chance(3))
    state[2] += 1
    stamp = {"version": state[2]} if chance(2) else {"nonce": pod.link.nonce}
    payload = seal(TEST_KEY if chance(6) else b"another", topic, body(), **stamp)
    if way == 2:
        payload = payload[: chance(len(payload))]
    elif way == 3:
        data = bytearray(payload)
        data[chance(len(data))] ^= 1 << chance(8)
        payload = bytes(data)
    return topic, payload


def drain():
    outputs.messages.clear()
    outputs.notes.clear()
    outputs.store.clear()


def step(ms):
    state[1] = (state[1] + ms) & 0x3FFFFFFF
    inputs.now_ms = state[1]
    pod.step(inputs, outputs)
    inputs.messages.clear()
    drain()


def hand():
    """Plugs in and says goodnight, as a person would again and again."""
    for held_ms in (1200, 300):
        inputs.button = True
        for _ in range(held_ms // 50):
            step(50)
        inputs.button = False
        step(50)


inputs.switch_in = inputs.link_up = True
pod.start(state[1], 0, outputs)
drain()
used = []
for number in range(INPUTS):
    if number % 1000 == 0:
        hand()
    topic, payload = message()
    inputs.messages.append((topic, payload, 0))
    step(5)
    if number % (INPUTS // 10) == INPUTS // 10 - 1:
        topic = payload = None
        gc.collect()
        if hasattr(gc, "mem_alloc"):
            used.append(gc.mem_alloc())
print("inputs", INPUTS)
print("refused", pod.link.refused)
print("used", *used)
