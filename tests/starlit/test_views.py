import io
import xml.etree.ElementTree as ElementTree

import pytest
from rich.console import Console

from starlit.roster import News, PodRecord
from starlit.views import parts
from starlit.views.beats import BeatPhases
from starlit.views.colour import GLYPHS, expose, glyph
from starlit.views.lines import event_line, pod_line
from starlit.views.live import Screen, Stage
from starlit.views.model import DARK, LEDS, PodView, arming_text, lux_text, sync_text, view_of
from starlit.views.ring import places
from starlit.views.scene import Scene, choose_layout, paint
from starlit.views.svg import save_svg
from starlit.views.table import dose_lines, status_table

LIT = bytes([32, 32, 32]) + bytes([11, 4, 0]) * (LEDS - 1)


def a_pod(name="pod-1", leds=LIT, **more):
    fields = {
        "online": True, "state": "ritual", "mode": "evening", "switch": "in", "leds_known": True,
        "heart_bpm": 72, "contact": True, "quality": 90, "lux": 4.8,
        "dose": {"cues": 20, "ms": 200000}, "armed": True, "profile": "adult",
    }  # fmt: skip
    return PodView(name, leds=leds, **{**fields, **more})


def a_scene(count=3, **more):
    return Scene("home", [a_pod(f"pod-{n + 1}") for n in range(count)], hint="try this", **more)


def rendered(scene, width=100, height=30, **console):
    file = io.StringIO()
    options = {"force_terminal": True, "color_system": "truecolor", "no_color": False, **console}
    Console(file=file, width=width, height=height, **options).print(paint(scene, width, height))
    return file.getvalue()


def test_a_ring_is_a_round_of_twelve_the_first_on_top():
    assert len(set(places(6))) == LEDS
    assert places(6)[0] == (0, -6) and places(6)[3] == (12, 0) and places(6)[6] == (0, 6)


def test_brightness_is_told_by_signs_too():
    assert [glyph(level, 0, 0) for level in (0, 1, 4, 12, 32, 255)] == [
        "·",
        "∘",
        "✧",
        "✦",
        "★",
        "★",
    ]


def test_an_exposure_keeps_hue_and_order_of_brightness():
    assert expose(0, 0, 0) == (0, 0, 0)
    assert [max(expose(level, 0, 0)) for level in (1, 5, 20, 70, 96)] == sorted(
        {max(expose(level, 0, 0)) for level in (1, 5, 20, 70, 96)}
    )
    red, green, blue = expose(60, 30, 0)
    assert blue == 0 and abs(red - 2 * green) <= 2


@pytest.mark.parametrize(("width", "height"), [(100, 30), (80, 24), (40, 60), (160, 50), (20, 10)])
def test_every_size_of_terminal_gets_its_picture(width, height):
    lines = paint(a_scene(), width, height).text().split("\n")
    assert len(lines) == height and max(map(len, lines)) <= width


def test_rings_stand_side_by_side_when_wide_and_stacked_when_narrow():
    assert choose_layout(3, 100, 30).columns == 3
    assert choose_layout(3, 40, 60).columns == 1


def test_the_picture_says_what_a_pod_does():
    text = paint(a_scene(), 110, 34).text()
    for words in (
        "pod-1",
        "72 bpm",
        "90%",
        "ritual",
        "switch in",
        "4.8 lx",
        "20 cues left tonight",
        "try this",
    ):
        assert words in text
    assert text.count("★") == 3


def test_the_light_around_a_star_has_its_colour():
    canvas = paint(Scene("home", [a_pod(leds=bytes([60, 0, 0]) * LEDS)], stars=False), 40, 20)
    reddest = max((pixel for row in canvas.pixels for pixel in row), key=lambda p: p[0] - p[2])
    assert reddest[0] > 100 > reddest[2]


def test_a_heart_beats_in_the_picture_at_its_rate():
    views, phases = [a_pod(heart_bpm=60)], BeatPhases()
    phases.step(views, 0.0)
    glow = [phases.step(views, tenth / 10)["pod-1"] for tenth in range(1, 41)]
    assert sum(b > a for a, b in zip(glow, glow[1:], strict=False)) in (3, 4)


