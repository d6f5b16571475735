"""The bench scores what it should, on a folder made here and on PhysioNet's layout."""

import gzip
import io
import json
import math

import numpy as np
import pytest
from rich.console import Console

from starlit.bench import beats
from starlit.bench.faults import CONDITIONS, Trial, make_trial
from starlit.bench.matching import pair
from starlit.bench.records import Record, read_folder, resample
from starlit.bench.scoring import score


def pulse(seconds, rate_hz, bpm):
    """(signal, true beat times): an upstroke 0.2 of a beat after each true beat."""
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    phase = t * bpm / 60 % 1
    signal = np.exp(-(((phase - 0.2) / 0.08) ** 2)) + 0.3 * np.exp(-(((phase - 0.5) / 0.1) ** 2))
    return signal, np.arange(0, seconds, 60 / bpm)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("records")
    for name, bpm in (("one", 66), ("two", 84)):
        signal, true = pulse(130, 125, bpm)
        with gzip.open(folder / f"{name}_ppg.csv.gz", "wt") as file:
            file.write("pleth_e5\n" + "".join(f"{round(1e5 * v)}\n" for v in signal))
        (folder / f"{name}_beats.csv").write_text(
            "r_peak_s\n" + "".join(f"{t:.4f}\n" for t in true)
        )
        (folder / f"{name}_excluded.csv").write_text("start_s,end_s\n40.0,42.0\n")
    return folder


@pytest.fixture(scope="module")
def result(folder):
    return beats.run(folder, faults=True, detectors=["starlit"])


def test_a_perfect_pulse_scores_perfectly(result):
    clean = result["detectors"]["starlit"]["clean"]
    assert clean["f1"] == clean["sensitivity"] == clean["ppv"] == 100
    assert clean["rate_error_bpm"] < 0.2 and clean["rate_within_5_bpm"] == 100
    assert clean["ibi_error_ms"] < 2
    assert clean["coverage"] > 99 and clean["flagged_f1"] == 100


def test_every_fault_is_tried_and_survived(result):
    assert list(result["detectors"]["starlit"]) == list(CONDITIONS)
    for condition, scored in result["detectors"]["starlit"].items():
        assert scored["f1"] > 90, condition


def test_no_finger_no_beats(result):
    for condition in ("finger off", "saturation"):
        assert result["detectors"]["starlit"][condition]["no_finger_beats_per_min"] == 0


def test_the_result_is_json_with_a_line_a_record(result):
    again = json.loads(json.dumps(result))
    assert set(again["detectors"]["starlit"]["clean"]["per_record"]) == {"one", "two"}
    assert again["records"] == 2 and "neurokit2" in again["versions"]


def test_people_get_a_table(result):
    shown = beats.table(result)
    assert shown.row_count == len(CONDITIONS)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("names", [["starlit"], ["starlit", "charlton", "elgendi", "heartpy"]])
def test_the_table_cuts_no_word_short(result, width, names):
    scored = result["detectors"]["starlit"]
    several = {**result, "folder": "f", "detectors": dict.fromkeys(names, scored)}
    console = Console(width=width, file=io.StringIO())
    console.print(beats.table(several, width))
    printed = console.file.getvalue()
    assert "…" not in printed and "interval" in printed and "dropped" in printed
    assert ("coverage" in printed) == (width == 120)
    assert ("detector" in printed) == (len(names) > 1)


def test_without_faults_only_the_clean_records_run(folder):
    seen = []
    result = beats.run(folder, False, ["starlit"], progress=lambda *step: seen.append(step))
    assert result["conditions"] == ["clean"]
    assert [step[:2] for step in seen] == [(0, 2), (1, 2)]


def test_the_same_faults_come_back_every_time(folder):
    record = read_folder(folder)[0][0]
    first, second = (make_trial(record, 0, "motion").readings for _ in range(2))
    assert (first == second).all()


def test_an_empty_folder_says_what_it_expected(tmp_path):
    with pytest.raises(FileNotFoundError, match="bidmc_01_Signals.csv"):
        beats.run(tmp_path)


def test_an_unknown_detector_names_the_known_ones(folder):
    with pytest.raises(ValueError, match="starlit"):
        beats.run(folder, detectors=["oracle"])


def test_matches_are_one_to_one_within_150_ms():
    true, found = np.array([1.0, 2.0, 3.0]), np.array([1.1, 1.14, 2.16, 3.0])
    assert pair(true, found).tolist() == [[0, 0], [2, 3]]


def test_a_constant_lag_costs_nothing_and_a_missed_beat_one():
    record = Record("r", np.zeros(6000), np.cumsum([0.9, 1.0, 0.8] * 22))
    found = 100 * (np.delete(record.beats, 30) + 0.4)
    scored = score(record, Trial(record.readings), found, None)
    assert (scored["missed"], scored["invented"]) == (1, 0)
    assert max(scored["ibi_errors_ms"]) < 1e-6


def test_what_the_detector_doubts_is_left_out_of_the_flagged_score():
    record = Record("r", np.zeros(6000), np.arange(0.5, 60, 0.9))
    times = np.sort(np.append(record.beats, 30.6))
    quality = np.where(np.abs(times - 30.6) < 1, 10, 90)
    scored = score(record, Trial(record.readings), 100 * times, quality)
    assert scored["invented"] == 1 and scored["flagged"]["invented"] == 0
    assert scored["flagged"]["covered"] < scored["flagged"]["of"]


def test_resampling_keeps_a_slow_wave():
    t = np.arange(0, 10, 1 / 125)
    slow = resample(np.sin(2 * math.pi * 1.3 * t), 125, 100)
    expected = np.sin(2 * math.pi * 1.3 * np.arange(len(slow)) / 100)
    assert np.abs(slow - expected)[50:-50].max() < 0.002


def test_physionets_own_files_are_read(tmp_path):
    neurokit2 = pytest.importorskip("neurokit2")
    ecg = neurokit2.ecg_simulate(duration=60, sampling_rate=125, heart_rate=66, random_state=1)
    signal, _ = pulse(60, 125, 66)
    rows = [f"{n / 125}, 0, {signal[n]:.5f}, 0, 0, {ecg[n]:.5f}" for n in range(len(signal))]
    header = "Time [s], RESP, PLETH, V, AVR, II"
    (tmp_path / "bidmc_01_Signals.csv").write_text("\n".join([header, *rows]) + "\n")
    records, notes = read_folder(tmp_path)
    assert len(records) == 1 and len(records[0].beats) > 50
    assert notes


def test_physionets_files_without_neurokit_say_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "neurokit2", None)
    (tmp_path / "bidmc_01_Signals.csv").write_text("Time [s], PLETH, II\n")
    with pytest.raises(RuntimeError, match=r"\[bench\]"):
        read_folder(tmp_path)
