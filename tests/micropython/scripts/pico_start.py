"""A Pico pod from power to its main loop and out of it again, in simulated time, on littlefs.

Prints `ok` and what holds, one line a scenario; an assertion is a failure.
"""

import json
import os

import machine
import ramdisk
from simboard import Reset, board
from wiring import at_rest

from pod.body.pico.start import start
from pod.core import Pod
from pod.pins import PINS

PIN = {name: pico for name, pico, _ in PINS}
STEP = Pod.step
ram = ramdisk.mount()


def power():
    for name in ("wlan0", "wlan1", "house"):
        if hasattr(board, name):
            delattr(board, name)
    board.power_up()
    at_rest()


def after(seconds, action):
    board.at(board.now_us + int(seconds * 1000000), action)


def press(at_s, ms):
    after(at_s, lambda: board.put(PIN["button"], 0))
    after(at_s + ms / 1000, lambda: board.put(PIN["button"], 1))


def console():
    raise KeyboardInterrupt


def run(seconds):
    """`None` where the console took over, else what reset it."""
    after(seconds, console)
    try:
        start()
    except Reset as reset:
        return reset.args[0]


def reboot():
    board.reset()
    at_rest()


def dark():
    return not (board.level[PIN["rail_enable"]] or board.level[PIN["amp_enable"]])


def records():
    from pod.body.pico.store import Store

    return Store().load()


def it_starts_dark_counts_as_good_after_a_minute_and_gives_the_console():
    power()
    assert run(70) is None
    assert dark() and board.frames == []
    assert board.watchdog_due_us is None, "disarmed: nobody is reset at the console"
    assert board.scratch[0x4005800C] & 255 == 0
    kept = records()
    assert kept["boot"] == b"1" and len(json.loads(kept["config"])["setup_password"]) == 10


def it_lights_by_hand_and_hands_over_dark_all_the_same():
    power()
    press(1, 1200)
    press(14, 300)
    lit = []
    after(30, lambda: lit.append((board.level[PIN["rail_enable"]], board.frames[-1][1])))
    assert run(31) is None
    assert lit[0][0] == 1 and any(lit[0][1]) and dark()


def an_exception_is_dark_at_once_and_dark_for_the_night():
    power()
    press(1, 1200)
    press(14, 300)
    state = []

    def step(self, inputs, outputs):
        if board.now_us > 30000000 and not state:
            raise ValueError("broken on purpose")
        return STEP(self, inputs, outputs)

    Pod.step = step
    assert run(60) == "soft"
    assert dark()
    assert b"broken on purpose" in records()["crash"]
    reboot()
    state.append(1)
    pods = []

    def watched(self, inputs, outputs):
        pods.append(self)
        return STEP(self, inputs, outputs)

    Pod.step = watched
    press(1, 1200)
    press(14, 300)
    assert run(30) is None
    assert pods[-1].failed and board.frames == []
    Pod.step = STEP


def a_loop_that_hangs_is_reset_by_the_watchdog_within_eight_seconds():
    power()
    hangs = []

    def step(self, inputs, outputs):
        if board.now_us > 5000000:
            hangs.append(board.now_us)
            board.spend(100000000)
        return STEP(self, inputs, outputs)

    Pod.step = step
    assert run(100) == "watchdog"
    assert 7000000 < board.now_us - hangs[0] <= 8000000
    Pod.step = STEP


def three_wrong_starts_lead_to_safe_mode_and_power_out_of_it():
    power()

    def step(self, inputs, outputs):
        raise MemoryError

    Pod.step = step
    for _ in range(3):
        assert run(20) == "soft"
        reboot()
    press(1, 1200)
    assert run(600) is None, "no pod, no watchdog, no light; only the console"
    assert dark() and board.frames == [] and board.watchdog_due_us is None
    Pod.step = STEP
    power()
    assert run(5) is None


def safe_mode_is_linked_where_the_pod_is_provisioned():
    import pod.body.pico.wire as wire

    made = []

    class Client:
        def __init__(self, config):
            self.sent = []
            made.append(self)

        async def connect(self, quick=False):
            pass

        async def subscribe(self, topic, qos):
            pass

        async def publish(self, topic, payload, retain, qos):
            self.sent.append((topic, payload, retain))

        async def disconnect(self):
            pass

        def isconnected(self):
            return True

    provision()
    power()
    make = wire.Wire.__init__

    def init(self, settings, link, will, wlan):
        make(self, settings, link, will, wlan, Client)

    wire.Wire.__init__ = init
    Pod.step = lambda self, inputs, outputs: 1 // 0
    for _ in range(3):
        assert run(20) == "soft"
        reboot()
    assert run(60) is None
    topic, payload, retain = made[-1].sent[0]
    assert topic == b"starlit/house/pod/attic/state" and retain
    assert json.loads(json.loads(payload)["body"])["state"] == "safe"
    Pod.step = STEP
    wire.Wire.__init__ = make


def provision():
    with open("provision.json", "w") as file:
        json.dump({
            "version": 1, "cottage": "house", "pod": "attic", "host": "10.0.0.2", "port": 1883,
            "user": "attic", "password": "secret-of-the-broker", "ca_der": "", "key": "bb" * 32,
            "key_id": 7, "pod_key": "cc" * 32, "ssid": "home", "wifi_password": "sesame-street",
        }, file)  # fmt: skip


def a_provisioning_file_is_taken_in_and_removed():
    provision()
    power()
    assert run(15) is None
    assert "provision.json" not in os.listdir()
    config = json.loads(records()["config"])
    assert config["pod"] == "attic" and config["wifi_password"] == "sesame-street"


def a_broken_provisioning_file_changes_nothing():
    before = json.loads(records()["config"])
    for text in ("{", "[]", '{"version": 2, "pod": "other"}', '{"version": 1, "ca_der": 5}'):
        with open("provision.json", "w") as file:
            file.write(text)
        power()
        assert run(5) is None
        assert json.loads(records()["config"]) == before
    os.remove("provision.json")


def a_factory_reset_leaves_no_secret_on_the_flash():
    assert ram.holds(b"secret-of-the-broker")
    power()
    board.put(PIN["button"], 0)
    after(22, lambda: board.put(PIN["button"], 1))
    assert run(120) == "soft"
    reboot()
    assert run(5) is None
    for secret in (b"secret-of-the-broker", b"sesame-street", b"cccccccc"):
        assert not ram.holds(secret), secret
    assert json.loads(records()["config"]).get("pod") is None


CASES = (
    it_starts_dark_counts_as_good_after_a_minute_and_gives_the_console,
    it_lights_by_hand_and_hands_over_dark_all_the_same,
    an_exception_is_dark_at_once_and_dark_for_the_night,
    a_loop_that_hangs_is_reset_by_the_watchdog_within_eight_seconds,
    three_wrong_starts_lead_to_safe_mode_and_power_out_of_it,
    safe_mode_is_linked_where_the_pod_is_provisioned,
    a_provisioning_file_is_taken_in_and_removed,
    a_broken_provisioning_file_changes_nothing,
    a_factory_reset_leaves_no_secret_on_the_flash,
)
assert machine.WDT_RESET == 3
for case in CASES:
    case()
    print("ok", case.__name__)
