"""The workbook: the user's own cells come back as they were, and beside them what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from campaigns.leads.ours import OF_REPORT as COLUMNS
from campaigns.ledger.tables import attempts, incidents
from campaigns.reports import workbook
from campaigns.vocabulary import AttemptState, ContactState, Incident, Reason, Result, Verdict
from tests.reports_ledger import NEW_YORK, NOW, Books, number_of

NASTY = (
    "=1+1", "+49 30 901820", "@x", "-5", "007", "02134", "1e5", "03/12/2026", "TRUE", " space ", "a\nb", "tab\there",
    "日本語 👍 é", "https://example.com/?q=1", "<r><t>&</r>", '=HYPERLINK("http://x","y")', "_x0041_", "{=SUM(A1)}",
    "\u2028", "a;b,c\"d'", "#REF!", "%", "nul\0 and bell\a", "line\r\nend",
)  # fmt: skip


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    made = Books(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield made
    made.close()


def read(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def records(sheet: Any) -> list[dict[str, Any]]:
    head, *rest = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rest]


def labels(sheet: Any) -> dict[str, Any]:
    """The Summary's first column and the numbers beside it; the first of each label."""
    found: dict[str, Any] = {}
    for label, number, *_ in sheet.iter_rows(values_only=True):
        found.setdefault(label, number)
    return found


def test_original_cells_come_back_as_text_and_unchanged(books: Books, tmp_path: Path) -> None:
    headers = ("Phone", "=Header", *(f"field {index}" for index in range(len(NASTY))))
    cells = ("(212) 555-0002", "x", *NASTY)
    campaign = books.campaign()
    books.contact(campaign, books.list(campaign, headers), 2, cells)

    out = books.report(campaign, tmp_path / "out.xlsx")
    names, values = CalamineWorkbook.from_path(out).get_sheet_by_name("Leads").to_python()
    _, row = list(read(out)["Leads"].iter_rows())

    assert tuple(names) == headers + COLUMNS
    assert tuple(values[: len(cells)]) == cells
    assert {cell.data_type for cell in row[: len(cells)]} == {"s"}
    assert {cell.number_format for cell in row[: len(cells)]} == {"@"}
    assert row[len(cells)].value == number_of(2)
    assert row[len(cells)].data_type == "s"


