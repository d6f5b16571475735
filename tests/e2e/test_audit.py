"""The audit of a real cottage: silent where all is well, and exact where it is not."""

import json
import subprocess

import pytest
from tests.e2e.cottage import Cottage, run

from starlit import broker as brokers

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(not brokers.find_mosquitto(), reason="mosquitto is not installed"),
]


def audit(cottage):
    done = run(cottage.home, "audit", "--json")
    assert done.returncode in (0, 1), done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] is (done.returncode == 0)
    return told["findings"]


@pytest.fixture
def opened(tmp_path):
    listen = f"127.0.0.1:{brokers.free_port()}"
    with Cottage(tmp_path / "home", "--virtual", "2", "--listen", listen) as cottage:
        yield cottage


def test_a_cottage_as_it_is_made_has_no_findings(opened):
    assert audit(opened) == []
    assert "nothing found" in opened.say("audit")
    assert "audit" not in opened.say("pod", "list"), "the pod that tried is gone"
    assert set(opened.status()) == {"pod-1", "pod-2"}


def test_a_file_that_somebody_opened_up_is_found_and_told_how_to_close(opened):
    (opened.home / "trust-home" / "ca.key").chmod(0o644)
    (found,) = audit(opened)
    assert found["check"] == "file" and found["do"].startswith("chmod 600")
    assert "chmod 600" in opened.say("audit", expect=1)


def test_an_open_broker_of_somebody_else_is_found(tmp_path):
    port = brokers.free_port()
    config = tmp_path / "open.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    child = subprocess.Popen([brokers.find_mosquitto(), "-c", config], stderr=subprocess.DEVNULL)
    try:
        broker = f"mqtt://127.0.0.1:{port}"
        with Cottage(tmp_path / "home", "--virtual", "1", "--broker", broker) as cottage:
            checks = [one["check"] for one in audit(cottage)]
            assert "anonymous" in checks and "access" in checks
    finally:
        child.kill()
        child.wait()
