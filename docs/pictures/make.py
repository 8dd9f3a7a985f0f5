"""Makes the pictures anew from a run: the demo's rehearsal, its live board, two sheets of its workbook; a forecast.

    python docs/pictures/make.py

The board is what a terminal shows, taken while the rehearsal runs. The sheets are drawn by LibreOffice (``soffice``)
and poppler (``pdftoppm``); of Leads some columns are hidden, so that the picture can be read.
"""

from __future__ import annotations

import io
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from rich.console import Console
from rich.terminal_theme import MONOKAI

from campaigns.errors import DialerError
from campaigns.ledger.campaigns import find
from campaigns.ledger.progress import progress
from dialer.access import reading
from dialer.cli.board import picture
from dialer.clock import SystemClock
from dialer.site import rehearsal_site

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
NAME = "spring"
FORECAST = (
    *("forecast", "examples/leads.xlsx", "--campaign", "examples/campaign.toml"),
    *("--start", "2026-11-23T14:00Z", "--plot", "forecast.svg"),
)
COMMAND = ("launch", "examples/leads.xlsx", "--campaign", "examples/campaign.toml", "--rehearse")
SHOWN = {
    *("First Name", "Last Name", "Phone", "State", "Zip", "Renewal Date", "phone_e164", "zone", "dialer_state"),
    *("Plan", "result", "reason", "attempts", "last_attempt_local", "next_attempt_local", "source_row"),
}
DOTS_PER_INCH = 140
SUMMARY, LEADS = (85, 90, 1370, 975), (85, 90, 1370, 330)
"""What is cut out of each page: left, top, width, height in dots."""
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: system-ui, sans-serif; font-size: 18px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> None:
    """Rehearse, and draw."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "examples").symlink_to(EXAMPLES)
        command = [sys.executable, "-m", "dialer", *COMMAND, "--start", "2026-11-23T15:00Z", "--report", "results.xlsx"]
        rehearsal = subprocess.Popen(command, cwd=folder)  # noqa: S603 - our own program
        try:
            draw_board(folder / ".dialer", HERE / "board.svg")
        finally:
            rehearsal.wait()
        if rehearsal.returncode:
            raise SystemExit(f"the rehearsal left with {rehearsal.returncode}")
        subprocess.run([sys.executable, "-m", "dialer", *FORECAST], cwd=folder, check=True)  # noqa: S603 - our own program
        (folder / "forecast.svg").replace(HERE / "forecast.svg")
        draw_sheet(folder, "Summary", set(), SUMMARY)
        draw_sheet(folder, "Leads", SHOWN, LEADS)


def draw_board(state: Path, out: Path) -> None:
    """Wait until a third of the leads are finished and many calls are in progress; then draw the board."""
    seen, now = None, SystemClock().now()
    while seen is None or seen.left > seen.leads * 2 / 3 or seen.open < 20:
        time.sleep(0.2)
        with suppress(DialerError):  # nothing is launched yet
            site = rehearsal_site({}, state)
            with reading(site.settings, site.folder, site.clock) as ledger:
                now = site.clock.now()
                seen = ledger.read_now(progress, ledger.read_now(find, NAME).id, now)
    console = Console(file=io.StringIO(), record=True, width=80, force_terminal=True)
    console.print(picture(NAME, seen, now))
    out.write_text(
        console.export_svg(title=" ".join(("$ dialer", *COMMAND)), theme=MONOKAI, code_format=SVG, unique_id="board")
    )


def draw_sheet(folder: Path, sheet: str, shown: set[str], box: tuple[int, int, int, int]) -> None:
    """Draw the top of one sheet; with ``shown`` the other columns are hidden."""
    book = openpyxl.load_workbook(folder / "results.xlsx")
    page = book[f"REHEARSAL {sheet}"]
    for other in book.worksheets:
        if other is not page:
            other.sheet_state = "hidden"
    book.active = page
    page.oddHeader.center.text = ""
    if shown:
        for column in page.iter_cols(max_row=1):
            page.column_dimensions[column[0].column_letter].hidden = column[0].value not in shown
    book.save(folder / f"{sheet}.xlsx")
    convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / f"{sheet}.xlsx")]
    subprocess.run(convert, check=True, capture_output=True)  # noqa: S603 - a program the docstring asks for
    left, top, width, height = map(str, box)
    cut = ["-x", left, "-y", top, "-W", width, "-H", height]
    draw = ["pdftoppm", "-png", "-singlefile", "-l", "1", "-r", str(DOTS_PER_INCH), *cut, str(folder / f"{sheet}.pdf")]
    subprocess.run([*draw, str(HERE / sheet.lower())], check=True)  # noqa: S603 - a program the docstring asks for


if __name__ == "__main__":
    main()
