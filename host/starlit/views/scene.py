"""The whole picture: rings beside or below each other under one sky, and what they say."""

from dataclasses import dataclass, field

from starlit.views.canvas import Canvas
from starlit.views.landscape import cottage_width, paint_cottage, paint_hills, paint_sky
from starlit.views.model import PodView, dose_text, lux_text, sync_text
from starlit.views.ring import DIM, INK, draw_ring

RADII = (6, 5, 4, 3)
INFO_ROWS = 3
GAP_ROWS = 1
GROUND_ROWS = 7
WINDOWS_MAX = 6
TITLE = (222, 214, 255)
HINT = (255, 206, 138)


@dataclass
class Scene:
    cottage: str
    pods: list[PodView]
    hint: str = ""
    beats: dict[str, float] = field(default_factory=dict)  # 1 at a beat, falling to 0
    now_s: float = 0.0
    news: str = ""
    stars: bool = True  # the scattered ones, which mean nothing, go where colour is missing


@dataclass(frozen=True)
class Layout:
    radius: int
    columns: int
    rows: int

    @property
    def cell_width(self) -> int:
        return 4 * self.radius + 5

    @property
    def cell_height(self) -> int:
        return 2 * self.radius + 1 + GAP_ROWS + INFO_ROWS


def choose_layout(count: int, width: int, height: int) -> Layout:
    """The largest rings that fit; the smallest, side by side, where none do."""
    for radius in RADII:
        columns = max(1, min(count, width // (4 * radius + 5)))
        layout = Layout(radius, columns, -(-max(1, count) // columns))
        if layout.rows * (layout.cell_height + 1) + 2 <= height and layout.cell_width <= width:
            return layout
    columns = max(1, min(count, width // 17))
    rows = max(1, (height - 2) // (Layout(RADII[-1], 1, 1).cell_height + 1))
    return Layout(RADII[-1], columns, min(rows, -(-max(1, count) // columns)))


def paint(scene: Scene, width: int, height: int) -> Canvas:
    layout = choose_layout(len(scene.pods), width, height)
    needed = 1 + layout.rows * (layout.cell_height + 1) + 1
    canvas = Canvas(width, height)
    paint_sky(canvas, scene.now_s, scene.stars)
    spare = height - needed
    air = min(1, max(0, spare))  # above the title, where there is room for it
    spare -= air
    ground = min(GROUND_ROWS, spare + 1)
    if ground >= 3:
        _paint_ground(canvas, scene, ground)
        spare -= ground - 1
    _paint_title(canvas, scene, air)
    room = layout.columns * layout.rows
    for index, view in enumerate(scene.pods[:room]):
        _paint_pod(canvas, scene, layout, index, view, top=2 + air + max(0, spare) // 2)
    more = len(scene.pods) - room
    hint = f"{more} more in `starlit status`; {scene.hint}" if more > 0 else scene.hint
    canvas.write(2, height - 1, _cut(hint, width - 4), HINT)
    return canvas


def _paint_ground(canvas: Canvas, scene: Scene, rows: int) -> None:
    paint_hills(canvas, 2 * (canvas.height - rows))
    windows = [view.online for view in scene.pods][:WINDOWS_MAX]
    house = cottage_width(len(windows))
    if rows >= 5 and canvas.width > 2 * house:
        left = canvas.width - house - canvas.width // 12
        paint_cottage(canvas, left, canvas.height - 2, windows, scene.now_s)


def _paint_title(canvas: Canvas, scene: Scene, row: int) -> None:
    title = f"✦ Starlit Cottage · {scene.cottage}"
    canvas.write(2, row, title, TITLE, bold=True)
    room = canvas.width - len(title) - 6
    news = _cut(scene.news, room)
    if news:
        canvas.write(canvas.width - 2 - len(news), row, news, DIM)


def _paint_pod(
    canvas: Canvas, scene: Scene, layout: Layout, index: int, view: PodView, top: int
) -> None:
    row, column = divmod(index, layout.columns)
    slot = canvas.width / layout.columns
    cx = int(slot * column + slot / 2)
    cy = top + row * (layout.cell_height + 1) + layout.radius
    draw_ring(canvas, cx, cy, layout.radius, view, scene.beats.get(view.id, 0.0))
    width = int(slot) - 1
    for line, (text, front) in enumerate(info_lines(view)):
        # The spaces keep a scattered star from ending a number.
        text = f" {_cut(text, width)} "
        canvas.centre(cx, cy + layout.radius + 1 + GAP_ROWS + line, text, front)


def info_lines(view: PodView) -> list[tuple[str, tuple[int, int, int]]]:
    return [(state_text(view), INK), (switch_text(view), DIM), (room_text(view), DIM)]


def state_text(view: PodView) -> str:
    if not view.online:
        return "away"
    return view.state if view.state == view.mode else f"{view.state} · {view.mode}"


def switch_text(view: PodView) -> str:
    link = "linked" if view.online else "no link"
    if view.online and view.sync_error_us is not None:
        link = sync_text(view)
    return f"switch {view.switch} · {link}"


def room_text(view: PodView) -> str:
    parts = []
    if view.lux is not None:
        parts.append(f"{lux_text(view.lux)} lx")
    if dose_text(view):
        parts.append(dose_text(view))
    return " · ".join(parts) or "-"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"
