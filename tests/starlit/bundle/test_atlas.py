"""A traceback of a device, read back."""

import json

from starlit.bundle import build
from starlit.bundle.atlas import explain, read_atlas, translate


def lines(atlas, *places):
    meant = [atlas.places[place] for place in places]
    frames = [(place.file.rpartition(".")[2], place.called) for place in meant]
    return "".join(f'  File "{file}", line 1, in {name}\n' for file, name in frames)


def test_each_line_is_what_the_line_before_it_calls():
    atlas = build("bytecode").atlas
    path = (
        "pod.core:Pod.step", "pod.core:Pod._output", "pod.show:Show.frame", "pod.guard:Guard.frame",
        "pod.guard.light:LightGuard.frame", "pod.guard.light:LightGuard._try_mode",
    )  # fmt: skip
    told = explain(atlas, lines(atlas, *path))
    meant = [line.rpartition(" in ")[2].split(" or ") for line in told.splitlines()]
    for place, found in zip(path, meant, strict=True):
        assert place in found
        # Those that have one name in the source stay in doubt between each other, and no more.
        assert {one.rpartition(".")[2] for one in found} == {place.rpartition(".")[2]}
    assert [len(found) for found in meant] == [1, 1, 2, 2, 1, 1]


def test_a_constructor_is_known_by_its_class():
    atlas = build("bytecode").atlas
    path = ("pod.show:Show.build", "pod.scene:Scene.__init__")
    told = explain(atlas, lines(atlas, *path) + '  File "core", line 1, in <listcomp>\n')
    meant = [line.rpartition(" in ")[2] for line in told.splitlines()]
    assert (meant[0], meant[2]) == (path[0], "<listcomp>")
    assert path[1] in meant[1].split(" or ")
    assert "Pod.__init__" not in meant[1], "nothing there makes a pod"


def test_what_it_does_not_know_stays_as_it_is():
    atlas = build("bytecode").atlas
    text = 'Traceback (most recent call last):\n  File "main.py", line 3, in run\nOSError: 5\n'
    assert explain(atlas, text) == text


def test_errors_of_ours_get_their_names_back_through_a_file():
    atlas = build("bytecode").atlas
    called = atlas.names["pod.link:Refused"]
    again = read_atlas(json.loads(json.dumps(atlas.to_dict())))
    assert explain(again, f"{called}: old version\n") == "Refused: old version\n"
    short = atlas.names["_nonces"]
    told = explain(again, f"AttributeError: '{called}' object has no attribute '{short}'\n")
    assert told.startswith("AttributeError: 'Refused' object has no attribute")
    assert "_nonces" in told


def test_a_script_of_the_source_runs_on_the_bundle():
    atlas = build("bytecode").atlas
    made = translate(atlas, "from pod.ticks import add, diff as apart\nprint(add(1, 2))\n")
    add, apart = atlas.names["pod.ticks:add"], atlas.names["pod.ticks:diff"]
    assert made.splitlines() == [
        f"from pod.link import {add} as add",
        f"from pod.link import {apart} as apart",
        "print(add(1, 2))",
    ]
