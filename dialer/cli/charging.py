"""What looking phone types up will cost, and whether the user agrees to it, before anything is spent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import ceil

import click

from campaigns.errors import NotAllowed, NotFound
from campaigns.ledger.campaigns import find
from campaigns.ledger.lookups import EPSILON, answered_numbers, spent
from campaigns.spec import Lookup, Spec
from dialer.access import reading
from dialer.cli.options import is_terminal, say
from dialer.errors import SettingsRefused
from dialer.site import Site


def wishes_look_ups(site: Site, spec: Spec) -> bool:
    """Whether the campaign wants phone types looked up; raises SettingsRefused where there is no key for that."""
    if spec.lookup.provider == "none":
        return False
    if site.settings.twilio is None:
        raise SettingsRefused(
            'the campaign file says [lookup] provider = "twilio": set DIALER_TWILIO_SID and DIALER_TWILIO_TOKEN'
        )
    return True


def unanswered(site: Site, spec: Spec, numbers: Sequence[str]) -> int:
    """How many of these numbers no earlier look-up has answered, as far as the ledger here knows."""
    since = site.clock.now() - timedelta(days=spec.lookup.cache_days)
    try:
        with reading(site.settings, site.folder, site.clock) as ledger:
            return len(numbers) - ledger.read_now(answered_numbers, numbers, since)
    except NotFound:
        return len(numbers)


def paid(site: Site, name: str) -> float:
    """What the look-ups of the campaign of this name have cost so far."""
    try:
        with reading(site.settings, site.folder, site.clock) as ledger:
            return ledger.read_now(spent, ledger.read_now(find, name).id).price
    except NotFound:
        return 0.0


def agree(lookup: Lookup, questions: int, paid: float, undecided: str, *, yes: bool) -> float:
    """What all look-ups of the campaign may cost, what was ``paid`` for them so far included.

    On a terminal the user is asked; elsewhere, or with ``--yes``, the campaign file must name a budget. Raises
    NotAllowed.
    """
    price = ceil(questions * lookup.price * 100 - EPSILON) / 100
    budget = lookup.budget
    limit = _limit(lookup, questions, paid)
    say(f"Look-ups  up to {questions:,} phone types at {lookup.price:g} each: {price:,.2f}{limit}")
    if yes or not is_terminal():
        if budget is None and questions:
            raise NotAllowed(
                f"look-ups would cost up to {price:,.2f}: name a [lookup] budget in the campaign file"
                " (nobody is here to ask)"
            )
        return budget or 0.0
    allowed = paid + price if budget is None else budget
    if not questions or click.confirm(f"Look them up, for at most {min(price, allowed):,.2f}?", err=True):
        return allowed
    say(f'Nothing more is looked up; phones that may be of a blocked type: undecided = "{undecided}".')
    return 0.0


def _limit(lookup: Lookup, questions: int, paid: float) -> str:
    if lookup.budget is None:
        return "; no budget is named"
    covered = max(0, int((lookup.budget - paid) / lookup.price + EPSILON))
    short = f", enough for {covered:,}; the others are not settled" if covered < questions else ""
    return f"; budget {lookup.budget:,.2f}{short}"
