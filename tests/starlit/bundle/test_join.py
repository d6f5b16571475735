"""Modules share a file, and every name still means what it meant."""

import subprocess
import sys

import pytest

from starlit.errors import UserError


def test_names_of_two_modules_do_not_meet(run):
    scope = run(
        {
            "one.py": "_STEP = [1]\ndef go(x):\n    return x + _STEP[0]\n",
            "two.py": "from . import one\n_STEP = [10]\n"
            "def go(x):\n    return one.go(x) + _STEP[0]\n",
        },
        "pod.two:go",
    )
    assert scope["go"](100) == 111


def test_a_name_may_come_by_way_of_a_third_module(run):
    scope = run(
        {
            "a.py": "def origin():\n    return 'a'\n",
            "b.py": "from .a import origin as passed\n",
            "c.py": "from .b import passed\ndef go():\n    return passed()\n",
        },
        "pod.c:go",
    )
    assert scope["go"]() == "a"


def test_statements_run_in_the_order_in_which_imports_would_have_run_them(run):
    scope = run(
        {
            "log.py": "LOG = []\n",
            "b.py": "from .log import LOG\nLOG.append('b')\n",
            "a.py": "from .log import LOG\nfrom . import b\nLOG.append('a')\n"
            "def go():\n    return LOG\n",
        },
        "pod.a:go",
    )
    assert scope["go"]() == ["b", "a"]


def test_arguments_locals_and_comprehensions_keep_to_themselves(run):
    scope = run(
        {
            "m.py": "def a(b):\n    return b * 2\n"
            "def b(a, c=3):\n    def inner(a):\n        return a + c\n"
            "    return [a + inner(c) for c in range(3) if c != a]\n"
            "def go(x):\n    a = b(x)\n    return a, _other(a)\n"
            "def _other(values):\n    return sorted(values, key=lambda v: -v)\n"
        },
        "pod.m:go",
    )
    assert scope["go"](1) == ([4, 6], [6, 4])


def test_keyword_arguments_find_their_way(run):
    scope = run(
        {
            "m.py": "def f(first, second=2, *rest, third=3, **more):\n"
            "    return first, second, rest, third, more\n"
            "def go():\n    return f(1, third=9, fourth=4), f(second=5, first=6)\n"
        },
        "pod.m:go",
    )
    assert scope["go"]() == ((1, 2, (), 9, {"fourth": 4}), (6, 5, (), 3, {}))


def test_getattr_finds_what_a_text_names(run):
    scope = run(
        {
            "m.py": "FIELDS = ('width', '_height')\nclass Box:\n    def __init__(self):\n"
            "        self.width = 1\n        self._height = 2\n        self._hidden = 3\n"
            "def go():\n    box = Box()\n    setattr(box, FIELDS[1], 7)\n"
            "    return [getattr(box, name) for name in FIELDS] + [box._height, box._hidden]\n"
        },
        "pod.m:go",
    )
    assert scope["go"]() == [1, 7, 7, 3]


def test_classes_that_inherit_share_no_name_by_accident(run):
    scope = run(
        {
            "base.py": "class Base:\n    def __init__(self):\n        self._base = 'base'\n"
            "    def both(self):\n        return self._base, self._own\n",
            "m.py": "from .base import Base\nclass Own(Base):\n    def __init__(self):\n"
            "        Base.__init__(self)\n        self._own = 'own'\n"
            "def go():\n    return Own().both()\n",
        },
        "pod.m:go",
    )
    assert scope["go"]() == ("base", "own")


def test_objects_of_python_itself_are_called_by_their_own_names(run):
    scope = run(
        {
            "m.py": "class Store:\n    def __init__(self):\n        self.items = []\n"
            "    def append(self, x):\n        self.items.append(x)\n"
            "def go():\n    store = Store()\n    store.append(4)\n"
            "    return store.items, {1: 2}.items()\n"
        },
        "pod.m:go",
    )
    assert scope["go"]() == ([4], {1: 2}.items())


def test_constants_go_where_they_are_used_and_leave_nothing_behind(joined):
    found = joined(
        {
            "limits.py": "from .compat import const\n_UNIT = const(1 << 4)\nMOST = 3 * _UNIT\n"
            "TABLE = (MOST, -MOST)\nA, B = 'a', 'b'\nX, Y, Z = range(3)\n",
            "compat.py": "try:\n    from micropython import const\nexcept ImportError:\n"
            "    def const(x):\n        return x\n",
            "m.py": "from . import limits\nfrom .limits import A\n"
            "def go(n):\n    return limits.MOST + limits.TABLE[n], A, limits.Z\n",
        },
        {"pod.all": ["pod.m:go"]},
    )
    source = found.sources["pod.all"]
    assert source.split("\n", 1)[1].strip() == "return (48 + (48, -48)[a], 'a', 2)"


def test_what_changes_is_no_constant(run):
    scope = run(
        {
            "m.py": "count = 0\ndef go():\n    global count\n    count += 1\n    return count\n",
        },
        "pod.m:go",
    )
    assert [scope["go"](), scope["go"]()] == [1, 2]


