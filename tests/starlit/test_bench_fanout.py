"""`bench fanout` end to end, small; and the little MQTT that its light pods speak."""

import json

import pytest

from starlit.bench import fanout
from starlit.bench import mqtt_wire as wire
from starlit.bench.sync_table import fanout_lines
from starlit.broker import find_mosquitto

pytestmark = pytest.mark.real_time

needs_mosquitto = pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed")


@pytest.mark.parametrize("size", [0, 1, 126, 127, 128, 16383, 16384, 70000])
def test_packets_are_taken_whole_however_they_come(size):
    sent = wire.publish("a/b", b"x" * size) + wire.puback(7)
    buffer, taken = bytearray(), []
    for at in range(0, len(sent), 1000):
        buffer += sent[at : at + 1000]
        taken += list(wire.packets(buffer))
    assert [packet.kind for packet in taken] == [wire.PUBLISH, wire.PUBACK]
    assert taken[0].publish == ("a/b", b"x" * size, None) and not buffer


def test_a_message_of_qos_1_has_a_number_to_acknowledge():
    packet = wire.Packet(wire.PUBLISH, 2, b"\x00\x01t\x00\x09hello")
    assert packet.publish == ("t", b"hello", 9)


@needs_mosquitto
@pytest.mark.slow
def test_twenty_pods_hear_and_come_back():
    said = []
    options = fanout.FanoutOptions(pods=20, broadcasts=3, kills=1)
    result = fanout.run(options, lambda done, what: said.append(what))
    assert result["broadcasts_missed"] == 0 and result["broadcast_ms"]["n"] == 60
    assert 0 < result["broadcast_ms"]["p99"] < 5000
    assert result["recovery_all_s"]["n"] == 1 and result["recovery_all_s"]["max"] < 20
    assert result["coordinator_cpu_percent"] >= 0 and said
    json.dumps(result)
    assert len(fanout_lines(result)) == 6
