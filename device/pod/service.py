"""What a host asks of a body: a self-test, a new program, a restart. Never in a night (`orders`).

A body steps it after each of the pod's steps. Flash is written only with the rail off; what a
request needs is loaded when it comes.
"""

from . import ticks

WAITING = 4
_LEAVE_MS = 1500  # for the last answer to go out
_TRUST_MS = 30000  # a new program has run for so long, and reported, before it is the good one


class Service:
    """`slots`: pod.slots.Slots after `begin`; `restart`: called once a new program is to start.
    `key`: modulus of who may sign updates, or None; `runs`: as pod.update.Updater; `parts`: bus,
    sensors, wifi and rail, as pod.selftest.SelfTest, or None where none is tried."""

    def __init__(self, slots, restart, parts, key=None, runs=None):
        self.busy = False  # it wants to be stepped again soon
        self._parts = parts
        self._slots = slots
        self._restart = restart
        self._key = key
        self._runs = runs
        self._updater = self._test = None
        self._id = 0
        self._asked = []
        self._leave_ms = None

    def step(self, pod, inputs, outputs):
        while outputs.service:
            if len(self._asked) < WAITING:
                self._asked.append(outputs.service.pop(0))
            else:  # a host waits for each answer: these are not its own
                outputs.service.pop(0)
        if self._test is not None:
            self._go_on(inputs, outputs)
        if self._leave_ms is not None and ticks.diff(inputs.now_ms, self._leave_ms) >= 0:
            self._leave_ms = None
            self._restart()
            return
        if self._asked and self._test is not None:
            self._refuse(inputs, self._asked.pop(0), "a self-test is under way, for 40 s at most")
        elif self._asked and not outputs.rail:
            self._take(pod, inputs, self._asked.pop(0))
        self.busy = bool(self._asked or self._test or self._leave_ms is not None)
        if self._slots is not None and self._slots.on_trial():
            self._judge(pod, inputs, outputs)

    def _answer(self, inputs, number, body):
        body["id"] = number
        inputs.served.append(body)

    def _refuse(self, inputs, body, why):
        self._answer(inputs, body["id"], {"ok": False, "why": why})

    def _take(self, pod, inputs, body):
        do = body.get("do")
        if pod.night_runs():
            self._refuse(inputs, body, "a night is under way")
        elif do == "test" and self._parts:
            self._begin(pod, inputs, body)
        elif do == "update" and self._slots is not None:
            self._update(pod, inputs, body)
        elif do == "restart":
            self._leave(inputs, body["id"], {"ok": True})
        else:
            self._refuse(inputs, body, "this pod cannot do that")

    def _begin(self, pod, inputs, body):
        from .selftest import SelfTest

        self._id = body["id"]
        bus, sensors, wifi, rail = self._parts
        self._test = SelfTest(bus, sensors, pod, wifi, rail)
        self._test.start(inputs.now_ms)
        self._answer(inputs, self._id, {"ok": True, "doing": "test"})

    def _go_on(self, inputs, outputs):
        if self._test.step(inputs.now_ms, inputs, outputs):
            self._answer(inputs, self._id, {"ok": True, "lines": self._test.lines})
            self._test = None

    def _update(self, pod, inputs, body):
        from .update import Updater

        if self._updater is None:
            self._updater = Updater(self._slots, self._key, pod.config.firmware, self._runs)
        answer = self._updater.take(body)
        if answer.get("restart"):
            self._updater = None
            self._leave(inputs, body["id"], answer)
        else:
            self._answer(inputs, body["id"], answer)

    def _leave(self, inputs, number, answer):
        self._leave_ms = ticks.add(inputs.now_ms, _LEAVE_MS)
        self._answer(inputs, number, answer)

    def _judge(self, pod, inputs, outputs):
        """The host has answered a ping of this start: it has heard of this program."""
        if not (pod.uptime_ms >= _TRUST_MS and inputs.link_up and pod.time.in_step()):
            return
        if pod.failed is None and not pod.night_runs() and not outputs.rail:
            try:
                self._slots.trust(self._slots.running)
            except OSError:  # flash fails: rolled back at the next start
                pass
