"""A report's file: CSV and JSON, where it goes, and that it comes whole or not at all."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Connection

from campaigns.errors import InputRefused, ReportError
from campaigns.reports import report
from campaigns.reports.csvs import safe
from campaigns.reports.leads import lead_sheet
from campaigns.reports.summary import summarise
from campaigns.vocabulary import AttemptState, Reason, Result, Verdict
from tests.reports_ledger import NOW, Books, number_of


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    made = Books(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield made
    made.close()


@pytest.fixture
def campaign(books: Books) -> int:
    campaign = books.campaign("spring")
    source = books.list(campaign)
    contact = books.contact(campaign, source, 2, ("=1+1", "+49 30 901820"))
    books.attempt(campaign, contact, AttemptState.ENDED, result=Result.BUSY, intent_at=NOW, raw_status="busy")
    books.row(source, 3, ("Bob", "?"), Verdict.REJECTED, reason=Reason.BAD_NUMBER)
    return campaign


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 901820", "'+49 30 901820"),
        ("+12125550123", "+12125550123"),
        ("+1212555012312345678", "'+1212555012312345678"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\0=1", "'\0=1"),
        ("-5", "-5"),
        ("-1,234.50", "-1,234.50"),
        ("-2+3", "'-2+3"),
        ("+12125550123\n=1", "'+12125550123\n=1"),
        ("007", "007"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_csv_cell_can_be_run_as_a_formula(text: str, written: str) -> None:
    assert safe(text) == written


def test_csv_holds_the_leads_as_excel_likes_them(books: Books, campaign: int, folder: Path) -> None:
    data = books.report(campaign, folder / "out.csv").read_bytes()

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    (lead,) = csv.DictReader(data.decode("utf-8-sig").splitlines())
    assert (lead["Name"], lead["Phone"], lead["phone_e164"]) == ("'=1+1", "'+49 30 901820", number_of(2))
    assert (lead["result"], lead["attempts"], lead["last_attempt_local"]) == ("busy", "1", "2026-11-23 12:00:00")


def test_json_is_one_document_with_everything(database_url: str, folder: Path) -> None:
    books = Books(database_url)
    campaign = books.campaign("spring")
    source = books.list(campaign)
    for row in range(2, 2_302):  # more than two batches, on a server-side cursor where there is one
        books.row(source, row, ("Bob", "?"), Verdict.REJECTED, reason=Reason.BAD_NUMBER)
    for row in range(3_000, 3_004):
        contact = books.contact(campaign, source, row, ("=1+1", "+49 30"))
        intent_at = NOW - timedelta(hours=1)
        books.attempt(campaign, contact, AttemptState.ENDED, result=Result.HUMAN, intent_at=intent_at)

    document = json.loads(books.report(campaign, folder / "out.json", rehearsal=True).read_text(encoding="utf-8"))
    books.close()

    assert list(document) == ["summary", "leads", "attempts", "rejected", "doubts"]
    summary = document["summary"]
    assert (summary["campaign"], summary["rehearsal"], summary["made_at"]) == ("spring", True, NOW.isoformat())
    assert (summary["rows"], summary["verdicts"]["accepted"], summary["funnel"]["human"]) == (2_304, 4, 4)
    assert len(document["rejected"]) == 2_300
    assert [lead["source_row"] for lead in document["leads"]] == list(range(3_000, 3_004))
    assert document["leads"][0]["Name"] == "=1+1"
    assert document["leads"][0]["last_attempt_local"] == "2026-11-23T11:00:00-05:00"
    assert [attempt["n"] for attempt in document["attempts"]] == [1, 1, 1, 1]


def test_a_report_is_of_one_moment_while_the_campaign_goes_on(database_url: str) -> None:
    books = Books(database_url)
    campaign = books.campaign()
    source = books.list(campaign)
    books.contact(campaign, source, 2, ("Ann", "1"))

    def counted_and_listed(conn: Connection) -> tuple[int, int]:
        leads = summarise(conn, campaign, NOW).funnel.leads
        books.contact(campaign, source, 3, ("Bob", "2"))
        return leads, len(list(lead_sheet(conn, campaign, NOW).rows))

    assert books.ledger.read_now(counted_and_listed) == (1, 1)
    assert books.summary(campaign).funnel.leads == 2
    books.close()


def test_an_existing_report_is_kept(books: Books, campaign: int, folder: Path) -> None:
    out = folder / "results.csv"
    out.write_text("mine")

    assert books.report(campaign, out) == folder / "results (2).csv"
    assert books.report(campaign, out) == folder / "results (3).csv"
    assert out.read_text() == "mine"


def test_an_existing_report_is_replaced_when_told_so(books: Books, campaign: int, folder: Path) -> None:
    out = folder / "results.xlsx"
    out.write_text("old")

    assert books.report(campaign, out, overwrite=True) == out
    assert openpyxl.load_workbook(out)["Leads"]["A2"].value == "=1+1"
    assert list(folder.iterdir()) == [out]


def test_reports_written_at_the_same_time_do_not_meet(books: Books, campaign: int, folder: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        written = list(pool.map(lambda _: books.report(campaign, folder / "r.json"), range(12)))

    assert len(set(written)) == 12
    assert sorted(folder.iterdir()) == sorted(written)
    assert all(json.loads(path.read_text())["summary"]["rows"] == 2 for path in written)


def test_a_file_system_without_hard_links_will_do(
    books: Books, campaign: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)

    assert books.report(campaign, folder / "r.json") == folder / "r.json"
    assert books.report(campaign, folder / "r.json") == folder / "r (2).json"
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("name", ["results", "results.pdf", "results.xls", "results.xlsx.txt"])
def test_other_kinds_of_file_are_refused(books: Books, campaign: int, folder: Path, name: str) -> None:
    with pytest.raises(InputRefused, match=r"\.xlsx, a \.csv or a \.json"):
        books.report(campaign, folder / name)


def test_the_suffix_may_be_in_capitals(books: Books, campaign: int, folder: Path) -> None:
    openpyxl.load_workbook(books.report(campaign, folder / "RESULTS.XLSX"))


def test_a_missing_folder_is_one_clear_line(books: Books, campaign: int, folder: Path) -> None:
    with pytest.raises(ReportError, match=r"there is no folder .*nowhere; make it first") as caught:
        books.report(campaign, folder / "nowhere" / "out.xlsx")

    assert caught.value.exit_code == 5


def test_a_folder_is_no_report(books: Books, campaign: int, folder: Path) -> None:
    (folder / "out.xlsx").mkdir()

    with pytest.raises(ReportError, match="this is a folder"):
        books.report(campaign, folder / "out.xlsx")


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json"])
def test_a_report_that_breaks_off_leaves_nothing(
    books: Books, campaign: int, folder: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(conn: object, campaign_id: int, now: object, told: object) -> report.Sheet:
        def rows() -> Iterator[tuple[str]]:
            yield ("one row",)
            raise OSError(28, "No space left on device")

        return report.Sheet("Leads", ("Name",), rows())

    monkeypatch.setattr(report, "lead_sheet", broken)
    kept = folder / f"out{suffix}"
    kept.write_text("mine")

    with pytest.raises(ReportError, match="cannot be written: No space left on device"):
        books.report(campaign, kept, overwrite=True)

    assert list(folder.iterdir()) == [kept]
    assert kept.read_text() == "mine"


FULL_DISK = """
import resource, sys
from datetime import datetime
from pathlib import Path
from campaigns.errors import ReportError
from campaigns.ledger.ledger import Ledger
from campaigns.reports.report import write_report
url, campaign, out, now = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), datetime.fromisoformat(sys.argv[4])
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    Ledger(url, lambda: now, read_only=True).read_now(
        lambda conn: write_report(conn, campaign, out, now, rehearsal=False))
except ReportError as error:
    print(error)
"""


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json"])
def test_a_full_disk_is_one_clear_line_and_no_file(books: Books, folder: Path, suffix: str) -> None:
    campaign = books.campaign()
    source = books.list(campaign)
    for row in range(2, 60):
        books.contact(campaign, source, row, (f"{row}" * 50, "1"))
    out = folder / f"out{suffix}"
    command = [sys.executable, "-c", FULL_DISK, books.ledger.url, str(campaign), str(out), NOW.isoformat()]

    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])

    assert run.stdout == f"{out}: the report cannot be written: File too large\n"
    assert run.stderr == ""
    assert list(folder.iterdir()) == []