def test_no_cell_of_the_workbook_is_a_formula(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign(detail="=1+1")
    source = books.list(campaign, ("=A1", "Phone"), file="=cmd.csv")
    contact = books.contact(campaign, source, 2, ("=1+1", "+1"), zone_source="=2+2")
    texts = {"platform_text": "=3+3", "raw_status": "=4+4", "disposition": "=5+5", "call_id": "=6"}
    books.attempt(campaign, contact, AttemptState.ENDED, result=Result.BUSY, intent_at=NOW, **texts)
    books.row(source, 3, ("=1", "=2"), Verdict.REJECTED, reason=Reason.BAD_NUMBER, suggestion="=3")

    book = read(books.report(campaign, tmp_path / "out.xlsx"))

    assert book.sheetnames == ["Summary", "Leads", "Attempts", "Rejected", "Doubts"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert {"=1+1", "=2+2", "=3+3", "=4+4", "=5+5", "=6", "=cmd.csv"} <= {cell.value for cell in cells}


def test_what_webhooks_told_stands_behind_everything_else(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign()
    source = books.list(campaign, ("Name", "Phone", "x_pets"))
    told: list[list[dict[str, Any]]] = [
        [{"transcript": "first", "recording": "", "fields": {"pets": "2", "f": "=1+1"}}, {"fields": {"pets": "3"}}],
        [{"transcript": "y" * 40_000, "recording": "https://x.example/1", "fields": {}, "digests": ["d"]}],
        [],
    ]
    for row, calls in enumerate(told, 2):
        contact = books.contact(campaign, source, row, ("Ann", "+1", "own"))
        for heard in calls:
            books.attempt(campaign, contact, AttemptState.ENDED, result=Result.HUMAN, intent_at=NOW, heard=heard)

    book = read(books.report(campaign, tmp_path / "out.xlsx"))
    head = [cell.value for cell in next(book["Leads"].iter_rows())]
    assert tuple(head[3:]) == (*COLUMNS, "x_transcript", "x_recording", "dialer_x_pets", "x_f")
    rows = [list(row.values())[-4:] for row in records(book["Leads"])]
    assert (rows[0], rows[2]) == (["first", None, "3", "=1+1"], [None] * 4)
    assert (rows[1][0][:3], rows[1][0][-7:], rows[1][1]) == ("yyy", "a cell]", "https://x.example/1")
    assert [row["x_pets"] for row in records(book["Attempts"])] == ["2", "3", None]
    plain = books.report(campaign, tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert plain[0].endswith("source_row,x_transcript,x_recording,dialer_x_pets,x_f")
    assert plain[1].endswith(",first,,3,'=1+1")


def test_what_became_of_a_lead_stands_beside_it(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign()
    next_at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 21:00 in New York: the next hour allowed is 09:00
    contact = books.contact(
        campaign, books.list(campaign), 7, ("Ann", "212 555 0007"), state=ContactState.READY, reason=Reason.RETRY_WAIT,
        next_at=next_at, zones=f"{NEW_YORK},America/Chicago",
    )  # fmt: skip
    made = (
        (AttemptState.ENDED, {"result": Result.NO_ANSWER, "intent_at": NOW - timedelta(hours=2), "duration_s": 0.0}),
        (
            AttemptState.ENDED,
            {"result": Result.VOICEMAIL_LEFT, "intent_at": NOW - timedelta(hours=1), "duration_s": 31.0},
        ),
        (AttemptState.NOT_PLACED, {"intent_at": NOW - timedelta(minutes=1)}),
    )
    for state, values in made:
        books.attempt(campaign, contact, state, disposition="call back" if "result" in values else None, **values)

    (lead,) = records(read(books.report(campaign, tmp_path / "out.xlsx"))["Leads"])

    assert lead == {
        "Name": "Ann",
        "Phone": "212 555 0007",
        "phone_e164": number_of(7),
        "phone_type": "landline or mobile",
        "country": "US",
        "zone": NEW_YORK,
        "other_zones": "America/Chicago",
        "zone_source": "area code",
        "state": "ready",
        "result": "voicemail_left",
        "reason": "retry_wait",
        "in_plain_words": Reason.RETRY_WAIT.meaning,
        "attempts": 2,
        "first_attempt_local": datetime(2026, 11, 23, 10, 0),
        "last_attempt_local": datetime(2026, 11, 23, 11, 0),
        "next_attempt_local": datetime(2026, 11, 24, 10, 0),  # 09:00 in Chicago, which could be the person's zone too
        "talk_seconds": 31,
        "disposition": "call back",
        "source_file": "leads.csv",
        "source_row": 7,
    }


@pytest.mark.parametrize("state", [state for state in ContactState if state is not ContactState.READY])
def test_only_a_waiting_lead_has_a_next_attempt(books: Books, tmp_path: Path, state: ContactState) -> None:
    campaign = books.campaign()
    books.contact(campaign, books.list(campaign), 2, ("Ann", "1"), state=state, reason=Reason.ANSWERED)

    (lead,) = records(read(books.report(campaign, tmp_path / "out.xlsx"))["Leads"])

    assert lead["state"] == state
    assert lead["next_attempt_local"] is None


def test_our_columns_give_way_to_the_users(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign()
    source = books.list(campaign, ("State", "zone", "dialer_zone", "Phone"))
    books.contact(campaign, source, 2, ("NY", "north", "south", "1"))

    (lead,) = records(read(books.report(campaign, tmp_path / "out.xlsx"))["Leads"])

    assert (lead["State"], lead["zone"], lead["dialer_zone"]) == ("NY", "north", "south")
    assert (lead["dialer_state"], lead["dialer_dialer_zone"]) == ("ready", NEW_YORK)


def test_several_lists_share_a_sheet(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign()
    first = books.list(campaign, ("Name", "Phone"), file="may.csv")
    second = books.list(campaign, ("Phone", "City", "Name"), file="june.csv")
    books.contact(campaign, second, 2, ("3", "Berlin", "Cid"))
    books.contact(campaign, first, 9, ("Bob", "2"))
    books.contact(campaign, first, 2, ("Ann", "1"))

    rows = records(read(books.report(campaign, tmp_path / "out.xlsx"))["Leads"])

    assert list(rows[0])[:3] == ["Name", "Phone", "City"]
    assert [(row["Name"], row["Phone"], row["City"], row["source_file"], row["source_row"]) for row in rows] == [
        ("Ann", "1", None, "may.csv", 2),
        ("Bob", "2", None, "may.csv", 9),
        ("Cid", "3", "Berlin", "june.csv", 2),
    ]


def test_attempts_are_the_ledgers_one_to_one(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign()
    source = books.list(campaign)
    people = [books.contact(campaign, source, row, ("Ann", str(row))) for row in (2, 3)]
    for nth, state in enumerate(AttemptState):
        books.attempt(
            campaign, people[nth % 2] if state in (AttemptState.RESERVED, AttemptState.SUBMITTED) else
            books.contact(campaign, source, 100 + nth, ("Bob", "x")),
            state, result=Result.BUSY if state is AttemptState.ENDED else None,
            intent_at=None if state is AttemptState.RESERVED else NOW + timedelta(seconds=nth), call_id=f"call-{nth}",
        )  # fmt: skip

    rows = records(read(books.report(campaign, tmp_path / "out.xlsx"))["Attempts"])
    kept = books.ledger.read_now(lambda conn: conn.execute(attempts.select().order_by(attempts.c.id)).all())

    assert [(row["attempt_id"], row["ref"], row["state"], row["call_id"], row["number"]) for row in rows] == [
        (one.id, one.ref, one.state, one.call_id, one.number) for one in kept
    ]
    assert [row["submitted_at_utc"] for row in rows] == [
        one.intent_at and one.intent_at.replace(tzinfo=None) for one in kept
    ]


def test_an_attempt_has_its_number_words_and_local_time(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign()
    contact = books.contact(campaign, books.list(campaign), 2, ("Ann", "1"))
    books.attempt(campaign, contact, AttemptState.NOT_PLACED, intent_at=NOW)
    books.attempt(
        campaign, contact, AttemptState.ENDED, result=Result.BUSY, intent_at=NOW, http_status=200, duration_s=12.5,
        raw_status="busy", raw_answered_by="nobody", number="+16465550000",
    )  # fmt: skip

    first, second = records(read(books.report(campaign, tmp_path / "out.xlsx"))["Attempts"])

    assert (first["n"], first["state"], first["in_plain_words"]) == (1, "not_placed", AttemptState.NOT_PLACED.meaning)
    assert (second["n"], second["result"], second["in_plain_words"]) == (2, "busy", Result.BUSY.meaning)
    assert (second["platform_status"], second["platform_answered_by"]) == ("busy", "nobody")
    assert (second["number"], second["http_status"], second["talk_s"]) == ("+16465550000", 200, 12.5)
    assert (second["local_time"], second["zone"]) == (datetime(2026, 11, 23, 12, 0), NEW_YORK)


def test_every_row_that_is_no_lead_is_on_the_rejected_sheet_in_plain_words(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign()
    source = books.list(campaign)
    books.contact(campaign, source, 2, ("Ann", "1"))
    meaning = Reason.DNC_GLOBAL.meaning
    books.row(source, 3, ("Bob", "=12"), Verdict.REJECTED, reason=Reason.BAD_NUMBER, suggestion="add a digit")
    books.row(source, 4, ("Cid", "1"), Verdict.DUPLICATE, reason=Reason.DUPLICATE_IN_FILE, detail="row 2 has it")
    books.row(source, 5, ("Dee", "2"), Verdict.EXCLUDED, reason=Reason.DNC_GLOBAL, detail=meaning)

    rows = records(read(books.report(campaign, tmp_path / "out.xlsx"))["Rejected"])

    assert [tuple(row.values()) for row in rows] == [
        ("leads.csv", 3, "=12", "rejected", "bad_number", Reason.BAD_NUMBER.meaning, None, "add a digit"),
        ("leads.csv", 4, "1", "duplicate", "duplicate_in_file", Reason.DUPLICATE_IN_FILE.meaning, "row 2 has it", None),
        ("leads.csv", 5, "2", "excluded", "dnc_global", meaning, None, None),
    ]


def test_what_is_not_known_and_what_ought_not_to_be_stand_on_the_doubts_sheet(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign("spring")
    source = books.list(campaign)
    held, asked = (
        books.contact(campaign, source, row, ("Ann", "1"), state=state, reason=Reason.UNRESOLVED)
        for row, state in ((2, ContactState.HELD), (3, ContactState.DIALING))
    )
    lost = books.attempt(
        campaign, held, AttemptState.UNRESOLVED, intent_at=NOW, http_status=500, platform_text="server error"
    )
    open_one = books.attempt(campaign, asked, AttemptState.UNKNOWN, intent_at=NOW)
    fresh = {
        "account": "default", "agent": "agent-1", "said": "completed human", "other_ledger": False, "noticed_at": NOW,
        "call_id": "7", "at": NOW, "campaign_id": None, "attempt_id": None, "number": "+16465550100",
    }  # fmt: skip
    second = {"campaign_id": campaign, "attempt_id": lost, "number": "+12125550002"}
    books.insert(
        incidents,
        [fresh | {"kind": Incident.STRANGER, "record": "1"}, fresh | second | {"kind": Incident.SECOND, "record": "2"}],
    )

    book = read(books.report(campaign, tmp_path / "out.xlsx"))

    told = [
        tuple(row[name] for name in ("what", "source_row", "http_status", "history_says", "attempt_id", "number"))
        for row in records(book["Doubts"])
    ]
    assert told == [
        ("unknown", 3, None, None, open_one, None),
        ("unresolved", 2, 500, None, lost, None),
        ("unknown_origin", None, None, "completed human", None, "+16465550100"),
        ("second_call", 2, None, "completed human", lost, "+12125550002"),
    ]
    assert [row["calls_of_unknown_origin_near"] for row in records(book["Doubts"])[:2]] == [1, 1]
    summary = labels(book["Summary"])
    assert (summary["unknown_origin"], summary["second_call"]) == (1, 1)


def test_the_summary_ties_with_the_sheets(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign("spring offer")
    source = books.list(campaign)
    for row in (2, 3, 4):
        contact = books.contact(campaign, source, row, ("Ann", "1"), state=ContactState.DONE, reason=Reason.ANSWERED)
        books.attempt(campaign, contact, AttemptState.ENDED, result=Result.HUMAN, intent_at=NOW)
    books.row(source, 5, ("Bob", "?"), Verdict.REJECTED, reason=Reason.BAD_NUMBER)
    books.row(source, 6, ("Cid", "1"), Verdict.DUPLICATE, reason=Reason.DUPLICATE_IN_FILE)

    book = read(books.report(campaign, tmp_path / "out.xlsx"))
    told = labels(book["Summary"])

    assert book["Summary"]["A1"].value == "spring offer"
    assert told["Rows in"] == 5 == len(records(book["Leads"])) + len(records(book["Rejected"]))
    assert [told[str(verdict)] for verdict in Verdict] == [3, 1, 1, 0]
    assert told["Attempts"] == told["Ended attempts"] == told["Calls"] == told["12:00"] == told["Human"] == 3
    assert told["pace.per_second"] == "1.0"
    (chart,) = book["Summary"]._charts
    assert len(chart.series) == 2


def test_a_rehearsal_says_so(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign()

    real = read(books.report(campaign, tmp_path / "real.xlsx"))
    rehearsal = read(books.report(campaign, tmp_path / "rehearsal.xlsx", rehearsal=True))

    assert not any("REHEARSAL" in str(label) for label in labels(real["Summary"]))
    assert any("REHEARSAL" in str(label) for label in labels(rehearsal["REHEARSAL Summary"]))
    assert [sheet.title for sheet in rehearsal] == [f"REHEARSAL {sheet.title}" for sheet in real]
    assert all("REHEARSAL" in sheet.oddHeader.center.text for sheet in rehearsal)


def test_an_empty_campaign_has_headers_and_zeros(books: Books, tmp_path: Path) -> None:
    book = read(books.report(books.campaign(), tmp_path / "out.xlsx"))

    assert labels(book["Summary"])["Rows in"] == 0
    assert [cell.value for cell in book["Leads"][1]] == list(COLUMNS)


def test_a_full_sheet_goes_on_in_another(books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 4)
    campaign = books.campaign()
    source = books.list(campaign)
    for row in range(2, 9):
        books.contact(campaign, source, row, (f"name {row}", "1"))

    book = read(books.report(campaign, tmp_path / "out.xlsx"))

    assert [name for name in book.sheetnames if name.startswith("Leads")] == ["Leads", "Leads (2)", "Leads (3)"]
    pages = [records(book[name]) for name in ("Leads", "Leads (2)", "Leads (3)")]
    assert [row["source_row"] for page in pages for row in page] == list(range(2, 9))
    assert [len(page) for page in pages] == [3, 3, 1]


def test_a_text_longer_than_a_cell_is_cut_and_says_so(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign()
    books.contact(campaign, books.list(campaign), 2, ("x" * 32_767, "y" * 32_768))

    (lead,) = records(read(books.report(campaign, tmp_path / "out.xlsx"))["Leads"])

    assert lead["Name"] == "x" * 32_767
    assert lead["Phone"].startswith("yyyy")
    assert lead["Phone"].endswith("[cut: longer than a cell]")
    assert len(lead["Phone"]) == 32_767


def test_sheets_can_be_filtered_and_keep_their_header_in_sight(books: Books, tmp_path: Path) -> None:
    campaign = books.campaign()
    books.contact(campaign, books.list(campaign), 2, ("Ann", "1"))

    sheet = read(books.report(campaign, tmp_path / "out.xlsx"))["Leads"]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{openpyxl.utils.get_column_letter(2 + len(COLUMNS))}2"
