"""Recordings are checked once, at the edge, in one line that says what to do."""

import wave

import pytest

from starlit.errors import UserError
from starlit.sound.recordings import read_recording, read_recordings


def written(path, samples=b"\x10\x00\x00\x20" * 8000, rate=16000, channels=1, width=2):
    with wave.open(str(path), "wb") as file:
        file.setframerate(rate)
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.writeframes(samples)
    return path


def refused(path):
    with pytest.raises(UserError) as error:
        read_recording(path)
    text = str(error.value)
    assert "\n" not in text and str(path) in text
    return text


def test_a_recording_comes_as_samples_raised_to_full_scale(tmp_path):
    samples = read_recording(written(tmp_path / "a.wav"))
    assert samples.typecode == "h" and len(samples) == 16000
    assert max(samples) == 32767 and min(samples) == 16 * 32767 // 0x2000


def test_another_rate_width_or_number_of_channels_is_told(tmp_path):
    assert "44100 Hz" in refused(written(tmp_path / "a.wav", rate=44100))
    assert "2 channels" in refused(written(tmp_path / "b.wav", channels=2))
    assert "8 bits" in refused(written(tmp_path / "c.wav", width=1))
    assert "ffmpeg" in refused(written(tmp_path / "d.wav", width=3, samples=b"\1\2\3" * 16000))


def test_too_short_too_long_and_silent_ones_are_told(tmp_path):
    assert "0.5 s long" in refused(written(tmp_path / "a.wav", b"\1\0" * 8000))
    assert "61.0 s long" in refused(written(tmp_path / "b.wav", b"\1\0" * 16000 * 61))
    assert "silent" in refused(written(tmp_path / "c.wav", b"\0\0" * 16000))


def test_what_is_no_wav_or_not_there_or_cut_short_is_told(tmp_path):
    (tmp_path / "a.wav").write_text("no sound")
    assert "not a WAV" in refused(tmp_path / "a.wav")
    (tmp_path / "e.wav").write_bytes(b"")
    assert "not a WAV" in refused(tmp_path / "e.wav")
    assert "check the path" in refused(tmp_path / "none.wav")
    assert "check the path" in refused(tmp_path)
    whole = written(tmp_path / "b.wav").read_bytes()
    (tmp_path / "b.wav").write_bytes(whole[:9000])
    assert "cut short" in refused(tmp_path / "b.wav")


def test_at_most_sixteen_are_taken_in_their_order(tmp_path):
    one = written(tmp_path / "a.wav")
    two = written(tmp_path / "b.wav", b"\x10\x00" * 32000)
    assert [len(clip) for clip in read_recordings([two, one])] == [32000, 16000]
    with pytest.raises(UserError, match="at most 16"):
        read_recordings([one] * 17)
