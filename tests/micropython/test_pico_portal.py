"""The set-up window from a phone's side: one page, bounded requests, and an end."""

import json
import os
import socket
import subprocess
import time
import urllib.parse
import urllib.request

import pytest

pytestmark = [pytest.mark.micropython, pytest.mark.real_time]


class Window:
    def __init__(self, repo_root, micropython, open_ms, seconds):
        fakes = repo_root / "tests" / "micropython" / "fakes"
        self.port, self.dns_port = _free(socket.SOCK_STREAM), _free(socket.SOCK_DGRAM)
        words = (self.port, self.dns_port, open_ms, seconds)
        script = repo_root / "tests" / "micropython" / "scripts" / "pico_portal.py"
        path = f"{fakes}:{repo_root / 'device'}:.frozen"
        self.process = subprocess.Popen(
            [micropython, "-X", "heapsize=380k", script, *map(str, words)],
            env={**os.environ, "MICROPYPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line == "open\n", line + self.process.stdout.read()

    def get(self, path="/", data=None):
        url = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(url, data, timeout=10) as answer:
            return answer.read().decode()

    def raw(self, data, wait_s=2.0):
        """What comes back for these bytes before the pod hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait_s) as sock:
            sock.sendall(data)
            try:
                return sock.recv(4096)
            except (TimeoutError, ConnectionResetError):
                return b""

    def finish(self):
        lines = self.process.communicate(timeout=40)[0].splitlines()
        return lines[:-1], json.loads(lines[-1])


def _free(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def window(repo_root, micropython):
    windows = []

    def begin(open_ms=20_000, seconds=8):
        windows.append(Window(repo_root, micropython, open_ms, seconds))
        return windows[-1]

    yield begin
    for one in windows:
        one.process.kill()


def test_a_phone_sets_wifi_and_pod_and_the_window_closes_with_a_restart(window):
    pod = window(seconds=9)
    page = pod.get("/hotspot-detect.html")
    assert "attic" in page and 'value="old"' in page
    sent = {"ssid": "Näpf", "wifi_password": "a&b=c d", "profile": "adult", "dawn": "06:45"}
    said = pod.get("/", urllib.parse.urlencode(sent).encode())
    assert "Kept" in said and "Näpf" in said and "a&b" not in said
    lines, told = pod.finish()
    assert sorted(lines) == ["closed", "restart"]
    assert told["kept"]["ssid"] == "Näpf" and told["kept"]["wifi_password"] == "a&b=c d"
    assert told["kept"]["radio_at_night"] is False
    assert told["setup"] == {"profile": "adult", "share_heart": False, "dawn": "06:45"}


def test_it_closes_by_itself_and_nothing_is_set(window):
    lines, told = window(open_ms=1500, seconds=4).finish()
    assert lines == ["closed"] and told["setup"] is None and told["kept"] == {}


def test_what_is_too_long_too_slow_or_nonsense_is_refused_and_survived(window):
    pod = window(seconds=12)
    assert pod.raw(b"GET /" + b"x" * 5000 + b"\r\n\r\n") == b""
    assert pod.raw(b"POST / HTTP/1.0\r\nContent-Length: 999999\r\n\r\n") == b""
    assert pod.raw(b"POST / HTTP/1.0\r\nContent-Length: -1\r\n\r\n") == b""
    assert pod.raw(b"POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nss%zz") == b""
    assert pod.raw(b"GET / HTTP/1.0\r\n", wait_s=0.5) == b""
    too_long = urllib.parse.urlencode({"ssid": "x" * 33}).encode()
    assert "Too long" in pod.get("/", too_long)
    slow = [socket.create_connection(("127.0.0.1", pod.port)) for _ in range(6)]
    time.sleep(0.5)
    for sock in slow:
        sock.close()
    time.sleep(1)
    assert "attic" in pod.get()
    _, told = pod.finish()
    assert told["refused"] >= 4 and told["kept"] == {} and told["setup"] is None


def test_every_name_leads_to_the_pod(window):
    pod = window()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.sendto(b"junk", ("127.0.0.1", pod.dns_port))
        name = b"\x07example\x03com\x00\x00\x01\x00\x01"
        query = b"\x12\x34\x01\x00\x00\x01" + bytes(6) + name
        sock.sendto(query, ("127.0.0.1", pod.dns_port))
        answer = sock.recv(512)
    assert (
        answer[:2] == b"\x12\x34" and answer[3] & 15 == 0 and answer.endswith(b"\xc0\xa8\x04\x01")
    )
    assert answer[12 : 12 + len(name)] == name
