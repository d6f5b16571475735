"""What was dropped is said: once, in words, and only when there is more of it."""

from types import SimpleNamespace

from starlit.losses import Losses


def service():
    coordinator = SimpleNamespace(
        roster=SimpleNamespace(bad=0, last_bad=""), gifts=SimpleNamespace(dropped=0)
    )
    link = SimpleNamespace(dropped_in=0, dropped_out=0)
    return SimpleNamespace(link=link, coordinator=coordinator)


def test_silence_says_nothing_and_losses_are_said_once():
    said, running = [], service()
    losses = Losses(running, said.append)
    losses.tell()
    assert said == []
    running.link.dropped_in = 12
    running.coordinator.roster.bad, running.coordinator.roster.last_bad = 3, "x: bad mac"
    losses.tell()
    losses.tell()
    assert said == [
        "in the last minute: 12 messages dropped unread, 3 messages refused; last x: bad mac"
    ]
    running.link.dropped_in = 15
    losses.tell()
    assert said[1].startswith("in the last minute: 3 messages dropped unread; ")
