"""Registries and the database of reassigned numbers, from the command line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import phonenumbers

from campaigns.errors import InputRefused
from campaigns.ledger.campaigns import find
from campaigns.ledger.reassigning import AMERICA, questions
from campaigns.ledger.registries import Copy, active, check_age
from campaigns.suppression.importing import Imported, import_registry
from campaigns.suppression.lines import american
from campaigns.suppression.shelf import Shelf
from campaigns.suppression.sources import chunks_of
from campaigns.vocabulary import Reason
from dialer.access import reading
from dialer.cli.steering import instruct
from dialer.settings import REGISTRIES
from dialer.site import Site

ANSWERS = {"yes": "yes", "no": "no", "nodata": "no_data"}
MANY = 5000


def shelf_of(site: Site) -> Shelf:
    """Where this machine's files of registries are."""
    return Shelf(site.folder / REGISTRIES if site.folder else site.settings.registries)


def register(
    site: Site, file: Path, name: str, jurisdiction: str, as_of: date, *, changes: bool, litigators: bool, override: str
) -> str:
    """Import a registry's file and let it count; answers what was done, in a sentence or two."""
    country = jurisdiction[:2]
    code = phonenumbers.country_code_for_region(country)
    if not code:
        raise InputRefused(f'jurisdiction "{jurisdiction}" is not known; write US, US-IN or GB')
    reason = Reason.LITIGATOR if litigators else Reason.DNC_REGISTRY
    draft = Copy(name, jurisdiction, f"+{code}", reason, file.name, "", "", 0, as_of, override, "")
    check_age(draft, site.clock.now())  # before the work of reading it
    shelf, before = shelf_of(site), _current(site, name)
    if changes and not before:
        raise InputRefused(f'there is no registry "{name}" that could be changed; import the full list first')
    base = shelf.take(name, before["sha256"]) if changes and before else None
    done = import_registry(file, country, shelf, base)
    copy = replace(draft, source_sha256=done.source_sha256, sha256=done.sha256, numbers=done.numbers)
    instruct(site, "registry", copy=asdict(copy) | {"as_of": as_of.isoformat()})
    if before and before["sha256"] not in {each["sha256"] for each in listed(site)}:
        shelf.path(before["sha256"]).unlink(missing_ok=True)
    return _told(done, name, as_of, shelf)


def _told(done: Imported, name: str, as_of: date, shelf: Shelf) -> str:
    bad = f" {done.bad:,} lines hold no number that can be read." if done.bad else ""
    out = f" {done.taken_out:,} were taken out." if done.taken_out else ""
    where = shelf.path(done.sha256)
    said = f'Registry "{name}" as of {as_of}: {done.numbers:,} numbers.{out}{bad}'
    return f"{said}\nEvery machine that dials needs {where}"


def _current(site: Site, name: str) -> dict[str, Any] | None:
    """The copy of this name that counts; None where there is none, or no ledger yet."""
    if site.folder and not (site.folder / "ledger.sqlite").exists():
        return None
    return next((copy for copy in listed(site) if copy["name"] == name), None)


def listed(site: Site) -> list[dict[str, Any]]:
    """The registries that count."""
    with reading(site.settings, site.folder, site.clock) as ledger:
        return [dict(row._mapping) for row in ledger.read_now(active)]


def copy_line(copy: dict[str, Any]) -> str:
    """One registry for a person."""
    because = f"used although old: {copy['override']}" if copy["override"] else ""
    size, day = f"{copy['numbers']:,} numbers", f"as of {copy['as_of']}"
    what = [copy["name"], copy["jurisdiction"], size, day, copy["source"], copy["sha256"][:12], because]
    return "\t".join(what).rstrip()


def ask(site: Site, campaign: str, out: Path, since: date | None, column: str | None) -> str:
    """Write the file that the database of reassigned numbers is asked with; answers what was done, in a sentence."""
    with reading(site.settings, site.folder, site.clock) as ledger:
        id_ = ledger.read_now(find, campaign).id
        asked = ledger.read_now(lambda conn: list(questions(conn, id_, since, column)))
    known = {number: day for number, day in asked if day}
    try:
        with out.open("w", encoding="ascii", newline="") as file:
            csv.writer(file).writerows((number.removeprefix(AMERICA), day) for number, day in known.items())
    except OSError as error:
        raise InputRefused(f"{out}: cannot be written: {error.strerror}") from error
    left = len({number for number, _ in asked}) - len(known)
    said = f"{len(known):,} numbers to ask about are in {out}."
    return f"{said} {left:,} are left out: no day is known for them (--since, --column)." if left else said


def take_answers(site: Site, file: Path, asked_on: date) -> str:
    """Import the database's answers; answers what was done, in a sentence."""
    read, bad = [], 0
    for chunk in chunks_of(file):
        for line in chunk.decode("utf-8", "replace").splitlines():
            found = _answer(line, asked_on)
            read += [found] if found else []
            bad += found is None and any(map(str.isdigit, line))
    if not read:
        raise InputRefused(f"{file}: no line holds an American number and yes, no or no data")
    gone = sum(instruct(site, "answers", answers=some) for some in _some(read))
    unread = f" {bad:,} lines cannot be read." if bad else ""
    return f"{len(read):,} answers: {gone:,} numbers were reassigned and will not be called.{unread}"


def _answer(line: str, asked_on: date) -> list[str] | None:
    number, day, said = american(line), asked_on, None
    for cell in line.split(","):
        word = "".join(filter(str.isalpha, cell)).lower()
        said = ANSWERS.get(word, said)
        try:
            day = date.fromisoformat(cell.strip().strip('"'))
        except ValueError:
            continue
    return [f"+{number}", day.isoformat(), said] if number and said else None


def _some(read: list[list[str]]) -> Iterator[list[list[str]]]:
    for start in range(0, len(read), MANY):
        yield read[start : start + MANY]
