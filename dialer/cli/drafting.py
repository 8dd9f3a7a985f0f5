"""The campaign file that ``dialer init`` writes for a list."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Template

from campaigns.errors import ListRefused, NotAllowed, ReportError
from campaigns.leads.account import summarise
from campaigns.leads.headings.countries import region_of
from campaigns.leads.headings.headers import slug
from campaigns.leads.lead import ListInfo
from campaigns.leads.lists import LeadList, open_list
from campaigns.spec import Leads, parse_spec
from campaigns.vocabulary import Reason
from dialer.cli.progress import Progress

SOME_FIELDS = ("first_name", "timezone", "state", "do_not_call")

TEMPLATE = Template("""\
# The campaign for ${file}. Try it:  dialer launch ${file} --campaign THIS FILE --rehearse
# Every line that is commented out shows a default or an example.

name = ${name}

# Who calls: the id of the voice agent. It stands in the address of the agent's page on the platform; without one the
# campaign can only be rehearsed. The key is never written here: set CALLFLUENT_API_KEY.
#agent = "123"

# "now" dials as soon as it is launched; "cron" only inside a `dialer run`.
#mode = "now"

# What the calls are for: "sales", "service", "survey" or "debt"; the law asks most of sales.
purpose = "sales"

# No call before and after these instants.
#start = 2026-11-23T09:00:00-05:00
#end = 2026-12-18T17:00:00-05:00

# Days without calls.
#holidays = [2026-11-26, 2026-12-25]

[leads]
# The country of numbers that are written without a +.
${country}

# Which sheet of a workbook is read, and how a text file is encoded; both are found out where they are not said.
${sheet}
${encoding}

# What becomes of a number's later rows: "skip", "merge" into the first, "newest" is called instead, "all" are called.
#duplicates = "skip"

# Leave out people whom another campaign of this client called in the last days; 0: do not look.
#recent_days = 0

# What the columns of the list were taken for, and what stands in them. Where that is wrong, delete the "#" and change
# the right side: "phone", "custom" (just send it), or a field such as ${some_fields}.
# Phones are called from the top down. As soon as one line says "phone", only the columns so named are read for numbers.
[leads.map]
${mapping}

# Where the law asks for consent to calls by an AI and no column of the list shows it: who says that everyone agreed,
# and how. It is kept with every call; a launch asks where nothing is said. Write it only if it is true.
[consent]
#who = "Your name"
#when = 2026-11-20
#text = "They ticked the box \\"you may call me, also by an AI\\" of our form."

# What is sent to the agent: under its own names where the platform tells them, otherwise as here. Delete the "#" to
# rename, or to add default = "…" for blank cells and required = true; `notes = false` leaves a column out.
[leads.send]
${sends}

# When people may be called, by their own clock; the law's hours narrow it further.
[hours]
mon = "09:00-20:00"
tue = "09:00-20:00"
wed = "09:00-20:00"
thu = "09:00-20:00"
fri = "09:00-20:00"
sat = "10:00-17:00"
sun = "closed"

[pace]
# Calls begun per second, calls at the same time, and calls in 24 hours (0: no limit).
per_second = 1.0
at_once = 5
per_day = 0

[retries]
# How often a person is tried in all, and how long after a call the next try may be; "never" ends it.
attempts = 3
busy = "15m"
no_answer = "2h"
voicemail_left = "1d"
voicemail_no_message = "1d"

[phones]
# Types of phones that are never called; a number that may be of one of them is not called either.
blocked = ["tollFree", "premium", "sharedCost", "uan", "pager", "voicemail", "unknown", "none"]
undecided = "block"
""")


def as_told(country: str | None, sheet: str | None, encoding: str | None) -> Leads:
    """How the user says that the list is to be read; raises ListRefused for a country that is none."""
    region = region_of(country) if country else None
    if country and region is None:
        raise ListRefused(f'country "{country}" is not known; write its two letters, such as US or GB')
    return Leads(country=region, sheet=sheet, encoding=encoding)


def needs_country(file: Path, told: Leads) -> bool:
    """Whether the list has numbers that could be from anywhere; raises ListRefused."""
    return bool(_of_no_country(open_list(file, told)))


def draft(file: Path, told: Leads) -> str:
    """The campaign file for this list; raises ListRefused, also where the numbers' country is not known."""
    leads = open_list(file, told)
    if told.country is None and (count := _of_no_country(leads)):
        raise ListRefused(
            f"{file}: {count:,} numbers have no country code; say where they are from, for example --country US"
        )
    info = leads.info
    text = TEMPLATE.substitute(
        file=_quoted(file.name),
        name=_quoted(_name(file)),
        country=_key("country", told.country, "US"),
        sheet=_key("sheet", told.sheet, info.sheet or "Sheet1"),
        encoding=_key("encoding", told.encoding, info.encoding or "cp1252"),
        some_fields=", ".join(f'"{field}"' for field in SOME_FIELDS),
        mapping=_mapping(leads),
        sends=_sends(info),
    )
    parse_spec(text, "the campaign file just written")
    return text


def write(out: Path, text: str) -> None:
    """Write a new file; raises NotAllowed where there is one, ReportError where none can be written."""
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise NotAllowed(f"{out} is there already and is kept; --out names another file") from None
    except OSError as error:
        raise ReportError(f"{out}: cannot be written: {error.strerror}") from error


def _of_no_country(leads: LeadList) -> int:
    with Progress("Reading", leads.rows) as progress:
        reasons: dict[str, int] = summarise(leads, lambda batch: progress.advance(len(batch)))["reasons"]
    return reasons.get(Reason.AMBIGUOUS_COUNTRY, 0)


def _key(name: str, told: str | None, found: str) -> str:
    """The line of a key: live where the user said it, else commented out with what was found."""
    return f"{name} = {_quoted(told)}" if told else f"#{name} = {_quoted(found)}"


def _name(file: Path) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip("-._")[:80] or "campaign"


def _mapping(leads: LeadList) -> str:
    """One line for each column, phones first: their order is that of calling."""
    samples = {column.header: " | ".join(map(_quoted, column.samples)) for column in leads.info.columns}
    pairs = {header: f"#{_quoted(header)} = {_quoted(field)}" for header, field in leads.mapping.items()}
    width = max(map(len, pairs.values()))
    return "\n".join(f"{pair:<{width}}  # {samples[header]}".rstrip(" #") for header, pair in pairs.items())


def _sends(info: ListInfo) -> str:
    headers = {column.header: "" for column in info.columns if column.field != "phone"}
    sent: dict[str, str] = {}
    for header in headers:
        if name := slug(header):
            sent.setdefault(name, header)
    return "\n".join(f"#{_quoted(name)} = {{column = {_quoted(header)}}}" for name, header in sent.items())


def _quoted(text: str) -> str:
    """A text as TOML writes it, also in a comment; a JSON string is one but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
