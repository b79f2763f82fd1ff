"""Small charts as SVG: bars over days, bars beside names. No script, no font, no request."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

_WIDTH = 640
_ROW = 22
_NAMES = 210
_INK, _BAR, _LINE = "#1f2933", "#2f6f9f", "#d5dbe1"
_FONT = "font-family='system-ui, sans-serif' font-size='12'"


def day_bars(title: str, days: Sequence[tuple[str, int]], *, height: int = 180) -> str:
    """Draw a bar for each day, with its count above.

    Args:
        title: What is counted; read aloud to those who cannot see it.
        days: Labels and counts, oldest first.
        height: In pixels.
    """
    most = max((count for _, count in days), default=0) or 1
    step = _WIDTH / max(len(days), 1)
    floor, room = height - 22, height - 48
    marks = [f"<line x1='0' y1='{floor}' x2='{_WIDTH}' y2='{floor}' stroke='{_LINE}'/>"]
    for number, (label, count) in enumerate(days):
        tall = room * count / most
        left, middle = number * step + step * 0.15, (number + 0.5) * step
        under = _shown(label, 12)
        marks.append(
            f"<rect x='{left:.1f}' y='{floor - tall:.1f}' width='{step * 0.7:.1f}' "
            f"height='{tall:.1f}' fill='{_BAR}'/>"
            f"<text x='{middle:.1f}' y='{floor - tall - 5:.1f}' text-anchor='middle'>"
            f"{short(count)}</text>"
            f"<text x='{middle:.1f}' y='{height - 6}' text-anchor='middle'>{under}</text>"
        )
    return _svg(title, height, marks)


def name_bars(title: str, names: Sequence[tuple[str, int]]) -> str:
    """Draw a bar beside each name, with its count at the end.

    Args:
        title: What is counted.
        names: Names and counts, the largest first.
    """
    most = max((count for _, count in names), default=0) or 1
    marks = []
    for number, (name, count) in enumerate(names):
        top = number * _ROW
        wide = (_WIDTH - _NAMES - 50) * count / most
        marks.append(
            f"<text x='{_NAMES - 8}' y='{top + 15}' text-anchor='end'>{_shown(name, 30)}</text>"
            f"<rect x='{_NAMES}' y='{top + 4}' width='{wide:.1f}' height='{_ROW - 8}' "
            f"fill='{_BAR}'/><text x='{_NAMES + wide + 6:.1f}' y='{top + 15}'>{count:,}</text>"
        )
    return _svg(title, max(len(names), 1) * _ROW, marks)


def short(count: int) -> str:
    """Write a count in four characters, for want of room.

    >>> short(870), short(1234), short(16042), short(2_500_000)
    ('870', '1.2k', '16k', '2.5M')
    """
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if count >= unit:
            return f"{count / unit:.{0 if count >= 10 * unit else 1}f}{name}"
    return str(count)


def as_address(svg: str) -> str:
    """Give a chart as a data: address, for what shows pictures by address only."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _svg(title: str, height: int, marks: Sequence[str]) -> str:
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}' "
        f"height='{height}' role='img' {_FONT} fill='{_INK}'><title>{escape(title)}</title>"
        f"<rect width='100%' height='100%' fill='white'/>{''.join(marks)}</svg>"
    )


def _shown(label: str, most: int) -> str:
    """Shorten and escape a label; signs that no XML may hold are left out."""
    plain = "".join(sign for sign in label if sign.isprintable())
    return escape(plain if len(plain) <= most else plain[: most - 1] + "…", quote=False)
