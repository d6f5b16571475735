"""Nothing of a cottage goes anywhere but to its broker: watched from outside the program.

In a network of its own, whose only way out is a wire that nobody listens on, every packet is
captured. And system call by system call, which needs no namespace.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest
from tests.e2e.cottage import ROOT, _env

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
EVENING = ROOT / "tests" / "e2e" / "evening.py"
# 192.0.2.0/24 is for documentation (RFC 5737); the wire's other end drops what comes.
NETWORK = """\
set -e
ip link set lo up
ip link add v0 type veth peer name v1
echo 1 > /proc/sys/net/ipv6/conf/v0/disable_ipv6
echo 1 > /proc/sys/net/ipv6/conf/v1/disable_ipv6
ip addr add 192.0.2.2/24 dev v0
ip link set v0 up
ip link set v1 up
ip neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev v0
ip route add default via 192.0.2.1
tcpdump -i any -nn -q -l -U > "$CAPTURE" 2> "$CAPTURE.err" &
watcher=$!
until grep -q listening "$CAPTURE.err"; do sleep 0.05; done
"$@"
sleep 1
kill $watcher
wait $watcher || true
"""
LEAK = """\
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"a heartbeat", ("198.51.100.7", 53))
"""
# strace: connect(3, {sa_family=AF_INET, sin_port=htons(1883), sin_addr=inet_addr("127.0.0.1")}, 16)
CALL = re.compile(
    r"(connect|sendto|sendmsg|sendmmsg)\(.*?sa_family=AF_INET6?, sin6?_port=htons\((\d+)\)"
    r'.*?(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"'
)


LOOPBACK = re.compile(
    r" lo +(?:In|Out|B|M) +IP 127\.0\.0\.1\.(\d+) > 127\.0\.0\.1\.(\d+): tcp (\d+)$"
)
# paho wakes its own thread through a pair of sockets on loopback, a byte at a time.
WAKE_BYTES = 64


def harmless(packet, port):
    """To or from the broker, or a wake-up inside one process."""
    found = LOOPBACK.search(packet)
    return found is not None and (port in found.groups()[:2] or int(found[3]) <= WAKE_BYTES)


def needs(*programs):
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"not here: {', '.join(missing)} (.ci/run installs them)", pytrace=False)
    if missing:
        pytest.skip(f"not here: {', '.join(missing)}")


def captured(tmp_path, *command):
    """(what the command printed, every packet of its network as tcpdump tells it)."""
    needs("unshare", "ip", "tcpdump")
    allowed = subprocess.run(["unshare", "-n", "true"], capture_output=True)
    if allowed.returncode:
        pytest.skip("no network namespace may be made here")
    env = {**_env(tmp_path), "CAPTURE": str(tmp_path / "capture")}
    env["PYTHONPATH"] += os.pathsep + str(ROOT)
    done = subprocess.run(
        ["unshare", "-n", "bash", "-c", NETWORK, "watched", *map(str, command)],
        env=env, cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (tmp_path / "capture").read_text().splitlines()
    return done.stdout, [line for line in lines if line]


def test_no_packet_leaves_but_to_the_broker(tmp_path):
    said, packets = captured(tmp_path, sys.executable, EVENING, tmp_path / "home")
    port = int(said.split()[0])
    assert len(packets) > 200
    assert [packet for packet in packets if not harmless(packet, str(port))] == []


def test_a_packet_that_does_leave_would_be_seen(tmp_path):
    _, packets = captured(tmp_path, sys.executable, "-c", LEAK)
    assert any("v0" in packet and "198.51.100.7" in packet for packet in packets), packets


def test_no_system_call_names_another_address(tmp_path):
    needs("strace")
    env = _env(tmp_path)
    env["PYTHONPATH"] += os.pathsep + str(ROOT)
    trace = tmp_path / "calls"
    command = ["strace", "-f", "-e", "trace=network", "-o", trace, sys.executable, EVENING]
    done = subprocess.run(
        [*map(str, command), str(tmp_path / "home"), "3"],
        env=env, cwd=ROOT, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    if "ptrace" in done.stderr and done.returncode:
        pytest.skip("no program may be traced here")
    assert done.returncode == 0, done.stdout + done.stderr
    called = CALL.findall(trace.read_text(errors="replace"))
    assert done.stdout.split()[0] in {port for _, port, _ in called}
    assert {host for _, _, host in called} == {"127.0.0.1"}
