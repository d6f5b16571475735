"""Recordings as they come, and one clear line for those that cannot be played."""

import gzip
import math

import pytest

from starlit.errors import UserError
from starlit.virtual.recording import Recording, find, for_pod, load


def column(seconds=10, rate_hz=125, header="pleth_e5"):
    lines = [header] if header else []
    lines += [
        str(round(40_000 + 9000 * math.sin(n / rate_hz * 7))) for n in range(seconds * rate_hz)
    ]
    return "\n".join(lines) + "\n"


@pytest.fixture
def folder(tmp_path):
    for n in (1, 3):
        (tmp_path / f"bidmc_0{n}_ppg.csv.gz").write_bytes(gzip.compress(column(n * 2).encode()))
        (tmp_path / f"bidmc_0{n}_beats.csv").write_text("r_peak_s\n0.4\n1.2\n")
    return tmp_path


@pytest.mark.parametrize("header", ["pleth_e5", ""])
def test_plain_and_gzip_with_and_without_a_header_are_the_same(tmp_path, header):
    plain, packed = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    plain.write_text(column(header=header))
    packed.write_bytes(gzip.compress(column().encode()))
    assert load(plain).values == load(packed).values


def test_it_is_scaled_around_100000_and_systole_becomes_a_dip(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(column())
    values = load(path).values
    ordered = sorted(values)
    assert ordered[len(ordered) * 95 // 100] == pytest.approx(100_000, abs=5)
    assert ordered[len(ordered) * 5 // 100] == pytest.approx(99_000, abs=5)
    raw = [float(line) for line in column().split()[1:]]
    assert values.index(min(values)) == raw.index(max(raw))


def test_it_is_played_by_time_whatever_the_rates():
    recording = Recording([float(n) for n in range(1000)], rate_hz=125.0)
    assert recording.fill(7_000_000, 10_000, 3) == pytest.approx([0.0, 1.25, 2.5])
    assert recording.fill(8_000_000, 2_500, 2) == pytest.approx([125.0, 125.3125])


def test_after_its_end_it_begins_again():
    recording = Recording([float(n % 100) for n in range(1000)], rate_hz=100.0)
    assert recording.fill(0, 10_000, 5) == recording.fill(10_000_000, 10_000, 5)


def test_a_folder_gives_each_pod_its_own_recording(folder):
    assert [path.name for path in find(folder)] == ["bidmc_01_ppg.csv.gz", "bidmc_03_ppg.csv.gz"]
    assert for_pod(folder, 0).duration_s == 2.0
    assert for_pod(folder, 1).duration_s == 6.0
    assert for_pod(folder, 2).duration_s == 2.0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "0 numbers"),
        (b"head\n", "0 numbers"),
        (b"1\n2\nthree\n4\n", ":3: 'three' is not a number"),
        (b"head\n1\n2,5\n", ":3: '2,5' is not a number"),
        (b"1\nnan\n" * 200, "inf or nan"),
        (b"7\n" * 500, "no pulse"),
        (b"\x1f\x8bnothing", "broken gzip"),
        (b"\xff\xfe\x00\x01", "not text"),
    ],
)
def test_what_cannot_be_played_is_named_in_one_line(tmp_path, content, says):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        load(path)
    message = str(caught.value)
    assert says in message and str(path) in message and "\n" not in message


def test_a_missing_file_and_an_empty_folder_are_named(tmp_path):
    with pytest.raises(UserError, match=r"nowhere.csv: cannot be read \(No such file"):
        load(tmp_path / "nowhere.csv")
    with pytest.raises(UserError, match="no recording"):
        find(tmp_path)


@pytest.mark.parametrize("rate_hz", [0.0, -5.0, 5.0, 1e6, float("nan")])
def test_an_impossible_rate_is_named(tmp_path, rate_hz):
    with pytest.raises(UserError, match="--rate"):
        load(tmp_path / "a.csv", rate_hz)


def test_the_shared_recordings_play_as_they_are(shared_data):
    if not shared_data:
        pytest.skip("no ../shared/data here")
    recording = for_pod(shared_data / "bidmc", 0)
    assert recording.duration_s == pytest.approx(480, abs=1)
