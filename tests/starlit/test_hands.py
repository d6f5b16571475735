import asyncio
import contextlib
import json
import socket
import threading

import pytest

from starlit import settings
from starlit.address import Address
from starlit.errors import UserError
from starlit.hands import HANDS_MAX, Hands, HandsServer, own_folder
from starlit.hub import Hub
from starlit.trust.provision import Credential
from starlit.virtual_hands import VirtualHands


async def echo(request):
    if request.get("do") == "refuse":
        raise UserError("unknown pod pod-9")
    return {"ok": True, "said": request}


@pytest.fixture
def served(tmp_path, request):
    """The path of a socket that a server in another thread answers on."""
    path = tmp_path / "hands.sock"
    loop = asyncio.new_event_loop()
    server = HandsServer(path, echo, idle_s=getattr(request, "param", 60.0))
    loop.run_until_complete(server.start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield path
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    assert not path.exists()


def test_a_hand_asks_and_is_answered(served):
    with Hands(served) as hands:
        assert hands.ask({"do": "lux", "to": 3})["said"] == {"do": "lux", "to": 3}
        assert hands.ask({"do": "again"})["ok"]


def test_a_refusal_is_the_hands_own_error(served):
    with Hands(served) as hands, pytest.raises(UserError, match="unknown pod pod-9"):
        hands.ask({"do": "refuse"})


@pytest.mark.parametrize("served", [0.2], indirect=True)
@pytest.mark.parametrize("said", [b"", b'{"do": "lux"'])
def test_a_hand_that_stops_in_the_middle_is_let_go(served, said):
    with socket.socket(socket.AF_UNIX) as raw:
        raw.settimeout(5)
        raw.connect(str(served))
        raw.sendall(said)
        assert raw.recv(1) == b""


@pytest.mark.parametrize("served", [0.2], indirect=True)
def test_a_hand_that_asks_and_never_reads_is_let_go(served):
    with socket.socket(socket.AF_UNIX) as raw:
        raw.settimeout(5)
        raw.connect(str(served))
        line = json.dumps({"do": "x" * 60_000}).encode() + b"\n"
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            for _ in range(1000):
                raw.sendall(line)


def test_more_hands_than_there_is_room_for_are_let_go_and_the_others_stay(served):
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(Hands(served))
        assert first.ask({"do": "lux"})["ok"]
        for _ in range(HANDS_MAX - 1):
            stack.enter_context(Hands(served)).ask({"do": "lux"})
        late = stack.enter_context(Hands(served))
        with pytest.raises(UserError, match="went away"):
            late.ask({"do": "lux"})
        assert first.ask({"do": "again"})["ok"]


@pytest.mark.parametrize("line", [b"garbage\n", b"[1]\n", b"\xff\xfe\n", b'"x"\n'])
def test_garbage_is_answered_and_the_socket_goes_on(served, line):
    with socket.socket(socket.AF_UNIX) as raw:
        raw.connect(str(served))
        file = raw.makefile("rwb")
        file.write(line)
        file.flush()
        assert json.loads(file.readline())["ok"] is False
    with Hands(served) as hands:
        assert hands.ask({"do": "lux"})["ok"]


def test_a_line_without_an_end_costs_only_its_own_connection(served):
    with socket.socket(socket.AF_UNIX) as raw:
        raw.connect(str(served))
        raw.settimeout(5)
        raw.sendall(b"x" * 200_000)
        with contextlib.suppress(ConnectionError):
            assert raw.recv(10) == b""
    with Hands(served) as hands:
        assert hands.ask({"do": "lux"})["ok"]


def test_only_the_owner_can_reach_the_socket(served):
    assert served.stat().st_mode & 0o077 == 0


def test_no_socket_is_one_line_that_says_what_to_start(tmp_path):
    with pytest.raises(UserError, match="starlit up --virtual"), Hands(tmp_path / "none"):
        pass


def test_a_long_state_folder_gets_a_short_socket(monkeypatch, tmp_path):
    monkeypatch.setenv("STARLIT_HOME", str(tmp_path / ("long" * 40)))
    assert len(str(settings.socket_path("home"))) <= settings.SOCKET_PATH_MAX
    assert settings.socket_path("home") != settings.socket_path("annex")


def test_a_folder_that_is_a_link_elsewhere_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(UserError, match="belongs to somebody else"):
        own_folder(tmp_path / "link")


@pytest.fixture
def hands():
    """Hands at two virtual pods that are built, and not linked to any broker."""
    known = {pod: Credential(pod, "", b"p" * 32, b"k" * 32, 1) for pod in ("pod-1", "pod-2")}
    hub = Hub("home", Address("127.0.0.1", 1), 2, known)
    for index, pod in enumerate(hub.ids):
        hub.pods[pod] = hub._make(pod, index)
        hub.pods[pod].runner.start()
    return VirtualHands(hub)


def test_a_hand_moves_switch_light_and_finger(hands):
    body = hands.find("pod-2").runner.body
    for request in ({"do": "switch", "to": "out"}, {"do": "lux", "to": 3}):
        assert asyncio.run(hands.handle({"pod": "pod-2", **request}))["ok"]
    assert not body.rail.sense_in and body.room.lx == 3
    asyncio.run(hands.handle({"do": "finger", "pod": "pod-2", "to": "off"}))
    assert body.pulse_chip.source is body.no_finger


def test_a_hand_over_the_sensor_takes_most_of_the_light_and_gives_it_back(hands):
    room = hands.find("pod-1").runner.body.room
    seen = []

    async def look():
        cover = asyncio.create_task(hands.handle({"do": "hand", "pod": "pod-1", "to": 50}))
        await asyncio.sleep(0.02)
        seen.append(room.lx)
        assert (await cover)["ok"]
        seen.append(room.lx)

    asyncio.run(look())
    assert seen == [0.5, 5.0]


def test_the_frames_are_what_the_rings_show(hands):
    assert asyncio.run(hands.handle({"do": "frames"}))["pods"] == {
        "pod-1": "0" * 72,
        "pod-2": "0" * 72,
    }


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"do": "switch", "pod": "pod-9", "to": "in"}, "unknown virtual pod pod-9.*pod-1, pod-2"),
        ({"do": "switch", "pod": "pod-1", "to": "up"}, "out or in"),
        ({"do": "button", "pod": "pod-1", "to": 0}, "milliseconds"),
        ({"do": "finger", "pod": "pod-1", "to": "nan"}, "beats a minute"),
        ({"do": "hand", "pod": "pod-1", "to": 0}, "milliseconds"),
        ({"do": "lux", "pod": "pod-1", "to": -1}, "lux"),
        ({"do": "fault", "pod": "pod-1", "to": "x"}, "unknown fault x.*sensor"),
        ({"do": "dance", "pod": "pod-1"}, "unknown request"),
        ({"do": ["x"], "pod": {"a": 1}}, "unknown request"),
        ({"do": "lux", "pod": [1], "to": 1}, "unknown virtual pod"),
    ],
)
def test_a_wrong_request_says_what_is_right(hands, request_, says):
    with pytest.raises(UserError, match=says):
        asyncio.run(hands.handle(request_))
