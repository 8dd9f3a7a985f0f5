"""The corpus: every list is read as it stands, and every row gets the verdict a careful person would give."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from campaigns.errors import ListRefused
from campaigns.leads.lead import Lead
from campaigns.leads.lists import LeadList, open_list
from campaigns.spec import Leads
from tests.corpus.case import ANY, Case
from tests.corpus.make import cases, write

CASES = {case.name: case for case in cases()}
READ = [name for name, case in CASES.items() if case.refused is None]
REFUSED = [name for name, case in CASES.items() if case.refused is not None]


@cache
def clock(zone: str) -> tuple[object, ...]:
    """The offsets a zone keeps over a year: zones with the same ones let calls through at the same instants."""
    return tuple(datetime(2026, month, 15, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() for month in range(1, 13))


def differs(what: str, expected: object, got: object) -> Iterator[str]:
    if expected != got:
        yield f"{what}: expected {expected!r}, got {got!r}"


def wrong_facts(expected: dict[str, Any], opened: LeadList, leads: list[Lead]) -> Iterator[str]:
    info = opened.info
    for fact in ("header_row", "delimiter", "sheet"):
        if expected[fact] != ANY:
            yield from differs(fact, expected[fact], getattr(info, fact))
    if expected["encoding"] not in (ANY, None):
        wanted = {codecs.lookup(name).name for name in expected["encoding"].split("|")}
        if info.encoding is None or codecs.lookup(info.encoding).name not in wanted:
            yield f"encoding: expected {expected['encoding']}, got {info.encoding}"
    headers = [column.header for column in info.columns]
    if len(set(headers)) < len(headers):
        yield f"headers are not distinct: {headers}"
    fields = {column.header.strip(): column.field for column in info.columns}
    for header, field in expected["columns"].items():
        yield from differs(f"column {header!r}", field, fields.get(header, "there is no such column"))
    for note in expected["notes"]:
        if not any(re.search(note, said) for said in info.notes):
            yield f"no note says {note!r}: {info.notes}"
    yield from differs("rows", [row["row"] for row in expected["rows"]], [lead.row for lead in leads])


def wrong_row(expected: dict[str, Any], lead: Lead) -> Iterator[str]:
    if lead.verdict not in expected["verdict"].split("|") or (lead.reason or "") not in (
        expected["reason"] or ""
    ).split("|"):
        wanted, got = f"{expected['verdict']} {expected['reason'] or ''}", f"{lead.verdict} {lead.reason or ''}"
        yield f"expected {wanted.strip()}, got {got.strip()} ({lead.detail})"
    elif expected["verdict"] == "accepted" or expected["phones"]:
        yield from differs("phones", tuple(expected["phones"]), tuple(phone.e164 for phone in lead.phones))
    fields = {header.strip(): cell for header, cell in lead.fields.items()}
    for header, cell in expected["fields"].items():
        yield from differs(f"field {header!r}", cell, fields.get(header, "there is no such field"))
    missing = [value for value in expected["values"] if not any(value in cell for cell in lead.fields.values())]
    yield from differs("values that are nowhere", [], missing)
    if expected["clocks"] is not None and {*map(clock, lead.zones)} != {*map(clock, expected["clocks"])}:
        yield f"zones: expected the clocks of {expected['clocks']}, got {lead.zones} ({lead.zone_source})"
    for fact in ("state", "external_id"):
        if expected[fact] is not None:
            yield from differs(fact, expected[fact], getattr(lead, fact))
    if expected["consent"] is not None and not lead.consent.startswith(expected["consent"]):
        yield f"consent: expected {expected['consent']}, got {lead.consent!r}"
    sentence = f"{lead.detail}\n{lead.suggestion}"
    if expected["says"] and not re.search(expected["says"], sentence):
        yield f"its sentence does not say {expected['says']!r}: {sentence!r}"
    if expected["kept"] is not None and not re.search(rf"\b{expected['kept']}\b", sentence):
        yield f"its sentence does not name row {expected['kept']}: {sentence!r}"


def written(case: Case, folder: Path) -> tuple[Path, dict[str, Any]]:
    path = write(case, folder)
    expected = json.loads(path.with_name(f"{path.name}.expected.json").read_text(encoding="utf-8"))
    return path, expected


@pytest.mark.parametrize("name", READ)
def test_every_row_gets_the_verdict_of_a_careful_person(name: str, tmp_path: Path) -> None:
    path, expected = written(CASES[name], tmp_path)
    opened = open_list(path, Leads.model_validate(expected["leads"]))
    leads = list(opened)
    wrong = list(wrong_facts(expected, opened, leads))
    by_row = {lead.row: lead for lead in leads}
    for row in expected["rows"]:
        if lead := by_row.get(row["row"]):
            wrong += [f"row {lead.row} {list(lead.cells)!r:.150}: {what}" for what in wrong_row(row, lead)]
    assert not wrong, "\n".join([name, *wrong])


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    path, expected = written(CASES[name], tmp_path)
    with pytest.raises(ListRefused, match=expected["refused"]) as refusal:
        list(open_list(path, Leads.model_validate(expected["leads"])))
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_the_corpus_covers_what_it_promises() -> None:
    formats = {suffix for case in CASES.values() for suffix in Path(case.name.lower()).suffixes}
    assert formats >= {
        *[".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".json", ".jsonl", ".gz", ".zip"]
    }
    assert len(CASES) >= 60
    again = {case.name: case.content for case in cases()}
    assert again == {name: case.content for name, case in CASES.items()}


def test_every_number_expected_is_one_of_its_countrys_plan() -> None:
    numbers = {phone for case in CASES.values() for line in case.rows for phone in line.phones}
    assert {number for number in numbers if not phonenumbers.is_valid_number(phonenumbers.parse(number))} == set()
