"""pod.toml and the provisioning file: what is wrong with them is said in one line."""

import base64
import json
from pathlib import Path

import pytest

from pod.body.linux import settings
from pod.body.linux.files import Records
from pod.body.linux.problem import Problem
from starlit.trust import provision as host


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "pod.toml").write_text('provision = "p.json"\n[body]\nstate = "state"\n')
    return tmp_path


@pytest.fixture
def provisioned(folder):
    """Writes the file as the host does."""

    def write(pod="lamp", cottage="home", key=b"k" * 32):
        given = host.Provision(
            host.VERSION, cottage, pod, "cottage.local", 8883, pod, "secret",
            base64.b64encode(b"a certificate").decode(), key.hex(), 3, (b"p" * 32).hex(),
        )  # fmt: skip
        host.write_provision(folder / "p.json", given)

    return write


def identity(folder):
    given = settings.read(folder / "pod.toml")
    records = Records(given.state)
    records.load()
    return settings.identity(given, records), records


def test_the_example_is_read_and_is_the_default(tmp_path):
    (tmp_path / "a.toml").write_text(settings.EXAMPLE)
    (tmp_path / "b.toml").write_text("")
    assert settings.read(tmp_path / "a.toml") == settings.read(tmp_path / "b.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", "colour is not known; there is provision, profile"),
        ("[leds]\ncount = 16", "leds.count is not known; there is leds.backend"),
        ("[leds]\nbackend = 'pwm'", "leds.backend is one of auto, spi, neopixel, none"),
        ("profile = 3", "profile is a text in quotes"),
        ("tz_min = 'CET'", "tz_min is a whole number"),
        ("leds = 3", r"\[leds\] is a section"),
        ("profile = ", "Invalid value"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    (tmp_path / "pod.toml").write_text(text)
    with pytest.raises(Problem, match=said) as found:
        settings.read(tmp_path / "pod.toml")
    assert "\n" not in str(found.value) and "pod.toml" in str(found.value)


def test_without_a_file_the_way_to_one_is_named(tmp_path):
    with pytest.raises(Problem, match="starlit-pod install"):
        settings.read(tmp_path / "pod.toml")


def test_the_hosts_file_makes_it_a_pod_of_that_cottage(folder, provisioned):
    provisioned()
    (config, broker), _ = identity(folder)
    assert (config.pod, config.cottage, config.key_id) == ("lamp", "home", 3)
    assert config.key == b"k" * 32 and config.pod_key == b"p" * 32 and config.body == "linux"
    assert (broker.host, broker.port, broker.ca_der) == ("cottage.local", 8883, b"a certificate")
    assert "secret" not in repr(broker)


def test_without_one_it_is_alone_and_nothing_verifies(folder):
    (config, broker), _ = identity(folder)
    assert broker is None and len(config.key) == 32
    (again, _), _ = identity(folder)
    assert again.key != config.key and again.seed == config.seed


def test_a_new_credential_takes_the_old_cottages_records_away(folder, provisioned):
    provisioned()
    _, records = identity(folder)
    records.keep([("keys", b"old"), ("unhook", b"old"), ("dose", b"mine"), ("settings", b"mine")])
    _, records = identity(folder)
    assert records.records["keys"] == b"old"
    provisioned(key=b"n" * 32)
    _, records = identity(folder)
    assert "keys" not in records.records and "unhook" not in records.records
    assert records.records["dose"] == b"mine" and records.records["settings"] == b"mine"


def test_a_factory_reset_forgets_the_credential_even_where_its_file_stays(
    folder, provisioned, monkeypatch
):
    provisioned()
    _, records = identity(folder)
    records.keep([("dose", b"d"), ("keys", b"k"), ("forgetting", b"1")])
    unlink = Path.unlink

    def read_only(path, missing_ok=False):
        if path.name == "p.json":
            raise OSError(30, "Read-only file system")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", read_only)
    settings.forget(settings.read(folder / "pod.toml"), records)
    monkeypatch.undo()
    assert set(records.records) == {"dose", "device"}
    assert (folder / "p.json").exists()
    (_, broker), _ = identity(folder)
    assert broker is None
    provisioned(key=b"n" * 32)  # a new one by hand is another matter
    (_, broker), _ = identity(folder)
    assert broker is not None


@pytest.mark.parametrize("bad", ["", "{}", '{"version": 1}', "[1]", '{"version": 1, "key": "zz"}'])
def test_a_file_that_is_none_says_how_to_make_one(folder, bad):
    (folder / "p.json").write_text(bad)
    with pytest.raises(Problem, match="starlit pod add NAME"):
        identity(folder)


def test_a_file_of_another_version_is_refused(folder, provisioned):
    provisioned()
    given = json.loads((folder / "p.json").read_text())
    (folder / "p.json").write_text(json.dumps({**given, "version": 2}))
    with pytest.raises(Problem, match="another version"):
        identity(folder)
