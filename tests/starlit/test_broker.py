import os
import socket
import time
from pathlib import Path

import pytest

from starlit import broker as brokers
from starlit.address import Address, parse_address
from starlit.broker import Mosquitto, choose_broker, find_mosquitto
from starlit.broker_amqtt import AmqttBroker
from starlit.broker_outside import OutsideBroker
from starlit.errors import UserError
from starlit.link import Link, Will
from starlit.trust.access import Access
from starlit.trust.listen import Listen
from starlit.trust.passwords import hashed

pytestmark = pytest.mark.real_time

needs_mosquitto = pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed")
ROOT = "starlit/home/"
KINDS = [pytest.param("mosquitto", marks=needs_mosquitto), "amqtt"]


@pytest.fixture
def make_broker(tmp_path):
    started = []

    def make(kind, port=None):
        url = "amqtt" if kind == "amqtt" else None
        broker = choose_broker(url, port, tmp_path / "broker", access_for(tmp_path))
        broker.start()
        started.append(broker)
        return broker

    yield make
    for broker in started:
        broker.stop()


def access_for(folder):
    """Of a cottage `home` whose host is the only user."""
    access = Access("home", "secret", folder / "trust")
    access.hashes = {"host": hashed("secret")}
    return access


def wait_for(done, timeout_s=4.0):
    end_s = time.monotonic() + timeout_s
    while not done() and time.monotonic() < end_s:
        time.sleep(0.01)
    return done()


def take_one(link, topic):
    found = []

    def look():
        found.extend(message for message in link.take() if message.topic == topic)
        return found

    assert wait_for(look), f"nothing came on {topic}"
    return found[0]


@pytest.fixture
def linked():
    links = []

    def make(broker, name, topics, will=None):
        link = Link(broker.address, name, topics, will)
        link.start()
        links.append(link)
        assert link.wait_ready(4)
        return link

    yield make
    for link in links:
        link.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_a_retained_message_reaches_whoever_comes_later(make_broker, linked, kind):
    broker = make_broker(kind)
    linked(broker, "writer", [(ROOT + "x", 0)]).publish(ROOT + "a/b", b"hello", 1, True)
    time.sleep(0.2)
    assert take_one(linked(broker, "reader", [(ROOT + "a/#", 1)]), ROOT + "a/b").payload == b"hello"


@needs_mosquitto
def test_mosquitto_listens_on_loopback_only_and_leaves_nothing_running(make_broker):
    broker = make_broker("mosquitto")
    config = (broker.folder / "mosquitto.conf").read_text()
    assert f"listener {broker.address.port} 127.0.0.1" in config
    broker.stop()
    with pytest.raises(OSError):
        socket.create_connection((broker.address.host, broker.address.port), 0.5)


@needs_mosquitto
def test_what_is_retained_survives_a_restart_of_mosquitto(make_broker, linked):
    broker = make_broker("mosquitto")
    linked(broker, "writer", [(ROOT + "x", 0)]).publish(ROOT + "unhook/host", b"dark", 1, True)
    time.sleep(0.2)
    broker.stop()
    broker.start()
    reader = linked(broker, "reader", [(ROOT + "unhook/#", 1)])
    assert take_one(reader, ROOT + "unhook/host").payload == b"dark"


@needs_mosquitto
def test_a_link_comes_back_with_its_subscriptions_after_an_outage(make_broker, linked):
    broker = make_broker("mosquitto")
    link = linked(broker, "pod", [(ROOT + "a", 1)])
    broker.stop()
    assert wait_for(lambda: not link.ready)
    broker.start()
    assert wait_for(lambda: link.ready, 8)
    linked(broker, "writer", [(ROOT + "x", 0)]).publish(ROOT + "a", b"again", 1)
    assert take_one(link, ROOT + "a").payload == b"again"
    assert link.connects == 2


