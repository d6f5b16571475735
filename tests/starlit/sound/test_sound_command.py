"""`starlit sound`: a list of the kinds, and a file of one of them as the guard lets it through."""

import json
import wave

import pytest

from pod.sound import FULL, NAMES, PINK, RECORDING, TONE
from starlit.cli import run
from starlit.sound.levels import dba_of_level, level_of_dba, level_of_percent
from starlit.sound.measure import figures, level_dba, samples_of
from starlit.sound.render import render


def test_without_a_name_it_lists_every_kind_and_how_loud_it_gets(capsys):
    assert run(["sound", "--json"]) == 0
    rows = {row["layer"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == set(NAMES) - {"none"}
    assert all(row["loudest_dba"]["child"] < 25 for row in rows.values() if row["layer"] == "pink")
    assert run(["sound"]) == 0
    assert "rain" in capsys.readouterr().out


def test_it_writes_a_wav_of_16_khz_and_says_what_is_in_it(tmp_path, capsys):
    out = tmp_path / "rain.wav"
    assert run(["sound", "rain", "--seconds", "16", "--wav", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    with wave.open(str(out)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        assert abs(file.getnframes() / 16000 - told["seconds"]) < 0.01
    assert told["untouched_percent"] > 95 and told["loudest_dba"] < 40


def test_a_child_s_profile_is_quieter_and_the_same_seed_the_same(tmp_path, capsys):
    def loudest(*options):
        assert run(["sound", "pink", "--seconds", "5", "--json", *options]) == 0
        return json.loads(capsys.readouterr().out)["loudest_dba"]

    assert loudest() == loudest()
    assert 4 < loudest() - loudest("--profile", "child") < 6


def test_a_recording_of_your_own_is_played(tmp_path, capsys):
    out = tmp_path / "own.wav"
    assert run(["sound", "hum", "--seconds", "4", "--wav", str(out)]) == 0
    command = ["sound", "recording", "--recording", str(out), "--seconds", "8", "--json"]
    capsys.readouterr()
    assert run(command) == 0
    assert json.loads(capsys.readouterr().out)["layer"] == "recording"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["fog"], "unknown sound fog: use one of chime, crackle"),
        (["recording"], "go together"),
        (["rain", "--recording", "x.wav"], "go together"),
        (["rain", "--seconds", "1"], "--seconds 1: give 2 to 3600"),
        (["rain", "--profile", "cat"], "--profile cat"),
        (["rain", "--seed", "-1"], "--seed -1"),
        (["rain", "--seconds", "2", "--wav", "/nowhere/a.wav"], "cannot be written"),
    ],
)
def test_what_a_person_got_wrong_is_one_line(args, said, capsys):
    assert run(["sound", *args]) == 2
    line = capsys.readouterr().err.strip().rpartition("\n")[2]
    assert line.startswith("starlit: ") and said in line


def test_simulate_takes_recordings_and_refuses_what_is_none(tmp_path, capsys):
    (tmp_path / "a.wav").write_text("no")
    args = ["simulate", "--hours", "0.001", "--recording", str(tmp_path / "a.wav")]
    assert run(args) == 2
    assert "not a WAV file" in capsys.readouterr().err


@pytest.mark.parametrize("profile", ["child", "adult"])
def test_a_level_in_dba_is_what_sounds(profile):
    level = level_of_dba(PINK, 20, profile)
    made = render(PINK, 12, profile=profile, level=level)
    rms = figures(samples_of(made.guarded)[16000 * 5 : 16000 * 9]).rms
    told = level_dba(rms, made.full_scale_dba)
    assert abs(told - 20) < 0.3


def test_levels_end_at_the_loudest_and_go_both_ways():
    assert level_of_dba(PINK, 60, "adult") == FULL == level_of_percent(100)
    assert abs(dba_of_level(TONE, level_of_dba(TONE, 25, "child"), "child") - 25) < 0.05
    assert level_of_percent(50) == 16384
    assert dba_of_level(RECORDING, FULL, "adult") == 40
