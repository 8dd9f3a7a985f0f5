"""Which rows of the law apply to whom, and why: for a place, a number, or a lead of a campaign."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from campaigns.area_codes import area_code, states_of_area_code
from campaigns.errors import InputRefused, NotFound
from campaigns.leads.lead import Refusal
from campaigns.leads.numbers.phones import read_phones
from campaigns.ledger.campaigns import find, rules_of
from campaigns.ledger.inquiry import find_lead
from campaigns.ledger.people import person_of_contact
from campaigns.rules.facts import Person
from campaigns.rules.law import covers, jurisdictions_of, states_known
from campaigns.rules.openings import law_minutes
from campaigns.rules.own import own_rules
from campaigns.rules.rules import Rules
from campaigns.rules.states import AMERICAN_REGIONS
from campaigns.rules.zones import zone
from campaigns.spec import Spec, write_windows
from dialer.access import reading
from dialer.cli.closing import lasting_if_any
from dialer.cli.ruling import BINDS, closure_lines, jurisdiction_rows, named
from dialer.cli.ruling import document as place_document
from dialer.site import Site

NUMBER = re.compile(r"\+|(?:\D*\d){7}")
WEEK = 7


def document(asked: Sequence[str], site: Site) -> dict[str, Any]:
    """What applies to whom the words name; raises NotFound, or InputRefused for a number that is none."""
    now = site.clock.now()
    if not asked:
        closures = closure_lines(lasting_if_any(site))
        about = [] if closures else ["No place is closed by `dialer rules close`."]
        return {"today": f"{now.date()}", "about": about, "closures": closures, "jurisdictions": []}
    if len(asked) == 1 and NUMBER.match(asked[0]):
        person = _whoever_has(asked[0])
        return _document(person, "number", Rules.from_spec(Spec(), lasting_if_any(site)), now)
    if len(asked) == 2 and not _is_place(" ".join(asked)):
        return _lead(asked[0], asked[1], site)
    return place_document(" ".join(asked), now.date(), lasting_if_any(site))


def _is_place(words: str) -> bool:
    try:
        return bool(named(words))
    except NotFound:
        return False


def _lead(name: str, asked: str, site: Site) -> dict[str, Any]:
    now = site.clock.now()
    with reading(site.settings, site.folder, site.clock) as ledger:
        campaign = ledger.read_now(find, name)
        row, contact = ledger.read_now(find_lead, campaign, asked)
        rules = ledger.read_now(rules_of, campaign, now)
    found = {"campaign": name, "row": row.row}
    if contact is not None:
        return found | _document(person_of_contact(contact), contact.zone_source, rules, now)
    if row.number is None:
        raise NotFound(f'row {row.row} of "{name}" has no number, so no rule can be found for it')
    return found | _document(_whoever_has(row.number), "number", rules, now)


def _whoever_has(number: str) -> Person:
    found = read_phones(number, None)
    if isinstance(found, Refusal):
        raise InputRefused(f"{found.detail} {found.suggestion}".strip())
    phone = found[0]
    return Person(phone.e164, phone.region, phone.types, phone.zones)


def _document(person: Person, zone_source: str, rules: Rules, now: datetime) -> dict[str, Any]:
    here = zone(person.zones[0]) if person.zones else None
    today = now.astimezone(here).date()
    names = jurisdictions_of(person.place)
    together = set(states_known()) <= set(names)
    shown = [name for name in names if not together or name not in states_known()]
    mine = [each for each in own_rules(rules, today) if any(covers(each.jurisdiction, name) for name in names)]
    closures = [each for each in rules.closures if any(covers(each.jurisdiction, name) for name in names)]
    return {
        "today": f"{today}",
        "number": person.number,
        "phone_types": list(person.types),
        "zones": list(person.zones),
        "zone_source": zone_source,
        "voice": rules.voice,
        "about": list(_about(person, zone_source, rules)) + [f"  {each}" for each in mine if each.what != "closed"],
        "closures": closure_lines(each for each in closures if each.last >= today),
        "jurisdictions": [_binding(name, person, rules, today) for name in shown],
        "every_state": list(_every_state(person, names, rules, today)) if together else [],
    }


def _binding(name: str, person: Person, rules: Rules, today: date) -> dict[str, Any]:
    said = jurisdiction_rows(name, today)
    if rules.voice == "human":
        for kind in ("rows", "other_rows"):
            said[kind] = [row for row in said[kind] if row["binds"] == BINDS["live"]]
    aside = [
        f"{each.voice or 'all'} rows: {each.reason}" for each in rules.overrides if covers(each.jurisdiction, name)
    ]
    return said | {"because": _because(name, person), "set_aside": aside}


def _because(name: str, person: Person) -> str:
    """Why a jurisdiction binds."""
    state = name.removeprefix("US-")
    code = area_code(person.number)
    if name == "US" and person.region not in AMERICAN_REGIONS:
        return f"a column of the list names {person.state}, an American state"
    if "-" not in name:
        return "the number is an American one" if name == "US" else "the number is of this country"
    reasons = []
    if person.state == state:
        reasons.append("a column of the list names it, or its ZIP or city")
    if state in states_of_area_code(code):
        reasons.append(f"the area code {code} lies there" + _others(code))
    return " and ".join(reasons) or "the number is of this territory"


def _others(code: str) -> str:
    states = states_of_area_code(code)
    return f" (as in {len(states) - 1} more)" if len(states) > 1 else ""


def _about(person: Person, zone_source: str, rules: Rules) -> Iterator[str]:
    types = " or ".join(person.types) or "no phone type"
    where = " or ".join(person.zones) or "unknown, so never called"
    yield f"{person.number}: {types}; time zone {where} (from: {zone_source or 'nothing'})"
    whose = "an artificial voice: rows on automated calls bind, too" if rules.voice == "ai" else "a human voice"
    yield f"  {whose}"


def _every_state(person: Person, names: tuple[str, ...], rules: Rules, today: date) -> Iterator[str]:
    code = area_code(person.number)
    known = f"no column names a state and the area code {code} lies in none that is known"
    yield f"Every American state: {known}, so the laws of all {len(states_known())} bind at once."
    yield "  Together they leave, on the person's clock (a state column would settle it):"
    for day in (today + timedelta(days=ahead) for ahead in range(WEEK)):
        hours = ", ".join(write_windows(law_minutes(names, rules, day))) or "closed"
        yield f"  {day:%a} {day} {hours}"
    yield ""