@needs_mosquitto
def test_a_lost_link_leaves_its_will(make_broker, linked):
    broker = make_broker("mosquitto")
    reader = linked(broker, "reader", [(ROOT + "state", 1)])
    lost = linked(broker, "lost", [(ROOT + "x", 0)], Will(ROOT + "state", b"gone"))
    lost._client._sock.shutdown(socket.SHUT_RDWR)  # the cable is pulled
    assert take_one(reader, ROOT + "state").payload == b"gone"


@pytest.mark.parametrize("kind", KINDS)
def test_a_port_in_use_is_one_line(make_broker, kind):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=rf"port {port} .*in use.*--port"):
            make_broker(kind, port)


def test_a_broker_that_does_not_answer_is_one_line():
    with pytest.raises(UserError, match="does not answer.*--broker"):
        OutsideBroker(Address("127.0.0.1", brokers.free_port())).start()


@needs_mosquitto
def test_a_broker_that_refuses_the_password_is_one_line(tmp_path):
    broker = Mosquitto(find_mosquitto(), None, tmp_path, access_for(tmp_path))
    broker.start()
    try:
        for login in (("somebody", "wrong"), ("host", "wrong"), ()):
            address = Address("127.0.0.1", broker.address.port, *login)
            with pytest.raises(UserError, match="refused.*password"):
                OutsideBroker(address).start()
    finally:
        broker.stop()


def test_without_mosquitto_amqtt_takes_its_place(monkeypatch, tmp_path):
    monkeypatch.setattr(brokers.shutil, "which", lambda *_args, **_more: None)
    assert isinstance(choose_broker(None, None, tmp_path, access_for(tmp_path)), AmqttBroker)


def test_the_broker_built_in_does_not_listen_to_a_network(tmp_path):
    listen = Listen("0.0.0.0")
    with pytest.raises(UserError, match="--listen needs mosquitto.*apt install"):
        choose_broker("amqtt", None, tmp_path, access_for(tmp_path), listen=listen)
    with pytest.raises(UserError, match="--listen is for a broker of our own"):
        choose_broker("mqtt://x", None, tmp_path, access_for(tmp_path), listen=listen)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://pi.local", Address("pi.local", 1883)),
        ("mqtt://ann:s%40fe@10.0.0.2:1884", Address("10.0.0.2", 1884, "ann", "s@fe")),
        ("mqtt://[::1]:99/", Address("::1", 99)),
        ("mqtts://pi.local", Address("pi.local", 8883, tls=True)),
        (
            "mqtts://ann:x@pi.local?ca=/etc/a%20b.pem",
            Address("pi.local", 8883, "ann", "x", True, Path("/etc/a b.pem")),
        ),
    ],
)
def test_a_broker_url_says_where_and_who(url, address):
    assert parse_address(url) == address
    assert parse_address(address.url) == address


@pytest.mark.parametrize(
    "url",
    [
        *("http://x", "mqtt://", "x:1883", "mqtt://h:99999", "mqtt://h/t"),
        *("mqtt://h?ca=/x", "mqtts://h?insecure=1", "mqtts://h?ca="),
    ],
)
def test_a_wrong_broker_url_is_one_line(url):
    with pytest.raises(UserError, match="mqtt://"):
        parse_address(url)


def test_a_wrong_broker_url_never_shows_its_password():
    with pytest.raises(UserError) as error:
        parse_address("mqtt://ann:secret@host:99999")
    assert "secret" not in str(error.value)


@needs_mosquitto
def test_mosquitto_dies_with_a_killed_parent(tmp_path):
    code = (
        "import os, pathlib, sys; from starlit.broker import Mosquitto, find_mosquitto\n"
        "from starlit.trust.access import Access\n"
        f"p = pathlib.Path({str(tmp_path)!r})\n"
        "b = Mosquitto(find_mosquitto(), None, p, Access('home', '', p)); b.start()\n"
        "print(b._child.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    import subprocess
    import sys

    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    pid = int(run.stdout)
    assert wait_for(lambda: not running(pid)), "mosquitto outlived its parent"


def running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
