"""What leaves a pod, and what is written of it: what docs/privacy.md says, and no heart unasked."""

import json

import pytest

from pod.config import Config
from starlit.runner import PodRunner, VirtualClock

HEART_BPM = 87
RAW = ("ppg", "samples", "ir", "red", "waveform", "beats", "rr")


def evening(share, tmp_path=None, minutes=4):
    """(messages sent, records stored, the trace's lines) of a ritual with a finger on."""
    clock, sent, stored = VirtualClock(), [], []
    config = Config(seed=3)
    config.share_heart = share
    runner = PodRunner(
        config, clock, seed=3, sound=False,
        trace_path=tmp_path / "pod-1.jsonl" if tmp_path else None,
        publish=lambda _runner, topic, payload, qos, retain: sent.append((topic, payload)),
    )  # fmt: skip
    runner.observe = lambda runner: stored.extend(runner.outputs.store)
    runner.start()
    runner.set_link(True)
    runner.body.finger(HEART_BPM)
    runner.body.press(1200)
    while clock.now_us < minutes * 60_000_000:
        clock.now_us = max(clock.now_us + 1000, min(runner.next_us(), clock.now_us + 1_000_000))
        if 3_000_000 < clock.now_us < 3_020_000:
            runner.body.press(300)
        runner.advance()
    runner.stop()
    bodies = [(topic, json.loads(json.loads(payload)["body"])) for topic, payload in sent]
    return bodies, stored, runner


@pytest.fixture(scope="module")
def unshared():
    return evening(share=False)


def leaves(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def near_the_heart(value):
    return type(value) is int and abs(value - HEART_BPM) <= 6


def test_the_heart_was_felt(unshared):
    bodies, _, runner = unshared
    assert near_the_heart(runner.pod.senses.heart.bpm)
    assert any(body.get("contact") for _, body in bodies)


def test_an_unshared_heart_is_in_no_message(unshared):
    bodies, _, _ = unshared
    tele = [body for topic, body in bodies if topic.endswith("/tele")]
    assert len(tele) > 100
    for body in tele:
        assert body["heart_bpm"] is None and body["sleep"] is None
        assert "pulse" not in body and not (body["contact"] and "leds" in body)
    assert not any("/send/pulse" in topic for topic, _ in bodies)


def test_a_shared_heart_is_in_telemetry_alone():
    bodies, stored, _ = evening(share=True, minutes=1)
    told = [topic for topic, body in bodies if near_the_heart(body.get("heart_bpm"))]
    assert told and all(topic.endswith("/tele") for topic in told)


def test_no_message_and_no_record_holds_raw_samples_or_a_heart(unshared):
    bodies, stored, _ = unshared
    for topic, body in bodies:
        words = {word for word in leaves(body) if isinstance(word, str)}
        assert not words & set(RAW), topic
        numbers = [n for n in leaves(body) if type(n) is int]
        assert len(numbers) < 40, f"{topic} holds a series of numbers"
    assert {key.removesuffix("_old") for key, _ in stored} <= {
        "boot", "unplugged", "unhook", "dose", "learned", "score", "settings", "failed", "keys",
        "show", "part", "arousals", "cap", "events", "hosted",
    }  # fmt: skip
    assert not any(b"bpm" in value or b"heart_bpm" in value for _, value in stored)


def test_not_even_a_trace_holds_raw_samples(tmp_path):
    evening(share=True, tmp_path=tmp_path, minutes=1)
    words = {
        word
        for line in (tmp_path / "pod-1.jsonl").read_text().splitlines()
        for word in json.loads(line)
    }
    assert "heart" in words and not words & set(RAW)


@pytest.mark.parametrize("leaf", ["state", "tele"])
def test_every_field_that_leaves_a_pod_stands_in_the_privacy_page(unshared, repo_root, leaf):
    page = (repo_root / "docs" / "privacy.md").read_text()
    fields = {key for topic, body in unshared[0] if topic.endswith("/" + leaf) for key in body}
    assert len(fields) > 8
    assert [field for field in sorted(fields) if f"`{field}`" not in page] == []
