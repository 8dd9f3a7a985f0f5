"""A user's own do-not-call list: text with an entry on each line, or any file that a lead list may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from campaigns.errors import InputRefused
from campaigns.leads.lead import Refusal
from campaigns.leads.lists import open_list
from campaigns.spec import Leads
from campaigns.suppression.entries import Kind, kind_of, read_entries

BATCH = 2000
PLAIN_TEXT = (".txt", ".text", ".lst")
DELIMITERS = ",;\t|"
LOOK = 20


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries of some rows, each once, and how many rows hold none."""

    entries: list[str]
    bad: int


def read_list(path: Path, country: str | None) -> Iterator[Batch]:
    """Read the list at ``path``, some rows at a time; ``country`` is for numbers without a plus. Raises InputRefused.

    A list of hashes, prefixes or patterns is read as text, whatever its suffix: the first field of each line counts.
    """
    if path.suffix.lower() in PLAIN_TEXT or _is_special(path):
        yield from _lines(path, country)
        return
    for leads in open_list(path, Leads(country=country)).batches():
        entries = dict.fromkeys(phone.e164 for lead in leads for phone in lead.phones)
        yield Batch(list(entries), sum(not lead.phones for lead in leads))


def check_list(path: Path, country: str | None) -> None:
    """Raises InputRefused unless the list can be read and holds an entry."""
    if not any(batch.entries for batch in read_list(path, country)):
        raise InputRefused(f"{path}: not one phone number can be read; --country XX says where they are from")


def _is_special(path: Path) -> bool:
    """Whether a line at the top, but for a header, is an entry that is no number."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            found = [read_entries(_first_field(line), None) for line in islice(file, LOOK) if line.strip()]
    except (OSError, UnicodeDecodeError):  # a workbook, or another encoding: the reader of lists knows better
        return False
    entries = [entry for each in found if not isinstance(each, Refusal) for entry in each]
    return any(kind_of(entry) is not Kind.NUMBER for entry in entries)


def _lines(path: Path, country: str | None) -> Iterator[Batch]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            while lines := list(islice(file, BATCH)):
                texts = [text for line in lines if (text := line.strip())]
                yield _read(texts, country)
    except OSError as error:
        raise InputRefused(f"{path}: cannot be read: {error.strerror}") from error


def _read(texts: list[str], country: str | None) -> Batch:
    entries: dict[str, None] = {}
    bad = 0
    for text in texts:
        found = read_entries(text, country)
        if isinstance(found, Refusal):
            found = read_entries(_first_field(text), country)
        if isinstance(found, Refusal):
            bad += 1
        else:
            entries.update(dict.fromkeys(found))
    return Batch(list(entries), bad)


def _first_field(line: str) -> str:
    for delimiter in DELIMITERS:
        line = line.partition(delimiter)[0]
    return line.strip().strip('"')
