"""Where a cottage may listen, and by which names it is found there."""

import socket

import pytest

from starlit.errors import UserError
from starlit.trust.listen import Listen, addresses, parse_listen


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        ("192.168.1.5", Listen("192.168.1.5", 8883)),
        ("0.0.0.0:8884", Listen("0.0.0.0", 8884)),
        ("::", Listen("::", 8883)),
        ("[fd00::1]:99", Listen("fd00::1", 99)),
    ],
)
def test_an_address_and_a_port(text, listen):
    assert parse_listen(text) == listen


@pytest.mark.parametrize("text", ["", "pi.local", "1.2.3.4:0", "1.2.3.4:x", "1.2.3.4:99999"])
def test_a_wrong_one_is_one_line(text):
    with pytest.raises(UserError, match="--listen.*address of this computer|1 to 65535"):
        parse_listen(text)


def test_everywhere_means_every_address_and_name_of_this_computer():
    names = Listen("0.0.0.0").names()
    short = socket.gethostname().lower().split(".")[0]
    assert {"127.0.0.1", short, f"{short}.local"} <= set(names)
    assert set(addresses()) <= set(names)
    assert not any("%" in name for name in names)


def test_one_address_is_named_and_told_alone():
    listen = Listen("10.1.2.3")
    assert "10.1.2.3" in listen.names() and "127.0.0.1" not in listen.names()
    assert listen.told() == "10.1.2.3"


def test_pods_are_never_told_a_loopback_address_where_all_are_listened_on():
    assert not Listen("0.0.0.0").told().startswith("127.")
