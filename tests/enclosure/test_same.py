"""Committed files equal the model; the comparison itself sees what changes."""

import json
import shutil

import pytest
from enclosure import same
from enclosure.params import HERE


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_files_made_now_equal_the_committed_ones(house, slicer):
    from enclosure.__main__ import same as compare

    assert compare(house) == 0


def test_a_part_on_the_bed_is_the_same_whatever_was_meshed_before(cad, tmp_path):
    from enclosure import export
    from enclosure.model import House

    house = House()
    house.mesh("lever")  # in the house's axes, and with it the copy on the bed
    export.stl(house.posed_mesh("lever"), tmp_path / "lever.stl")
    assert same.compare(HERE / "made" / "stl" / "lever.stl", tmp_path / "lever.stl") is None


def test_a_changed_mesh_is_seen(cad, tmp_path):
    import trimesh

    part = HERE / "made" / "stl" / "strain.stl"
    shutil.copy(part, tmp_path / "same.stl")
    assert same.compare(part, tmp_path / "same.stl") is None
    mesh = trimesh.load(part, force="mesh").apply_scale((1, 1, 1.001))
    (tmp_path / "taller.stl").write_bytes(mesh.export(file_type="stl"))
    assert "differs" in same.compare(part, tmp_path / "taller.stl")


def test_a_changed_word_number_or_file_is_seen(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "a.txt").write_text("width 10.0")
        (folder / "slice.json").write_text('{"roof": {"minutes": 400, "grams": 80.0}}')
    assert same.folders(old, new) == []
    (new / "a.txt").write_text("width 10.5")
    (new / "b.txt").write_text("new")
    (old / "c.txt").write_text("old")
    (new / "slice.json").write_text('{"roof": {"minutes": 420, "grams": 80.0}}')
    found = dict(same.folders(old, new))
    assert set(found) == {"a.txt", "b.txt", "c.txt", "slice.json"}


def test_the_readmes_tables_are_those_of_the_slice_report(cad):
    from enclosure import tables

    report = json.loads((HERE / "made" / "slice.json").read_text())
    assert tables.readme_text(report) == tables.README.read_text()


def test_the_slicers_words_are_read(cad):
    from enclosure import slicing

    assert slicing.seconds("1d 2h 3m 4s") == 93784
    text = "; filament used [g] = 12.34\n; total filament used [g] = 12.34\n"
    assert slicing.GRAMS.findall(text) == ["12.34"]


@pytest.mark.parametrize("name", ["roof", "walls", "window"])
def test_a_step_file_reads_back_as_the_solid_it_was(house, name):
    from build123d import import_step

    read = import_step(str(HERE / "made" / "step" / f"{name}.step"))
    assert read.is_valid
    assert read.volume == pytest.approx(house.level[name].volume, rel=1e-6)
