"""`starlit bench sleep` on nights made here, and on a few recorded ones where they are at hand."""

import json
from pathlib import Path

import pytest

from starlit.bench.sleep import Counts, rates, run, score, states
from starlit.cli import run as cli
from starlit.errors import UserError

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "data" / "sleep_accel"


def night(minutes, bpm):
    return [(t_s, bpm) for t_s in range(0, minutes * 60, 5)]


def write_night(folder, name="one", awake=range(120, 140)):
    """Three hours: asleep from minute 20 on, awake again for a while with a faster heart."""
    rate = {epoch: 62 if epoch < 40 else 75 if epoch in awake else 54 for epoch in range(360)}
    stage = {epoch: 0 if epoch < 40 or epoch in awake else 2 for epoch in rate}
    rows = [f"{t_s},{rate[t_s // 30]}" for t_s in range(0, 360 * 30, 5)]
    (folder / f"{name}_hr.csv").write_text("t_s,bpm\n" + "\n".join(rows))
    (folder / f"{name}_stages.csv").write_text(
        "\n".join(f"{epoch * 30},{number}" for epoch, number in stage.items())
    )


def test_no_second_knows_a_later_row():
    rows = [(0.0, 60.0), (5.0, 70.0), (200.0, 80.0)]
    found = list(rates(rows, 202))
    assert found[3] == 600 and found[4] == 700 and found[8] == 700
    assert found[100] == 0 and found[198] == 0 and found[199] == 800
    cut = list(rates(rows[:2], 202))
    assert cut[:199] == found[:199]


def test_an_epoch_is_judged_by_what_came_before():
    rows = night(60, 60.0)
    changed = [(t_s, bpm if t_s < 3000 else 90.0) for t_s, bpm in rows]
    assert states(rows, 100) == states(changed, 100)
    assert states(rows, 120) != states(changed, 120)


def test_a_plain_night_is_told_awake_and_asleep(tmp_path):
    write_night(tmp_path)
    found = run(tmp_path)
    pooled = found["pooled"]
    assert pooled["epochs"] == 360 and pooled["kappa"] > 0.5
    assert pooled["counts"]["wake_wake"] >= 8 and pooled["dropped_of_sleep"] < 0.05
    assert found["without_heart"]["counts"]["wake_wake"] == 0


def test_kappa_is_cohens():
    counts = Counts(wake_wake=20, wake_sleep=10, sleep_wake=15, sleep_sleep=55, sleep_unknown=25)
    figures = counts.figures()
    assert figures["accuracy"] == 0.75
    assert figures["kappa"] == pytest.approx((0.75 - 0.56) / 0.44, abs=1e-4)
    assert figures["unknown_share"] == 0.2 and figures["dropped_of_sleep"] == pytest.approx(
        40 / 95, abs=1e-4
    )
    assert Counts().figures()["kappa"] is None


def test_unscored_epochs_do_not_count():
    assert score(night(30, 60.0), {0: -1, 1: 2, 2: 0}).epochs == 2


def test_the_command_prints_a_table_or_json(tmp_path, capsys):
    write_night(tmp_path)
    assert cli(["bench", "sleep", str(tmp_path)]) == 0
    assert "light and time" in " ".join(capsys.readouterr().out.split())
    assert cli(["bench", "sleep", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["records"][0]["record"] == "one"


def test_a_folder_without_stages_is_a_line_of_help(tmp_path):
    (tmp_path / "one_hr.csv").write_text("0,60\n5,61\n")
    with pytest.raises(UserError, match="_stages"):
        run(tmp_path)
    (tmp_path / "one_stages.csv").write_text("0,9\n")
    with pytest.raises(UserError, match="line 1"):
        run(tmp_path)


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recordings are not part of the project")
def test_on_recorded_nights_it_is_better_than_chance(tmp_path):
    for path in sorted(RECORDED.iterdir())[:10]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    pooled = run(tmp_path)["pooled"]
    assert pooled["epochs"] > 4000 and pooled["kappa"] > 0.05
    assert pooled["dropped_of_wake"] > 2 * pooled["dropped_of_sleep"]
