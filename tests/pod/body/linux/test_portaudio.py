"""The real PortAudio, into ALSA's file device: what it wrote is what the pod played."""

import ctypes.util
import json
import os
import subprocess
import sys
from array import array
from pathlib import Path

import pytest

from pod.body.linux.speaker import LEAD

pytestmark = pytest.mark.real_time

ROOT = Path(__file__).resolve().parents[4]
ALSA = """\
pcm.pod_file {{ type file  file "{raw}"  format "raw"  slave.pcm {{ type null }}
    hint {{ show on  description "a file" }} }}
pcm.!default {{ type null }}
"""
# In a process of its own: PortAudio looks around once.
PLAY = """
import json, sys, time
from array import array
from pod.body.linux.problem import Log
from pod.body.linux.speaker import Speaker

def clock_us():
    return time.monotonic_ns() // 1000

speaker = Speaker(Log(), sys.argv[1])
speaker.start()
speaker.want(True, clock_us())
count, end_us = 0, clock_us() + 1_000_000
while clock_us() < end_us:
    if speaker.due(clock_us()):
        block = array("h", [(count * 320 + i) % 30000 - 15000 for i in range(320)])
        speaker.play(block, clock_us())
        count += 1
    time.sleep(0.003)
speaker.stop()
print(json.dumps([count, speaker.failures, speaker.underruns, speaker.chosen]))
"""


@pytest.fixture
def play(tmp_path):
    if not ctypes.util.find_library("portaudio"):
        if os.environ.get("CI") == "true":
            pytest.fail("PortAudio is not here: apt install libportaudio2", pytrace=False)
        pytest.skip("PortAudio is not here: apt install libportaudio2")
    (tmp_path / "alsa.conf").write_text(ALSA.format(raw=tmp_path / "out.raw"))

    def run(device):
        env = {**os.environ, "PYTHONPATH": str(ROOT / "device"),
               "ALSA_CONFIG_PATH": str(tmp_path / "alsa.conf")}  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", PLAY, device],
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout.strip().rpartition("\n")[2])
        return told, done.stderr, tmp_path / "out.raw"

    return run


def test_every_sample_arrives_once_in_order_on_both_channels(play):
    (count, failures, underruns, chosen), _, raw = play("pod_file")
    assert chosen == "pod_file" and failures == underruns == 0
    samples = array("h", raw.read_bytes())
    left, right = samples[0::2], samples[1::2]
    assert left == right
    lead = LEAD * 320
    assert not any(left[:lead])
    meant = [n % 30000 - 15000 for n in range(count * 320)]
    assert list(left[lead : lead + len(meant)]) == meant


def test_a_device_without_a_clock_gets_what_a_second_holds(play):
    (count, *_), _, _ = play("pod_file")
    assert 48 <= count <= 54


def test_where_there_is_no_amplifier_it_says_what_there_is(play):
    (count, failures, _, chosen), said, raw = play("auto")
    assert count == failures == 0 and chosen == "" and not raw.exists()
    assert "no I2S amplifier (there is: " in said and "pod_file" in said
