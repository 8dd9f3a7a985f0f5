"""The question of consent before a launch, and whether the greeting says what the law wants it to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import click
import pytest

from campaigns.errors import InputRefused, NotAllowed
from campaigns.leads.lead import Column
from campaigns.rules.facts import Person
from campaigns.rules.rules import Rules
from campaigns.spec import Spec, parse_spec
from campaigns.vocabulary import PhoneType
from dialer.cli import consenting
from dialer.cli.consenting import Asked, as_if_agreed
from dialer.cli.preflight import check
from dialer.providers.callfluent.agents import read_agent
from dialer.providers.platform import Agent
from tests.agreed import CONSENT_TABLE

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
PHONE, CONSENT = Column("Phone", "phone", "header"), Column("Opt in", "consent", "header")
OHIO = Person("+16145550100", "US", (PhoneType.MOBILE,), ("America/New_York",), "OH")
LA = replace(OHIO, number="+12135550100", zones=("America/Los_Angeles",), state="CA")
HUMAN = parse_spec('voice = "human"', "c.toml")


def asked(spec: Spec, *people: Person, columns: tuple[Column, ...] = (PHONE,)) -> Asked:
    found = Asked(spec, columns, NOON)
    for person in people:
        found.look_at(person)
    return found


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A person at a terminal who answers these, in order."""
    answers: list[str] = []
    monkeypatch.setattr(consenting, "is_terminal", lambda: True)
    monkeypatch.setattr(click, "confirm", lambda *_, **__: answers.pop(0) == "y")
    monkeypatch.setattr(click, "prompt", lambda *_, **__: answers.pop(0))
    return answers


def test_off_a_terminal_the_line_to_write_is_named() -> None:
    with pytest.raises(InputRefused) as refused:
        asked(Spec(), OHIO, OHIO, LA).settle()
    said = str(refused.value)
    assert "nothing says that 3 of these people agreed" in said
    assert "US law wants written consent (47 CFR 64.1200(a)(2),(3); FCC 24-17)" in said
    assert 'write into the campaign file, if it is true: [consent] who = "…", when = 2026-11-23, text = ' in said
    assert "\n" not in said


def test_on_a_terminal_it_is_asked_once_and_the_answer_is_the_campaigns(
    terminal: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    terminal += ["y", "They ticked the box.", "Ann"]
    settled = asked(Spec(), OHIO).settle()
    assert settled.consent.attestation.startswith("Ann, 20")
    assert settled.consent.attestation.endswith(": They ticked the box.")
    assert Spec.model_validate(settled.model_dump(mode="json")) == settled
    said = capsys.readouterr().err
    lines = said[said.index("[consent]") :]
    assert parse_spec(lines, "c.toml").consent.text == "They ticked the box."
    assert asked(settled, OHIO).settle() is settled


def test_who_says_no_calls_nobody(terminal: list[str]) -> None:
    terminal += ["n"]
    with pytest.raises(NotAllowed, match="nobody was called"):
        asked(Spec(), OHIO).settle()


@pytest.mark.parametrize(
    ("spec", "columns"),
    [
        (Spec(), (PHONE, CONSENT)),  # the list says who did
        (parse_spec(CONSENT_TABLE, "c.toml"), (PHONE,)),
        (HUMAN, (PHONE,)),  # no law asks for it there
    ],
)
def test_nothing_is_asked_that_is_answered(spec: Spec, columns: tuple[Column, ...]) -> None:
    assert asked(spec, OHIO, columns=columns).settle() is spec


def test_a_rehearsal_goes_on_as_if_everyone_had_agreed_only_where_nothing_is_said() -> None:
    assumed = as_if_agreed(Spec(), (PHONE,), "the rehearsal")
    assert "assumed" in Rules.from_spec(assumed).attestation
    assert as_if_agreed(HUMAN, (PHONE, CONSENT), "x") is HUMAN
    attested = parse_spec(CONSENT_TABLE, "c.toml")
    assert as_if_agreed(attested, (PHONE,), "x") is attested


def agent(**raw: object) -> Agent:
    return read_agent("7", {"id": 7, "name": "Ada", **raw})


@pytest.mark.parametrize(
    ("raw", "greeting"),
    [
        ({"welcome_msg_flag": True, "welcome_msg": "Hi!"}, "Hi!"),
        ({"welcome_msg": "Hi!"}, "Hi!"),
        ({"welcome_msg_flag": "false", "welcome_msg": "Hi!"}, ""),
        ({"welcome_msg_flag": 0}, ""),
        ({"welcome_msg_flag": True, "welcome_msg": None}, ""),
        ({}, None),
    ],
)
def test_the_greeting_of_an_agent(raw: dict[str, object], greeting: str | None) -> None:
    """Seed 000, Agent Services §2."""
    assert agent(**raw).greeting == greeting


def test_a_greeting_that_hides_the_ai_is_refused_where_the_law_wants_it_said() -> None:
    californian = asked(Spec(), OHIO, LA)
    for greeting, said in (("How are you today?", '"How are you today?"'), ("", "nothing")):
        with pytest.raises(InputRefused) as refused:
            check([californian.greeting(agent(welcome_msg=greeting))])
        assert f"agent 7 greets with {said}, and the law of US-CA wants it to say" in str(refused.value)
        assert "change its welcome message" in str(refused.value)
    check([californian.greeting(agent(welcome_msg="Hello, this is an AI assistant of Acme."))])
    check([asked(Spec(), OHIO).greeting(agent(welcome_msg="How are you today?"))])


def test_a_platform_that_does_not_tell_the_greeting_is_said_to() -> None:
    finding = asked(Spec(), LA).greeting(agent())
    assert (finding.line[0], finding.exit_code) == ("!", 0)
    assert "not told by the platform, and the law of US-CA" in finding.text
