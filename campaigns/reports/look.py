"""How a workbook looks and how text gets into it: the formats every sheet shares, and one way to write a cell."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook

NAVY, TEAL, AMBER, GREEN, GREY, PALE, LINE = (
    "#1F3A5F", "#1D7874", "#F4B942", "#2E8B57", "#6B7280", "#EEF2F7", "#D0D7E2",
)  # fmt: skip

MAX_TEXT = 32_767
"""The most characters a cell holds."""

CUT = " … [cut: longer than a cell]"


class Look:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        """Add the formats to ``book``."""
        head = {"bold": True, "font_color": "#FFFFFF", "valign": "vcenter"}
        self.given = book.add_format(head | {"bg_color": NAVY})
        self.over_numbers = book.add_format(head | {"bg_color": NAVY, "align": "right"})
        self.ours = book.add_format(head | {"bg_color": TEAL})
        # As text, so that Excel keeps a cell such as =1+1 or 02134 as it is even after it was edited.
        self.text = book.add_format({"num_format": "@"})
        # "_-" is a gap as wide as a dash: a number may end right before the column.
        self.instant = book.add_format({"num_format": "_-yyyy-mm-dd hh:mm:ss", "align": "left"})
        self.decimal = book.add_format({"num_format": "0.0"})
        self.count = book.add_format({"num_format": "#,##0"})
        self.share = book.add_format({"num_format": "0.0%", "font_color": GREY})
        self.words = book.add_format({"num_format": "@", "font_color": GREY, "indent": 1})
        total = {"bold": True, "top": 1, "top_color": NAVY}
        self.total = book.add_format(total)
        self.total_count = book.add_format(total | {"num_format": "#,##0"})
        self.title = book.add_format({"bold": True, "font_size": 20, "font_color": NAVY})
        self.banner = book.add_format({"bold": True, "font_size": 13, "bg_color": AMBER, "valign": "vcenter"})
        self.good = book.add_format({"bg_color": "#DDF3E4", "font_color": GREEN})
        self.doubt = book.add_format({"bg_color": "#FDF0D0", "font_color": "#8A5A00"})
        self.quiet = book.add_format({"font_color": GREY})


def put_text(page: Any, row: int, column: int, text: str, format_: Any) -> None:
    """Write text as text, whatever it looks like; what does not fit into a cell is cut, and says so."""
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - len(CUT)] + CUT
    if text.startswith("<r>") and text.endswith("</r>"):
        # In constant memory XlsxWriter takes such a string for its own markup and would write it unescaped.
        page.write_rich_string(row, column, text[:1], format_, text[1:], format_)
    else:
        page.write_string(row, column, text, format_)
