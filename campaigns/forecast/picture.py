"""The plot of a forecast as a picture: an SVG of our own lines, or the same shapes as a PNG."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape

from campaigns.forecast.grid import HOURS, Grid, Row

CELL_W, CELL_H, LEFT, TOP, BARS = 26, 22, 96, 78, 190
NAVY, GREEN, GREY, PALE, WHITE = (31, 56, 100), (84, 160, 96), (110, 118, 130), (238, 241, 246), (255, 255, 255)
SCALE = 2
"""Pixels of a PNG for each unit of the picture: sharp on today's screens."""

ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}
"""What Pillow calls the anchors of SVG."""

Colour = tuple[int, int, int]


class Box(NamedTuple):
    """A filled rectangle; ``tip`` is shown under the mouse."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour
    tip: str = ""


class Words(NamedTuple):
    """A line of text on the baseline ``y``; ``anchor`` is where ``x`` lies: start, middle or end."""

    x: float
    y: float
    text: str
    size: int = 12
    colour: Colour = GREY
    anchor: str = "start"


def svg(plot: Grid, title: str) -> bytes:
    """The plot as an SVG document; hours tell their calls under the mouse."""
    width, height = _size(plot)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="DejaVu Sans, Verdana, Helvetica, Arial, sans-serif">',
        f'<rect width="{width}" height="{height}" fill="rgb{WHITE}"/>',
        *(_element(shape) for shape in _shapes(plot, title)),
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def png(plot: Grid, title: str) -> bytes:
    """The plot as a PNG file, with the font that Pillow brings along."""
    from PIL import Image, ImageDraw, ImageFont

    width, height = _size(plot)
    image = Image.new("RGB", (width * SCALE, height * SCALE), WHITE)
    pen = ImageDraw.Draw(image)
    for shape in _shapes(plot, title):
        if isinstance(shape, Words):
            font = ImageFont.load_default(shape.size * SCALE)
            pen.text((shape.x * SCALE, shape.y * SCALE), shape.text, shape.colour, font, ANCHORS[shape.anchor])
        elif shape.width >= 1 / SCALE:
            corner = (shape.x + shape.width) * SCALE - 1, (shape.y + shape.height) * SCALE - 1
            pen.rectangle([(shape.x * SCALE, shape.y * SCALE), corner], fill=shape.colour)
    content = BytesIO()
    image.save(content, format="PNG", optimize=True)
    return content.getvalue()


def _size(plot: Grid) -> tuple[int, int]:
    return LEFT + HOURS * CELL_W + BARS, TOP + len(plot.rows) * CELL_H + 44


def _shapes(plot: Grid, title: str) -> Iterator[Box | Words]:
    yield Words(20, 30, title, 18, NAVY)
    unit = "week" if plot.weekly else "day"
    yield Words(20, 50, f"calls by {unit} and hour, on the clock of {plot.zone}")
    for hour in range(0, HOURS, 3):
        yield Words(LEFT + hour * CELL_W, TOP - 8, f"{hour:02}:00", 11)
    most = max((row.in_all for row in plot.rows), default=0.0)
    for at, row in enumerate(plot.rows):
        yield from _line(row, TOP + at * CELL_H, plot.busiest, most)
    yield from _legend(plot.busiest, TOP + len(plot.rows) * CELL_H + 26)


def _line(row: Row, y: float, busiest: float, most: float) -> Iterator[Box | Words]:
    middle = y + CELL_H / 2 + 4
    yield Words(LEFT - 10, middle, f"{row.first:%a %d %b}", anchor="end")
    for hour, calls in enumerate(row.calls):
        tip = f"{row.first:%a %d %b} {hour:02}:00: {calls:,.0f} calls" if calls else ""
        colour = shade(calls / busiest) if calls else PALE
        yield Box(LEFT + hour * CELL_W, y, CELL_W - 2, CELL_H - 2, colour, tip)
    x, full = LEFT + HOURS * CELL_W + 12, BARS - 90
    if most:
        yield Box(x, y + 4, full * row.in_all / most, CELL_H - 10, NAVY)
        yield Box(x, y + 4, full * row.answers / most, CELL_H - 10, GREEN)
    yield Words(x + full + 8, middle, f"{row.in_all:,.0f}")


def _legend(busiest: float, y: float) -> Iterator[Box | Words]:
    for at in range(5):
        yield Box(LEFT + at * CELL_W, y - 10, CELL_W - 2, 12, shade((at + 1) / 5))
    yield Words(LEFT + 5 * CELL_W + 6, y, f"up to {busiest:,.0f} calls an hour")
    x = LEFT + HOURS * CELL_W + 12
    yield Box(x, y - 10, 12, 12, NAVY)
    yield Words(x + 18, y, "calls")
    yield Box(x + 60, y - 10, 12, 12, GREEN)
    yield Words(x + 78, y, "answered")


def shade(share: float) -> Colour:
    """From pale to navy; the root keeps quiet hours apart from none."""
    deep = max(0.0, min(1.0, share)) ** 0.6
    red, green, blue = (round(light + (dark - light) * deep) for light, dark in zip((205, 219, 240), NAVY, strict=True))
    return red, green, blue


def _element(shape: Box | Words) -> str:
    if isinstance(shape, Box):
        tip = f"<title>{escape(shape.tip)}</title>" if shape.tip else ""
        place = f'x="{shape.x:g}" y="{shape.y:g}" width="{shape.width:.4g}" height="{shape.height:g}"'
        return f'<rect {place} fill="rgb{shape.colour}">{tip}</rect>'
    place = f'x="{shape.x:g}" y="{shape.y:g}" font-size="{shape.size}" text-anchor="{shape.anchor}"'
    return f'<text {place} fill="rgb{shape.colour}">{escape(shape.text)}</text>'
