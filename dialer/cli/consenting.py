"""The question of consent: answered by the list or the campaign file, else asked once before a real launch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from campaigns.errors import InputRefused, NotAllowed
from campaigns.leads.lead import Column
from campaigns.rules.consent import ConsentRow, consent_reason, needs_of
from campaigns.rules.disclosure import discloses, disclosures_of
from campaigns.rules.facts import Person, Place
from campaigns.rules.rules import Rules
from campaigns.spec import Consent, Spec
from dialer.cli.options import is_terminal, say
from dialer.finding import Finding
from dialer.providers.platform import Agent

MOST = 4
"""How many laws are named in one line."""


def is_silent(spec: Spec, columns: Sequence[Column]) -> bool:
    """Whether neither the campaign file nor a column of the list says anything of consent."""
    return not spec.consent.attestation and not any(column.field == "consent" for column in columns)


def as_if_agreed(spec: Spec, columns: Sequence[Column], where: str) -> Spec:
    """The campaign of a rehearsal or a check: where nothing is said of consent, as if everyone had agreed."""
    if not is_silent(spec, columns):
        return spec
    return _attested(spec, where, "assumed, for nothing is said of consent and nobody is called")


class Asked:
    """What the law asks before people of a list may be called, gathered as they go by."""

    def __init__(self, spec: Spec, columns: Sequence[Column], now: datetime) -> None:
        self._spec, self._rules, self._now = spec, Rules.from_spec(spec), now
        self._silent = is_silent(spec, columns)
        self._places: set[Place] = set()
        self._laws: dict[ConsentRow, None] = {}
        self._lacking = 0

    def look_at(self, person: Person) -> None:
        """One more of the people."""
        lacks = self._silent and consent_reason(person, self._rules, self._now) is not None
        self._lacking += lacks
        if person.place not in self._places:
            self._places.add(person.place)
            if lacks:
                self._laws |= dict.fromkeys(needs_of(person, self._rules, self._now))

    def greeting(self, agent: Agent) -> Finding:
        """Whether the agent's greeting says what it is, where a law wants it to."""
        rows = disclosures_of(self._places, self._rules, self._now)
        if not rows:
            return Finding("greeting", f"agent {agent.id} may greet as it likes: no law there asks for more")
        laws = ", ".join(row.jurisdiction for row in rows)
        wanted = f"the law of {laws} wants it to say that an AI speaks"
        if agent.greeting is None:
            return Finding("greeting", f"agent {agent.id}: not told by the platform, and {wanted}", "look at its page")
        if discloses(agent.greeting):
            return Finding("greeting", f"agent {agent.id} says that an AI speaks, as the law of {laws} wants")
        said = f'"{agent.greeting}"' if agent.greeting else "nothing"
        return Finding(
            "greeting",
            f"agent {agent.id} greets with {said}, and {wanted}",
            'change its welcome message, such as to "Hello, this is an AI assistant of …", or set the rule aside with '
            '[[law.override]] and rule = "disclosure"',
            InputRefused.exit_code,
        )

    def settle(self) -> Spec:
        """The campaign with the question answered: asked on a terminal; raises InputRefused elsewhere."""
        if not self._lacking:
            return self._spec
        named = [row.words for row in self._laws]
        laws = "; ".join(named[:MOST]) + (f"; and {len(named) - MOST} more" if len(named) > MOST else "")
        if not is_terminal():
            raise InputRefused(
                f"nothing says that {self._lacking} of these people agreed to such calls: {laws}. Name a column of the "
                "list as consent in [leads.map], or write into the campaign file, if it is true: "
                f'[consent] who = "…", when = {self._now:%Y-%m-%d}, text = "how they agreed"'
            )
        say(f"Consent   nothing says that {self._lacking} of these people agreed to such calls: {laws}")
        if not click.confirm("Did all of them agree?", err=True):
            raise NotAllowed("nobody was called; people who did not agree stand in a column of the list, or not in it")
        text = click.prompt("How, in a sentence (kept with every call)", err=True)
        name = click.prompt("Who says so", err=True)
        say(f'Not to be asked again, write into the campaign file:\n[consent]\nwho = "{name}"')
        say(f'when = {self._now:%Y-%m-%d}\ntext = "{text}"')
        return _attested(self._spec, name, text)


def _attested(spec: Spec, name: str, text: str) -> Spec:
    consent = Consent(who=name, when=datetime.now(UTC).date(), text=text, grounds=spec.consent.grounds)
    return spec.model_copy(update={"consent": consent})
