"""``dialer suppress``: the do-not-call list."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dialer.embedded import make_folder, own_ledger
from tests.program import dialer, refused, told
from tests.situations import NOW, build


def listed(folder: Path) -> list[tuple[str, str, str]]:
    rows = told(folder, "suppress", "list")["suppressions"]
    return [(row["entry"], row["scope"], row["note"]) for row in rows]


def test_a_list_can_be_loaded_before_anything_is_launched(tmp_path: Path) -> None:
    ran = dialer(tmp_path, "suppress", "add", "+1 212 555 0101", "212-555-0102", "--country", "us", "--note", "letter")
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.splitlines()[-1] == "2 added to the do-not-call list (global)."
    assert (tmp_path / ".dialer" / "ledger.sqlite").exists()
    again = dialer(tmp_path, "suppress", "add", "+12125550101", "--state", str(tmp_path / ".dialer"))
    assert again.stderr == "0 added to the do-not-call list (global), 1 were on it already.\n"
    dialer(tmp_path, "suppress", "add", "+12125550103", "--client", "acme")
    assert listed(tmp_path) == [
        ("+12125550101", "global", "letter"), ("+12125550102", "global", "letter"), ("+12125550103", "client:acme", ""),
    ]  # fmt: skip
    gone = dialer(tmp_path, "suppress", "remove", "+12125550101", "+12125550109")
    assert gone.stderr == "1 of 2 taken off the do-not-call list (global).\n"
    assert len(listed(tmp_path)) == 2
    assert dialer(tmp_path, "suppress", "list").stdout.startswith("+12125550102\tglobal\t")


def test_a_number_that_is_none_changes_nothing(tmp_path: Path) -> None:
    assert '"asleep"' in refused(tmp_path, 3, "suppress", "add", "+12125550101", "asleep")
    assert "--country" in refused(tmp_path, 3, "suppress", "add", "212 555 0101")
    assert '"XX"' in refused(tmp_path, 3, "suppress", "add", "212 555 0101", "--country", "XX")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("stop.txt", "+1 212 555 0101\n\nnot a number\n(212) 555-0102\n"),
        ("stop.csv", "Name,Phone,DNC\nAnn,212 555 0101,\nBob,none,\nCarl,212 555 0102,yes\nCarl,212 555 0102,yes\n"),
    ],
)
def test_a_file_of_numbers(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    ran = dialer(tmp_path, "suppress", "import", name, "--country", "US")
    assert ran.stderr.splitlines()[-1] == (
        "2 added to the do-not-call list (global). 1 rows hold no number that can be read."
    )
    assert listed(tmp_path) == [("+12125550101", "global", name), ("+12125550102", "global", name)]


def test_a_file_without_numbers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("nobody\n")
    assert "stop.txt" in refused(tmp_path, 3, "suppress", "import", "stop.txt")
    assert "missing.txt" in refused(tmp_path, 3, "suppress", "import", "missing.txt")
    assert "missing.csv" in refused(tmp_path, 3, "suppress", "import", "missing.csv")


def test_a_suppressed_lead_is_excluded_at_once_in_its_campaign_only(tmp_path: Path) -> None:
    make_folder(tmp_path / ".dialer")
    clock = [NOW]

    async def fill() -> None:
        async with own_ledger(tmp_path / ".dialer", lambda: clock[0]) as ledger:
            await build(ledger, clock, tmp_path)

    asyncio.run(fill())
    assert '"spring"' in refused(tmp_path, 2, "suppress", "add", "+12135550103", "--campaign", "sprong")
    assert "not both" in refused(tmp_path, 2, "suppress", "add", "+12135550103", "--campaign", "x", "--client", "y")
    dialer(tmp_path, "suppress", "add", "+12135550103", "--campaign", "spring")
    lead = told(tmp_path, "why", "spring", "3")
    assert (lead["state"], lead["reason"]) == ("excluded", "dnc_campaign")
    assert ("+12135550103", "campaign:spring", "") in listed(tmp_path)
