"""Why an attempt was allowed, written in the intent's own transaction, so that months later it can be proved.

What is kept is compact JSON: the versions of rules, campaign file and time zone data; the person's zones with their
evidence and local times; what each cap had counted; consent; the state of the do-not-call lists; until when it held.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.ledger import Tx
from campaigns.ledger.tables import decisions, events
from campaigns.rules.caps import caps_on
from campaigns.rules.consent import ground_of, needs_of
from campaigns.rules.facts import History, Person
from campaigns.rules.law import DEFAULT
from campaigns.rules.rules import Rules
from campaigns.rules.versions import tables_version, tzdata_version
from campaigns.rules.zones import zone
from campaigns.spec import describe_moment

BY = {"rules": tables_version(), "tzdata": tzdata_version()}
"""Worked out beforehand: an intent must not wait for it."""
_LAST = sa.select(sa.func.max(events.c.id))
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def facts_of(
    person: Person, history: History, rules: Rules, now: datetime, until: datetime, evidence: tuple[str, str | None]
) -> dict[str, Any]:
    """The facts that an allowed call rested on; ``evidence``: for the zones, and what the list says of consent."""
    zone_source, said = evidence
    needs = needs_of(person, rules, now)
    grounds = [f"{row.jurisdiction}: {ground}" for row in needs if (ground := ground_of(row, person, rules))]
    return {
        "local": [describe_moment(now.astimezone(zone(name))) + " " + name for name in person.zones],
        "zones_from": zone_source,
        "until": until.isoformat(timespec="seconds"),
        "counted": [f"{len(cap.count(history.calls, now))} of {cap.words}" for cap in caps_on(person, rules, now)],
        "asked": list(dict.fromkeys(row.jurisdiction for row in needs)),
        "consent": said or rules.attestation or "; ".join(grounds),
    }


def registry_facts(copies: Sequence[sa.Row[Any]]) -> dict[str, Any]:
    """Which copies of registries the number was looked for in; nothing where there are none."""
    named = [f"{copy.name} of {copy.as_of} ({copy.sha256[:12]})" for copy in copies]
    return {"registries": named} if named else {}


def last_event(conn: sa.Connection) -> int:
    """The number of the last event: every change of a list is one, so it says how the lists stood."""
    return conn.execute(_LAST).scalar() or 0


def written(facts: dict[str, Any], lists: int, file: str) -> str:
    """Facts as they are kept, with the versions by which the call was decided.

    ``lists`` is the last event's number, ``file`` the campaign file's hash.
    """
    return _encode(facts | BY | {"lists": lists, "file": file})


def remember(tx: Tx, kept: Mapping[int, str]) -> None:
    """Keep the written facts of attempts, by id."""
    if kept:
        tx.conn.execute(decisions.insert(), [{"attempt_id": id_, "facts": facts} for id_, facts in kept.items()])


@lru_cache(256)
def file_version(stored: str) -> str:
    """A short hash of a campaign file as the ledger keeps it."""
    return hashlib.sha256(stored.encode()).hexdigest()[:12]


def describe(facts: str | None) -> str:
    """Kept facts in plain words; blank where there are none."""
    if not facts:
        return ""
    told = json.loads(facts)
    consent = told["consent"] or "none"
    laws = ", ".join(f"{name} law" if name != DEFAULT else "our default" for name in told["asked"])
    asked = f" ({laws} asks for it)" if laws else " (no law there asks for it)"
    words = [
        f"it was {' and '.join(told['local'])}" + (f" (zone by {told['zones_from']})" if told["zones_from"] else ""),
        f"open until {told['until'][:16].replace('T', ' ')} UTC",
        f"called before: {', '.join(told['counted'])}",
        f"consent: {consent}{asked}",
        f"on no do-not-call list as of event {told['lists']}{_registries(told)}",
        f"rules {told['rules']}, campaign file {told['file']}, tzdata {told['tzdata']}",
    ]
    return "; ".join(words)


def _registries(told: dict[str, Any]) -> str:
    named = told.get("registries")
    return f", nor in {', '.join(named)}" if named else ""