def test_no_heart_is_shown_that_was_not_shared():
    text = paint(Scene("home", [a_pod(heart_bpm=None, heart_shared=False)]), 60, 24).text()
    assert "private" in text and "bpm" not in text


def test_unknown_light_is_not_shown_as_dark():
    text = paint(Scene("home", [a_pod(leds=DARK, leds_known=False)]), 60, 24).text()
    assert text.count("?") == LEDS


def test_without_colour_only_signs_are_written():
    text = rendered(a_scene(stars=False), no_color=True)
    assert "▀" not in text and "48;2" not in text and "★" in text


def test_a_small_palette_gets_no_backgrounds():
    assert "48;5" not in rendered(a_scene(), color_system="256")


def test_a_full_palette_gets_the_night():
    assert "48;2" in rendered(a_scene())


def test_the_screen_sends_only_rows_that_changed():
    file = io.StringIO()
    options = {"force_terminal": True, "color_system": "truecolor", "no_color": False}
    screen = Screen(Console(file=file, width=60, height=20, _environ={}, **options))
    screen.start()
    screen.show(lambda stars: a_scene(1))
    first = len(file.getvalue())
    screen.show(lambda stars: a_scene(1))
    assert len(file.getvalue()) == first
    screen.show(lambda stars: a_scene(1, news="a star"))
    assert 0 < len(file.getvalue()) - first < first / 5
    screen.stop()
    assert file.getvalue().endswith("\x1b[?25h\x1b[?1049l")


def test_the_svg_is_a_picture_that_needs_nothing_from_elsewhere(tmp_path):
    path = tmp_path / "watch.svg"
    save_svg(a_scene(), path)
    root = ElementTree.parse(path).getroot()
    assert root.tag.endswith("svg")
    text = path.read_text()
    assert "href" not in text and "url(http" not in text and "@import" not in text
    assert text.count("★") == 3


def test_the_table_fits_eighty_columns():
    console = Console(width=80, file=io.StringIO(), record=True)
    listening = a_pod(
        "pod-11",
        heart_bpm=None,
        heart_shared=True,
        state="unplugged",
        sync_error_us=12_310,
        lux=0.021,
    )
    pods = [a_pod(sync_error_us=310), a_pod("pod-10", online=False), listening]
    console.print(status_table(pods))
    text = console.export_text()
    assert "…" not in text and "♥ 72 bpm" in text and "±0.3 ms" in text and "listening" in text


def test_what_is_left_is_said_where_there_is_something_to_be_left():
    adult, child = a_pod(), a_pod("pod-2", profile="child", armed=False)
    unarmed = a_pod("pod-3", armed=False)
    assert dose_lines([adult, child, unarmed]) == ["pod-1: 20 cues left tonight"]
    assert "left tonight" not in paint(Scene("home", [child]), 60, 24).text()


@pytest.mark.parametrize(
    ("lux", "text"),
    (
        (0.0, "0.000"),
        (0.0042, "0.004"),
        (0.021, "0.021"),
        (4.972, "4.97"),
        (60, "60"),
        (12e3, "12000"),
    ),
)
def test_a_dark_room_has_decimals(lux, text):
    assert lux_text(lux) == text


def test_the_title_has_air_above_it_where_there_is_room():
    rows = paint(a_scene(), 100, 34).text().split("\n")
    assert "Starlit Cottage" in rows[1] and not rows[0].strip()
    assert "Starlit" in paint(a_scene(12), 20, 10).text().split("\n")[0]


def test_telemetry_becomes_a_view_and_a_view_becomes_stable_keys():
    record = PodRecord("pod-1", seen_ms=900, tele_ms=900)
    record.state = {"online": True, "state": "idle", "share_heart": True, "profile": "adult"}
    record.tele = {
        "nonce": "n", "quality": 80, "contact": True, "heart_bpm": 61, "lux_mlx": 4800,
        "state": "ritual", "mode": "evening", "switch": "in", "rail": True, "sync_error_us": 250,
        "coasting": True, "dose": {"cues": 3, "ms": 100}, "sky": {"second": 9, "hash": 77},
        "leds": LIT.hex(),
    }  # fmt: skip
    status = view_of(record, 1000).as_status()
    assert status["leds"][0] == "202020" and len(status["leds"]) == LEDS
    assert status == {
        "pod": "pod-1", "online": True, "state": "ritual", "mode": "evening", "switch": "in",
        "heart_bpm": 61, "heart_shared": True, "contact": True, "quality": 80, "lux": 4.8,
        "leds": status["leds"], "sky": {"second": 9, "hash": 77}, "dose": {"cues": 3, "ms": 100},
        "sync_error_us": 250, "coasting": True, "armed": False, "profile": "adult", "rail": True,
        "age_ms": 100,
        "armed_until_s": None, "score": "unknown", "refused": 0, "dropped": 0,
    }  # fmt: skip


