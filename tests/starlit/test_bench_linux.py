"""The bench of the Raspberry Pi's body: its figures are there, and of the size that they can be."""

import json

import pytest
from typer.testing import CliRunner

from starlit.cli import app

pytest.importorskip("adafruit_blinka")


@pytest.mark.slow
def test_it_prints_every_figure_that_a_bar_is_held_against(monkeypatch):
    from starlit.bench import linux_body

    monkeypatch.setattr(linux_body, "CHILD_S", 1.0)
    whole = linux_body.run
    monkeypatch.setattr(linux_body, "run", lambda: whole(seconds=5.0))
    done = CliRunner().invoke(app, ["bench", "core", "--body", "linux", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert 0 < found["rest_percent"] < found["ritual_percent"]
    # No upper bound: here it is the memory of the whole test run.
    assert found["block_us"] > 0 and found["rss_mb"] > 10 and found["sensing_s"] > 0.6
    assert set(found["ok"]) == {"core", "memory", "sensing"}


def test_another_body_is_refused():
    done = CliRunner().invoke(app, ["bench", "core", "--body", "pico"])
    assert done.exit_code and "virtual or linux" in f"{done.output}{done.exception}"
