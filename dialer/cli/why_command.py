"""``dialer why``: why someone was not called, and when they will be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialer.cli.options import json_option, open_site, print_json, rehearsal_option, state_option

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.ledger.inquiry import Inquiry


@click.command(name="why")
@click.argument("name", metavar="CAMPAIGN")
@click.argument("asked", metavar="[PHONE|ROW]", required=False)
@json_option
@state_option
@rehearsal_option
def command(name: str, asked: str | None, as_json: bool, state: Path | None, rehearsal: bool) -> None:
    """Say why a lead of CAMPAIGN was not called, and when it will be.

    PHONE is its number in any form, ROW its row in the list. Without a lead: how many wait, and for what.
    """
    from campaigns.ledger.inquiry import inquire
    from campaigns.ledger.queries import choose
    from dialer.access import reading
    from dialer.cli.looking import look, override

    site = open_site(state, rehearsal=rehearsal)
    seen = look(site, name)
    if asked is None:
        _show_all(seen, as_json=as_json)
        return
    with reading(site.settings, site.folder, site.clock) as ledger:
        campaign = ledger.read_now(choose, name)
        found = ledger.read_now(inquire, campaign, asked, site.clock.now())
    if as_json:
        print_json(_document(found, seen))
        return
    click.echo("\n".join(_lines(found, seen, override(seen))))


def _show_all(seen: Mapping[str, Any], *, as_json: bool) -> None:
    from campaigns.ledger.queries import meaning
    from dialer.cli.board import moment
    from dialer.cli.looking import counts, override

    if as_json:
        kept = ("campaign", "state", "reason", "detail", "rows", "leads", "reasons", "next_due_at", "next_call_at")
        print_json({key: seen[key] for key in kept})
        return
    click.echo(f"{seen['campaign']} · {seen['state']} · {counts(seen['leads'])}")
    if hint := override(seen):
        click.echo(hint)
    for share in seen["reasons"]:
        click.echo(f"  {share['count']:>7,}  {share['state']:<10} {share['reason']}: {meaning(share['reason'])}")
    if seen["next_call_at"]:
        click.echo(f"  next call: {'now' if seen['next_call_at'] <= seen['now'] else moment(seen['next_call_at'])}")


def _document(found: Inquiry, seen: Mapping[str, Any]) -> dict[str, Any]:
    from dataclasses import asdict

    of_campaign = {f"campaign_{key}": seen[key] for key in ("state", "reason", "detail")}
    return asdict(found) | {"next_local": _local(found.next_at, found.zones)} | of_campaign


def _lines(found: Inquiry, seen: Mapping[str, Any], hint: str) -> Iterator[str]:
    from campaigns.ledger.queries import meaning
    from campaigns.vocabulary import ContactState

    yield f"Row {found.row} of {found.file}, {found.phone or 'no phone'}: {found.state}"
    waits = found.state in (ContactState.READY, ContactState.DIALING)
    if waits and hint:
        yield hint
    said = [meaning(found.reason), found.detail if found.detail != meaning(found.reason) else "", found.suggestion]
    if found.state != ContactState.DIALING:
        yield f"{found.reason}: {' · '.join(filter(None, said))}" if found.reason else ContactState.READY.meaning
    for check in found.checks:
        yield f"  {'✓' if check.passed else '✗'} {check.rule:<22} {check.facts}"
    for number, attempt in enumerate(found.attempts, start=1):
        yield f"  attempt {number}: {_attempt(attempt, found.zones)}"
    if found.state == ContactState.HELD:
        yield f"Say what happened: `dialer settle {found.campaign} {found.phone} --result busy`, or --not-called."
    if found.next_at:
        late = "Next call" if not hint else "Once it dials, the next call"
        yield f"{late}: {'now' if found.next_at <= seen['now'] else _everywhere(found.next_at, found.zones)}"
    elif waits and found.state == ContactState.READY:
        yield "Never, as things stand."


def _attempt(attempt: Any, zones: tuple[str, ...]) -> str:
    from campaigns.vocabulary import AttemptState, Result

    what = Result(attempt.result).meaning if attempt.result else AttemptState(attempt.state).meaning
    sent = f"{_everywhere(attempt.sent_at, zones)}: " if attempt.sent_at else ""
    said = " ".join(filter(None, (attempt.raw_status, attempt.raw_answered_by, attempt.text)))
    return f'{sent}{attempt.result or attempt.state}, {what}{f" (platform: {said})" if said else ""}'


def _everywhere(moment: datetime, zones: tuple[str, ...]) -> str:
    """An instant on every wall clock the person could have, and in UTC."""
    from campaigns.rules.zones import zone
    from campaigns.spec import describe_moment

    readings: dict[str, list[str]] = {}
    for name in zones:
        if here := zone(name):
            local = moment.astimezone(here)
            readings.setdefault(f"{local:%a} {describe_moment(local)}", []).append(name)
    there = "; ".join(f"{reading} in {', '.join(names)}" for reading, names in readings.items())
    return f"{there} ({moment:%Y-%m-%d %H:%M} UTC)" if there else f"{moment:%Y-%m-%d %H:%M} UTC"


def _local(moment: datetime | None, zones: tuple[str, ...]) -> str | None:
    from campaigns.rules.zones import zone

    here = zone(zones[0]) if zones else None
    return moment.astimezone(here).isoformat() if moment and here else None