def test_of_two_twins_the_one_that_is_there_is_taken(joined):
    modules = {
        "m.py": "try:\n    from . import fast as kernel\nexcept ImportError:\n"
        "    from . import slow as kernel\ndef go():\n    return kernel.run()\n",
        "fast.py": "def run():\n    return 'fast'\n",
        "slow.py": "def run():\n    return 'slow'\n",
    }
    for gone, taken in (("pod.slow", "fast"), ("pod.fast", "slow")):
        found = joined(modules, {"pod.all": ["pod.m:go"]}, [gone])
        scope = {"__name__": "pod.all"}
        exec(found.sources["pod.all"], scope)
        assert scope["go"]() == taken


def test_what_nothing_reaches_is_left_out_and_told(joined):
    found = joined(
        {
            "m.py": "class Thing:\n    def used(self):\n        return 1\n"
            "    def unused(self):\n        return _only_there()\n"
            "def _only_there():\n    return 2\ndef go():\n    return Thing().used()\n"
        },
        {"pod.all": ["pod.m:go"]},
    )
    assert found.unused == ["pod.m:Thing.unused", "pod.m:_only_there"]
    assert "2" not in found.sources["pod.all"]


@pytest.mark.parametrize(
    "body, gone",
    [
        ("return self._once(x, 2)", True),
        ("y = self._once(x, 2)\n        return y", True),
        ("self._once(x, 2)\n        return self.last", False),  # returns are in the way
        ("return self._once(self._once(x, 1), 2)", False),  # two calls
        ("return [self._once(x, 2)][0]", False),
    ],
)
def test_what_is_called_once_stands_where_it_is_called(run, body, gone):
    scope = run(
        {
            "m.py": "class Thing:\n    def __init__(self):\n        self.last = 7\n"
            f"    def go(self, x):\n        i = 5\n        {body}\n"
            "    def _once(self, x, y):\n        i = x * y\n        x = i + 1\n"
            "        self.last = x\n        return self.last\n"
            "def go():\n    return Thing().go(3), Thing\n"
        },
        "pod.m:go",
    )
    result, thing = scope["go"]()
    assert result == (9 if "_once(x, 1)" in body else 7)
    methods = [name for name in vars(thing) if not name.startswith("__")]
    assert len(methods) == (1 if gone else 2)


def test_what_two_programs_need_stands_in_the_first_ones_file(joined, tmp_path):
    found = joined(
        {
            "shared.py": "def twice(x):\n    return 2 * x\n",
            "day.py": "from .shared import twice\ndef day(x):\n    return twice(x) + 1\n",
            "safe.py": "from .shared import twice\ndef safe(x):\n    return twice(x) - 1\n",
        },
        {"pod.day": ["pod.day:day"], "pod.safe": ["pod.safe:safe"]},
    )
    assert set(found.sources) == {"pod.day", "pod.safe"}
    assert "import" in found.sources["pod.safe"] and "import" not in found.sources["pod.day"]
    (tmp_path / "out" / "pod").mkdir(parents=True)
    for name, source in found.sources.items():
        (tmp_path / "out" / (name.replace(".", "/") + ".py")).write_text(source)
    script = "from pod.day import day; from pod.safe import safe; print(day(5), safe(5))"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path / "out", capture_output=True, text=True)
    assert done.stdout == "11 9\n", done.stderr


LATE = {
    "day.py": "def day(x):\n    from .night import dark\n    return dark(x) + 1\n",
    "night.py": "def dark(x):\n    return x - 1\n",
}


def test_an_import_within_a_function_waits_until_it_is_reached(joined):
    found = joined(LATE, {"pod.day": ["pod.day:day"], "pod.night": ["pod.night:dark"]})
    assert "from pod.night import dark" in found.sources["pod.day"]


def test_what_is_imported_late_has_to_stand_in_some_file(joined):
    with pytest.raises(UserError, match="pod.night, imported late: name it"):
        joined(LATE, {"pod.day": ["pod.day:day"]})


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("from . import other\ndef go():\n    return other\n", "module other is used as a value"),
        ("from . import other\ndef go():\n    return other.nothing\n", "has no nothing"),
        ("def go():\n    from . import other\n    return other.x\n", "imported late"),
        ("class A:\n    if True:\n        x = 1\ndef go():\n    return A\n", "only methods"),
    ],
)
def test_what_it_cannot_carry_is_refused_with_its_place(joined, text, complaint):
    with pytest.raises(UserError, match=f"pod.m, line .*{complaint}"):
        joined({"m.py": text, "other.py": "x = 1\n"}, {"pod.all": ["pod.m:go"]})


def test_a_program_that_names_nothing_is_refused(joined):
    with pytest.raises(UserError, match="no pod.m:gone"):
        joined({"m.py": "def go():\n    pass\n"}, {"pod.all": ["pod.m:gone"]})
