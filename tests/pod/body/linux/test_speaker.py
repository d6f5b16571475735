"""Sound on the device's own clock; what is late, stuck, missing or too greedy."""

from array import array

import pytest
from tests.pod.body.linux.world import Lines

from pod.body.linux.speaker import LEAD, Speaker
from starlit.virtual.pi import PortAudio

BLOCK = array("h", range(1, 321))


class Desk:
    def __init__(self, device="auto", name="max98357a: bcm2835-i2s", channels=2):
        self.now_us = 0
        self.log = Lines()
        self.speaker = Speaker(self.log, device)
        self.portaudio = PortAudio(lambda: self.now_us, name)
        self.speaker._portaudio = self.portaudio
        self.speaker._channels = channels
        self.speaker._index = 0

    def run(self, ms, play=lambda n: BLOCK):
        """Looks each millisecond; how many blocks were taken."""
        taken = 0
        for _ in range(ms):
            if self.speaker.due(self.now_us):
                self.speaker.play(play(taken), self.now_us)
                taken += 1
            self.now_us += 1000
        return taken

    @property
    def played(self):
        return self.portaudio.streams[-1].played


@pytest.fixture
def desk():
    return Desk()


def test_a_block_is_due_at_once_and_then_every_20_ms(desk):
    desk.speaker.want(True, 0)
    assert desk.run(1) == 1
    assert desk.run(19) == 0
    assert desk.run(1000) == 50
    assert desk.speaker.underruns == 0


def test_samples_arrive_as_they_are_behind_the_lead(desk):
    desk.speaker.want(True, 0)
    blocks = [array("h", [n * 7 - 300] * 320) for n in range(20)]
    desk.run(380, lambda n: blocks[n])
    lead = LEAD * 320
    assert not any(desk.played[:lead])
    for n, block in enumerate(blocks[:19]):
        assert desk.played[lead + 320 * n : lead + 320 * (n + 1)] == block


def test_a_block_that_did_not_come_is_silence(desk):
    desk.speaker.want(True, 0)
    desk.run(1, lambda n: None)
    assert not any(desk.played)


def test_a_loop_that_is_late_by_40_ms_is_not_heard_and_a_later_one_is_counted(desk):
    desk.speaker.want(True, 0)
    desk.run(100)
    desk.now_us += 35_000
    desk.run(100)
    assert desk.speaker.underruns == 0
    desk.now_us += 200_000
    desk.run(100)
    assert desk.speaker.underruns == 1


def test_a_device_that_takes_everything_does_not_make_the_sound_run_away(desk, monkeypatch):
    desk.speaker.want(True, 0)
    monkeypatch.setattr(type(desk.portaudio.streams[0]), "_waiting", lambda self: 0)
    taken = 0
    for _ in range(10_000):
        taken += desk.run(1) + desk.run(0)
    assert 500 <= taken <= 515


def test_a_device_that_takes_nothing_ends_the_sound_and_waits_ten_seconds(desk, monkeypatch):
    desk.speaker.want(True, 0)
    desk.run(100)
    monkeypatch.setattr(type(desk.portaudio.streams[0]), "_waiting", lambda self: 1280)
    for _ in range(8_000):
        desk.run(1)
        desk.speaker.want(True, desk.now_us)
    assert desk.speaker.failures == 1 and len(desk.portaudio.streams) == 1
    assert desk.log.lines == ["missing: sound: the device takes nothing any more"]


def test_the_end_drops_what_still_waits(desk):
    desk.speaker.want(True, 0)
    desk.run(100)
    desk.speaker.want(False, desk.now_us)
    assert desk.portaudio.streams[0].closed
    assert not desk.speaker.due(desk.now_us)


def test_only_the_i2s_amplifier_is_taken_without_being_named(monkeypatch):
    """Another loudspeaker may be louder than the guard's model."""
    desk = Desk(name="HDA Intel: ALC (hw:0,0)")
    monkeypatch.setitem(__import__("sys").modules, "sounddevice", desk.portaudio)
    desk.speaker._index = None
    desk.speaker.start()
    assert desk.speaker._index is None
    assert "no I2S amplifier" in desk.log.lines[0]
    desk.speaker.want(True, 0)
    assert desk.portaudio.streams == []
    named = Desk("alc", name="HDA Intel: ALC (hw:0,0)")
    monkeypatch.setitem(__import__("sys").modules, "sounddevice", named.portaudio)
    named.speaker.start()
    assert named.speaker.chosen == "HDA Intel: ALC (hw:0,0)" and not named.log.lines


def test_without_portaudio_the_package_to_install_is_named(monkeypatch):
    desk = Desk()

    class Finder:
        def find_spec(self, name, path=None, target=None):
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(__import__("sys").modules, "sounddevice", raising=False)
    monkeypatch.setattr("sys.meta_path", [Finder(), *__import__("sys").meta_path])
    desk.speaker.start()
    assert desk.log.lines == [
        "missing: sound: PortAudio is not installed; run: sudo apt install libportaudio2"
    ]
