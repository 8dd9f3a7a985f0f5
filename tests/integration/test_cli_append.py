"""``dialer append`` and ``dialer withdraw``, with and without a process that owns the ledger."""

from __future__ import annotations

import asyncio
from pathlib import Path

import openpyxl
import pytest

from campaigns.spec import Spec, load_spec
from dialer.embedded import make_folder, own_ledger
from tests.agreed import CONSENT
from tests.program import dialer, refused, told
from tests.situations import NOW, launch

LIST = "Lead ID,Name,Phone\na,Ann,212 555 0101\nb,Bob,212 555 0102\n"
NEWER = "Lead ID,Name,Phone\na,Ann,212 555 0101\nb,Robert,212 555 0102\nc,Cid,212 555 0103\nd,Dan,none\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the campaign "spring" of two people."""
    make_folder(tmp_path / ".dialer")
    (tmp_path / "leads.csv").write_text(LIST)
    (tmp_path / "newer.csv").write_text(NEWER)

    async def fill() -> None:
        async with own_ledger(tmp_path / ".dialer", lambda: NOW) as ledger:
            await launch(
                ledger,
                tmp_path / "leads.csv",
                "spring",
                Spec.model_validate({"leads": {"country": "US"}, "consent": CONSENT}),
            )

    asyncio.run(fill())
    return tmp_path


def test_append_says_what_it_did_and_the_same_rows_again_do_nothing(folder: Path) -> None:
    said = dialer(folder, "append", "spring", "newer.csv").stderr
    assert said == '"spring": 1 leads added, 1 changed, 1 as they were, 1 rows left out.\n'
    nothing = '"spring" has these rows already: nothing was changed.\n'
    assert dialer(folder, "append", "spring", "newer.csv").stderr == nothing
    (folder / "part.csv").write_text("Lead ID,Name,Phone\nc,Cid,+1 212 555 0103\n")
    (folder / "same.csv").write_text("Lead ID,Name,Phone\nc,Cid,(212) 555-0103\n")
    assert dialer(folder, "append", "spring", "same.csv").stderr == nothing
    assert dialer(folder, "append", "spring", "-", said=NEWER).stderr == nothing
    (folder / "bad.csv").write_text("Lead ID,Name,Phone\ne,Eve,212 555 01\nf,Fay,212 555 0103\n")
    assert "nothing was added; `dialer check bad.csv` says why" in dialer(folder, "append", "spring", "bad.csv").stderr
    assert told(folder, "status", "spring")["leads"]["ready"] == 3


def test_withdraw_says_whom_it_took_off(folder: Path) -> None:
    (folder / "off.csv").write_text("Name,Phone\nAnn,212 555 0101\nZoe,212 555 0199\n")
    said = '"spring": 1 people taken off; 1 rows name nobody of the campaign.\n'
    assert dialer(folder, "withdraw", "spring", "off.csv").stderr == said
    again = '"spring": 0 people taken off; 1 finished already; 1 rows name nobody of the campaign.\n'
    assert dialer(folder, "withdraw", "spring", "off.csv").stderr == again
    seen = told(folder, "status", "spring")["leads"]
    assert (seen["ready"], seen["cancelled"]) == (1, 1)


def test_the_sheet_in_the_campaign_file_is_read_all_along(tmp_path: Path) -> None:
    make_folder(tmp_path / ".dialer")
    for name, people in (("two.xlsx", ["101"]), ("newer.xlsx", ["101", "102"])):
        book = openpyxl.Workbook()
        for sheet, numbers in ((book.worksheets[0], ["199"]), (book.create_sheet("More"), people)):
            for cell in ("Phone", *(f"212 555 0{number}" for number in numbers)):
                sheet.append([cell])
        book.save(tmp_path / name)
    assert dialer(tmp_path, "init", "two.xlsx", "--country", "US", "--sheet", "More").returncode == 0

    async def fill() -> None:
        async with own_ledger(tmp_path / ".dialer", lambda: NOW) as ledger:
            agreed = Spec.model_validate({"consent": CONSENT}).consent
            spec = load_spec(tmp_path / "two.toml").model_copy(update={"consent": agreed})
            await launch(ledger, tmp_path / "two.xlsx", "spring", spec)

    asyncio.run(fill())
    said = '"spring": 1 leads added, 0 changed, 1 as they were, 0 rows left out.\n'
    assert dialer(tmp_path, "append", "spring", "newer.xlsx").stderr == said
    assert dialer(tmp_path, "withdraw", "spring", "newer.xlsx").stderr == '"spring": 2 people taken off.\n'


@pytest.mark.parametrize("command", ["append", "withdraw"])
def test_what_cannot_be_done_is_one_line(folder: Path, command: str) -> None:
    assert '"spring"' in refused(folder, 2, command, "sprong", "newer.csv")
    assert "nowhere.csv" in refused(folder, 3, command, "spring", "nowhere.csv")
    assert "no ledger here" in refused(folder, 2, command, "spring", "newer.csv", "--state", str(folder / "elsewhere"))
