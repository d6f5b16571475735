"""A whole pod and its host's time: no darkness, no jump, and it says where it stands."""

from tests.pod.pod_on_a_bench import PodOnABench

from pod.timebase import FAR_US, STALE_MS

EPOCH, AWAY_MS = 1, 500


class Answering:
    """A pod on a bench whose host answers every ping, `lead_ms` ahead."""

    def __init__(self, lead_ms=50_000):
        self.bench = PodOnABench(link=True)
        self.lead_ms, self.epoch = lead_ms, EPOCH
        self._answered = 0

    def answer(self):
        bench = self.bench
        pings = [body for topic, body, _, _ in bench.sent if topic.endswith("/ping")]
        for ping in pings[self._answered :]:
            at_ms = bench.t_ms + self.lead_ms
            body = {"n": ping["n"], "rx_ms": at_ms, "rx_us": 0, "tx_ms": at_ms, "tx_us": 0}
            body |= {"epoch": self.epoch, "unix_s": 0}
            bench.message("pod/pod-1/set/pong", body, nonce=str(ping["n"]))
        self._answered = len(pings)

    def run(self, seconds):
        """Answered every 100 ms; the shared time after each."""
        times = []
        for _ in range(seconds * 10):
            self.bench.run(100)
            self.answer()
            times.append((self.bench.t_ms, self.bench.pod.shared_ms()))
        return times

    def tele(self):
        return [body for topic, body, _, _ in self.bench.sent if topic.endswith("/tele")][-1]


def steps(times):
    """How much more shared time passed than time, between one look and the next, ms."""
    pairs = zip(times, times[1:], strict=False)
    return [(b[1] - a[1]) - (b[0] - a[0]) for a, b in pairs]


def lit_since(bench, t_ms):
    return all(any(m.leds) for m in bench.moments if m.t_ms >= t_ms)


def in_ritual(**how):
    one = Answering(**how)
    one.bench.plug_in()
    one.run(2)
    one.bench.press(200)
    one.run(8)
    assert one.bench.night == "ritual" and one.bench.pod.time.in_step()
    return one


def test_a_host_that_is_gone_is_told_and_costs_no_light():
    one = in_ritual()
    assert one.tele()["coasting"] is False and one.tele()["sync_error_us"] < 100_000
    began_ms = one.bench.t_ms
    one.bench.run(STALE_MS + 2000)
    assert one.tele()["coasting"] is True
    assert lit_since(one.bench, began_ms)


def test_a_host_that_jumps_is_followed_without_a_step_or_a_dark_frame():
    one = in_ritual()
    began_ms = one.bench.t_ms
    one.lead_ms += AWAY_MS
    times = one.run(60)
    assert max(map(abs, steps(times))) <= 2
    assert one.bench.pod.time.jumps == 1 and one.tele()["sync_error_us"] > 100_000
    times += one.run(60)
    assert abs(sum(steps(times)) - AWAY_MS) <= 25  # the jump, and not what an answer took
    assert lit_since(one.bench, began_ms)


def test_a_new_host_of_another_hour_waits_until_the_pod_is_dark():
    one = in_ritual()
    began_ms = one.bench.t_ms
    one.lead_ms, one.epoch = FAR_US // 1000 * 100, EPOCH + 1
    times = one.run(20)
    assert set(steps(times)) == {0}
    assert one.tele()["sync_error_us"] is None
    assert lit_since(one.bench, began_ms)
    cue = {"cue": "comet", "start_ms": one.bench.pod.shared_ms() + 2000}
    refused = one.bench.pod.link.refused
    one.bench.message("all/cue", cue, version=9, expiry_s=1 << 31)
    assert one.bench.pod.link.refused == refused + 1
    one.bench.press(1200)  # a hand ends the ritual
    one.run(15)
    assert one.bench.pod.time.in_step() and one.tele()["sync_error_us"] is not None
    assert abs(one.bench.pod.shared_ms() - one.bench.t_ms - one.lead_ms) <= 25


def test_a_first_host_in_the_middle_of_a_ritual_moves_nothing_that_shows():
    one = Answering(lead_ms=9_000_000)
    one.bench.inputs.link_up = False
    one.bench.goodnight()
    began_ms = one.bench.t_ms
    one.bench.inputs.link_up = True
    times = one.run(10)
    assert set(steps(times)) == {0} and not one.bench.pod.time.in_step()
    assert lit_since(one.bench, began_ms)