@pytest.mark.parametrize("value", [None, "x", [1], {"a": 1}, 1e300, -5, True])
def test_nonsense_in_telemetry_becomes_a_view_all_the_same(value):
    keys = ("leds", "lux_mlx", "heart_bpm", "quality", "dose", "sky", "state", "sync_error_us")
    record = PodRecord("pod-1", tele=dict.fromkeys(keys, value), seen_ms=0)
    view = view_of(record, 0)
    paint(Scene("home", [view]), 60, 24)
    pod_line(view)


def test_local_frames_are_newer_than_telemetry():
    record = PodRecord("pod-1", state={"online": True}, seen_ms=0)
    (view,) = Stage("home").scene([record], {"pod-1": LIT.hex()}, 0).pods
    assert view.leds == LIT and view.leds_known


def test_an_event_is_one_line():
    news = News(
        "pod-1", "event", {"event": "cue", "id": "ember", "phase": "refused", "why": "x"}, False
    )
    assert event_line(news) == "pod-1: cue ember refused (x)"
    assert event_line(News("pod-1", "tele", {}, False)) is None


def test_each_glyph_takes_one_cell():
    from rich.cells import cell_len

    assert all(cell_len(sign) == 1 for _, sign in GLYPHS)
    assert cell_len("♥♡▪▫▀") == 5


def test_pods_that_find_no_room_are_counted():
    text = paint(a_scene(30), 80, 24).text()
    assert "more in `starlit status`" in text and "pod-1" in text


def test_a_pod_that_does_without_its_host_says_so_beside_its_error():
    assert sync_text(PodView("pod-1", sync_error_us=2540)) == "±2.5 ms"
    assert sync_text(PodView("pod-1", sync_error_us=2540, coasting=True)) == "coasts ±2.5 ms"


def test_arming_reminds_in_its_last_week():
    view = PodView("pod-1", armed=True, armed_until_s=1_000_000)
    assert arming_text(view, 0) == ""
    assert arming_text(view, 1_000_000 - 3 * 86_400) == (
        "arming ends in 3 days: renew it in the set-up window at the pod"
    )
    assert "ends today" in arming_text(view, 1_000_000 - 5)


def test_no_word_of_a_pod_steers_the_terminal_or_breaks_the_table():
    """What is said with the right key may still be markup, escapes, or longer than a screen."""
    state = {"state": "[/red]\x1b[2J", "switch": "\u202e" + "x" * 500, "score": 7, "online": True}
    record = PodRecord("pod-1", state, {"heart_bpm": 10**9, "quality": -(10**30)}, seen_ms=900)
    view = view_of(record, 1000)
    assert view.heart_bpm is None and len(view.switch) <= 32
    console = Console(file=io.StringIO(), width=200)
    console.print(status_table([view]))
    text = console.file.getvalue()
    assert "[/red]" in text and "\x1b" not in text and "\u202e" not in text
    news = News("pod-1", "event", {"event": "x", "why": "a\nb\x1b]0;" + "y" * 999}, False)
    line = event_line(news)
    assert "\n" not in line and "\x1b" not in line and len(line) <= 200


def test_memory_that_is_short_says_what_to_do_where_there_is_something():
    def told(result, said):
        return parts.advice([{"part": "memory", "result": result, "said": said}])

    assert "docs/pico.md" in told("failed", "60 KB free, 90 wanted")[0]
    assert told("failed", "60 KB free, 90 wanted, code in flash") == []
    assert told("ok", "95 KB free, 90 wanted") == []
