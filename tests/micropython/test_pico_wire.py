"""The Pico's link with the real mqtt_as on the unix port, against a real mosquitto.

mqtt_as is not part of this repository: `STARLIT_MIP=dir` names a folder that mip has filled
(requirements/mip.txt), or it lies in .cache/mip.
"""

import json
import os
import shutil
import socket
import subprocess
import threading
import time

import pytest
from paho.mqtt import client as paho

pytestmark = [pytest.mark.micropython, pytest.mark.slow, pytest.mark.real_time]
OWN = "starlit/home/pod/pod-1/"


@pytest.fixture(scope="module")
def mip(repo_root):
    folder = os.environ.get("STARLIT_MIP") or repo_root / ".cache" / "mip"
    if not os.path.exists(f"{folder}/mqtt_as/__init__.py"):
        pytest.skip("no mqtt_as: STARLIT_MIP=dir of mip's packages (requirements/mip.txt)")
    return folder


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Two authorities, and a certificate by the first for `localhost`; P-256, as a cottage's."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make certificates with")
    folder = tmp_path_factory.mktemp("tls")

    def run(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    for name in ("ca", "other"):
        run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")
        subject = f"/CN=Starlit {name}"
        run("req", "-x509", "-new", "-key", f"{name}.key", "-out", f"{name}.pem", "-subj", subject)
        run("x509", "-in", f"{name}.pem", "-outform", "der", "-out", f"{name}.der")
    run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "broker.key")
    run("req", "-new", "-key", "broker.key", "-out", "broker.csr", "-subj", "/CN=broker")
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"]
    run("x509", "-req", "-in", "broker.csr", "-out", "broker.pem", *sign)
    return folder


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mosquitto:
    def __init__(self, folder, certificates):
        self.port, self.tls_port = free_port(), free_port()
        self._config = folder / "mosquitto.conf"
        passwords = folder / "passwords"
        subprocess.run(
            ["mosquitto_passwd", "-b", "-c", passwords, "pod-1", "secret"],
            check=True,
            capture_output=True,
        )
        passwords.chmod(0o644)
        for path in certificates.iterdir():
            path.chmod(0o644)
        certificates.chmod(0o755)
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\npassword_file {passwords}\n"
            "allow_anonymous false\nper_listener_settings false\nuser root\n"
            f"listener {self.tls_port} 127.0.0.1\ntls_version tlsv1.2\n"
            f"certfile {certificates}/broker.pem\nkeyfile {certificates}/broker.key\n"
        )
        self._process = None

    def start(self):
        self._process = subprocess.Popen(["mosquitto", "-c", self._config], stderr=-3, stdout=-3)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("mosquitto did not start")

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def client(self, topics=()):
        client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        client.username_pw_set("pod-1", "secret")
        client.got = []
        client.on_message = lambda _c, _u, m: client.got.append((m.topic, m.payload))
        client.connect("127.0.0.1", self.port)
        for topic in topics:
            client.subscribe(topic, 1)
        client.loop_start()
        return client


@pytest.fixture
def broker(tmp_path, certificates):
    if not shutil.which("mosquitto"):
        pytest.skip("no mosquitto")
    broker = Mosquitto(tmp_path, certificates)
    broker.start()
    yield broker
    broker.stop()


class Pod:
    """The script under the unix port; its lines come as they are printed."""

    def __init__(self, repo_root, micropython, mip, folder, seconds, **given):
        fakes = repo_root / "tests" / "micropython" / "fakes"
        path = ":".join(map(str, (mip, fakes, fakes / "unix", repo_root / "device", ".frozen")))
        settings = {
            "version": 1, "pod": "pod-1", "cottage": "home", "host": "127.0.0.1",
            "user": "pod-1", "password": "secret", "key": "aa" * 32, "seed": 1,
            "ssid": "home", "wifi_password": "sesame-street", **given,
        }  # fmt: skip
        (folder / "settings.json").write_text(json.dumps(settings))
        script = repo_root / "tests" / "micropython" / "scripts" / "pico_real_wire.py"
        self.process = subprocess.Popen(
            [micropython, "-X", "heapsize=380k", script, folder / "settings.json", str(seconds)],
            env={**os.environ, "MICROPYPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.strip())

    def wait_for(self, line, seconds=20, after=0):
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            if line in self.lines[after:]:
                return
            time.sleep(0.05)
        raise AssertionError(f"no {line!r} in {self.lines}")

    def finish(self):
        self.process.wait(60)
        time.sleep(0.1)
        return dict(line.split(" ", 1) for line in self.lines if " " in line)


@pytest.fixture
def start(repo_root, micropython, mip, tmp_path):
    pods = []

    def begin(seconds, **given):
        pods.append(Pod(repo_root, micropython, mip, tmp_path, seconds, **given))
        return pods[-1]

    yield begin
    for pod in pods:
        pod.process.kill()


def test_messages_go_both_ways_and_the_retained_unhook_comes_first(broker, start):
    host = broker.client([OWN + "#"])
    host.publish("starlit/home/unhook/host", b"stop", 1, True).wait_for_publish(5)
    pod = start(6, port=broker.port)
    pod.wait_for("up")
    pod.wait_for("got starlit/home/unhook/host stop")
    host.publish(OWN + "set/play", b"hello", 1).wait_for_publish(5)
    pod.wait_for(f"got {OWN}set/play hello")
    told = pod.finish()
    assert int(told["longest"]) < 200
    events = [int(payload) for topic, payload in host.got if topic.endswith("/event")]
    assert len(events) > 10 and events == sorted(set(events))


def test_a_broker_that_comes_back_is_subscribed_to_again(broker, start):
    pod = start(30, port=broker.port)
    pod.wait_for("up")
    broker.stop()
    pod.wait_for("down", 10)
    time.sleep(1)
    broker.start()
    lines = len(pod.lines)
    pod.wait_for("up", 25, lines)
    host = broker.client()
    host.publish("starlit/home/all/sky", b"again", 1).wait_for_publish(5)
    pod.wait_for("got starlit/home/all/sky again")


def test_a_wrong_password_is_told_and_survived(broker, start):
    told = start(6, port=broker.port, password="wrong")
    why = told.finish()["why"]
    assert "up" not in told.lines and "CONNACK" in why


def base64(path):
    import base64

    return base64.b64encode(path.read_bytes()).decode()


def test_tls_reaches_a_broker_of_the_cottages_authority(broker, start, certificates):
    pod = start(8, port=broker.tls_port, host="localhost", ca_der=base64(certificates / "ca.der"))
    pod.wait_for("up")
    broker.client().publish(OWN + "set/play", b"over tls", 1).wait_for_publish(5)
    pod.wait_for(f"got {OWN}set/play over tls")
    pod.finish()


@pytest.mark.parametrize(
    "host, authority", (("localhost", "other"), ("127.0.0.1", "ca")), ids=("authority", "name")
)
def test_tls_refuses_another_authority_and_another_name(
    broker, start, certificates, host, authority
):
    ca_der = base64(certificates / f"{authority}.der")
    pod = start(6, port=broker.tls_port, host=host, ca_der=ca_der)
    told = pod.finish()
    assert "up" not in pod.lines, pod.lines
    assert told["why"] != "None"
