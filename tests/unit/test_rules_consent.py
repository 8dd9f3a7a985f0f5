"""Whether the law wants consent to a call, and whether the greeting must say what it is; the tables and their rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from campaigns.errors import InputRefused, SpecRefused
from campaigns.leads.consents import consent_in
from campaigns.rules.consent import consent_reason, consent_table, parse_consents
from campaigns.rules.decide import decide, screen
from campaigns.rules.disclosure import discloses, disclosure_table, disclosures_of, parse_disclosures
from campaigns.rules.facts import History, Override, Person
from campaigns.rules.rules import Rules
from campaigns.shipped import table
from campaigns.spec import Spec, parse_spec
from campaigns.vocabulary import PhoneType, Reason

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
RULES = Rules.from_spec(Spec())
HUMAN = replace(RULES, voice="human")
TYPES = (PhoneType.MOBILE,)
OHIO = Person("+16145550100", "US", TYPES, ("America/New_York",), "OH")
JERSEY = Person("+12015550100", "US", TYPES, ("America/New_York",), "NJ")
PARIS = Person("+33142685300", "FR", TYPES, ("Europe/Paris",))
MADRID = Person("+34912345678", "ES", TYPES, ("Europe/Madrid",))
TOKYO = Person("+81312345678", "JP", TYPES, ("Asia/Tokyo",))
LONDON = Person("+442079460000", "GB", TYPES, ("Europe/London",))
BERLIN = Person("+493012345678", "DE", TYPES, ("Europe/Berlin",))


@pytest.mark.parametrize(
    ("person", "rules", "reason"),
    [
        (OHIO, RULES, Reason.NO_CONSENT),
        (OHIO, replace(RULES, purpose="service"), Reason.NO_CONSENT),
        (OHIO, HUMAN, None),
        (JERSEY, HUMAN, Reason.NO_CONSENT),
        (JERSEY, replace(HUMAN, purpose="survey"), None),
        (PARIS, RULES, Reason.NO_CONSENT),
        (PARIS, HUMAN, Reason.NO_GROUND),
        (PARIS, replace(HUMAN, purpose="service"), None),
        (MADRID, RULES, Reason.NO_GROUND),
        (TOKYO, RULES, Reason.NO_GROUND),
        (TOKYO, HUMAN, None),
        (LONDON, RULES, Reason.NO_CONSENT),
        (LONDON, HUMAN, None),
        (BERLIN, HUMAN, Reason.NO_CONSENT),
    ],
)
def test_who_may_not_be_called_without_consent_and_may_with_it(
    person: Person, rules: Rules, reason: Reason | None
) -> None:
    assert consent_reason(person, rules, NOON) is reason
    assert screen(person, History(), rules, NOON) is reason
    assert consent_reason(replace(person, consent=True), rules, NOON) is None
    assert consent_reason(person, replace(rules, attestation="Ann, 2026-11-01: all agreed"), NOON) is None


def test_who_refused_is_never_called_whatever_was_attested() -> None:
    refused = replace(OHIO, consent=False)
    assert consent_reason(refused, replace(HUMAN, attestation="Ann"), NOON) is Reason.CONSENT_REFUSED
    assert decide(refused, History(), HUMAN, NOON).reason is Reason.CONSENT_REFUSED


def test_the_french_rule_on_every_voice_binds_from_its_date() -> None:
    before = datetime(2026, 8, 10, 9, tzinfo=UTC)
    assert consent_reason(PARIS, HUMAN, before - (before - datetime(2026, 8, 9, 9, tzinfo=UTC))) is None
    assert consent_reason(PARIS, HUMAN, datetime(2026, 8, 11, 9, tzinfo=UTC)) is Reason.NO_GROUND


@pytest.mark.parametrize(
    ("person", "named", "met"),
    [(MADRID, "ES", True), (MADRID, "FR", False), (TOKYO, "JP", True), (TOKYO, "*", True), (PARIS, "FR", False)],
)
def test_another_ground_does_only_where_the_law_lets_it(person: Person, named: str, met: bool) -> None:
    spec = parse_spec(f'[consent.grounds]\n"{named}" = "customers with a running contract"', "spring.toml")
    assert (consent_reason(person, Rules.from_spec(spec), NOON) is None) == met


def test_a_rule_of_consent_is_set_aside_by_name() -> None:
    aside = replace(HUMAN, overrides=(Override("US-NJ", None, "our counsel", "consent"),))
    assert consent_reason(JERSEY, aside, NOON) is None
    assert consent_reason(JERSEY, replace(HUMAN, overrides=(Override("US-NJ", None, "x"),)), NOON) is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[consent]\nwho = "Ann"', "an attestation needs all of who, when and text"),
        ('[consent]\nwho = " "\nwhen = 2026-11-01\ntext = "x"', "consent.who"),
        ('[consent.grounds]\nFrance = "x"', "consent.grounds"),
        ('purpose = "fun"', "purpose"),
        (
            '[[law.override]]\njurisdiction = "FR"\nrule = "caps"\nvoice = "live"\nreason = "x"',
            "voice is for hours",
        ),
        ('[caps]\nper_person = "often"', 'caps.per_person: write how often in what time, such as "3 in 24h"'),
        ("[caps]\nper_person = 3", "caps.per_person"),
    ],
)
def test_what_the_campaign_file_says_must_make_sense(text: str, words: str) -> None:
    with pytest.raises(SpecRefused, match=words):
        Rules.from_spec(parse_spec(text, "spring.toml"))


@pytest.mark.parametrize("parse", [parse_consents, parse_disclosures])
@pytest.mark.parametrize("missing", ["source", "certainty"])
def test_a_row_without_its_source_is_refused_with_its_line(parse: object, missing: str) -> None:
    name = "consent" if parse is parse_consents else "disclosure"
    lines = [*table(f"rules/data/{name}.csv")]
    lines[1] = lines[1] | {missing: ""}
    with pytest.raises(InputRefused, match="line 3: a rule needs its source"):
        parse(lines, "x.csv")  # type: ignore[operator]


def test_a_need_that_is_none_is_refused() -> None:
    with pytest.raises(InputRefused, match='"mood" is no need'):
        parse_consents([table("rules/data/consent.csv")[0] | {"need": "mood"}], "consent.csv")


def test_every_row_is_of_a_known_jurisdiction_and_its_certainty_one_of_the_letters() -> None:
    for rows in (*consent_table().values(), *disclosure_table().values()):
        for row in rows:
            assert row.certainty in ("A", "A-", "B", "B-", "C")
            assert row.jurisdiction == "*" or row.jurisdiction[:2].isupper()


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([("Consent", "yes")], 'given: Consent "yes"'),
        ([("Consent", "2026-01-05 09:00")], 'given: Consent "2026-01-05 09:00"'),
        ([("Consent", " NO ")], 'refused: Consent "NO"'),
        ([("Consent", "no"), ("TCPA text", "I agree")], 'refused: Consent "no", TCPA text "I agree"'),
        ([("Consent", "Nein")], 'refused: Consent "Nein"'),
        ([("Consent", ""), ("Consent Date", "n/a")], ""),
        ([], ""),
    ],
)
def test_what_the_cells_of_consent_say(cells: list[tuple[str, str]], said: str) -> None:
    assert consent_in(cells) == said


@pytest.mark.parametrize(
    "cell",
    [
        *("NO.", "no - asked to stop", "Not opted in", "Opted-Out", "opt out", "Revoked on 2026-01-01", "withdrawn"),
        *("FALSCH", "FAUX", "FALSO", "ONWAAR", "Nein, danke", "keine Einwilligung", "sin consentimiento", "Refusé"),
        *("Do not call", "Don't call", "unsubscribed", "❌", "☐", "いいえ", "0", "N"),
    ],
)
def test_who_says_no_in_whatever_words_does_not_consent(cell: str) -> None:
    assert consent_in([("Consent", cell)]).startswith("refused")


@pytest.mark.parametrize("cell", ["#N/A", "#NV", "#REF!", "#FORMULA NOT CALCULATED", "?", "Pending double opt-in", "-"])
def test_a_failed_formula_and_what_nobody_knows_is_no_consent(cell: str) -> None:
    assert consent_in([("Consent", cell)]) == ""


@pytest.mark.parametrize(
    "cell",
    [
        *("yes", "x", "TRUE", "WAHR", "2026-01-05", "Nov 5, 2025", "Notified by phone", "opted in", "Sí"),
        "No purchase necessary. By giving this number I agree that Acme may call me at it, also with a recorded voice.",
    ],
)
def test_what_does_not_say_no_consents(cell: str) -> None:
    assert consent_in([("Consent", cell)]).startswith("given")


CALIFORNIA = Person("+12135550100", "US", TYPES, ("America/Los_Angeles",), "CA").place


def test_where_the_greeting_must_say_what_speaks() -> None:
    assert [row.jurisdiction for row in disclosures_of([CALIFORNIA, OHIO.place], RULES, NOON)] == ["US-CA"]
    assert disclosures_of([OHIO.place, PARIS.place], RULES, NOON) == []
    assert disclosures_of([CALIFORNIA], HUMAN, NOON) == []
    aside = replace(RULES, overrides=(Override("US-CA", None, "said in the prompt", "disclosure"),))
    assert disclosures_of([CALIFORNIA], aside, NOON) == []
    denver = Person("+13035550100", "US", TYPES, ("America/Denver",), "CO").place
    assert disclosures_of([denver], RULES, NOON) == []
    assert disclosures_of([denver], RULES, datetime(2027, 1, 2, tzinfo=UTC)) != []


@pytest.mark.parametrize("greeting", ["Hi, I'm an AI assistant.", "This is an automated call", "Ich bin eine KI."])
def test_greetings_that_say_so(greeting: str) -> None:
    assert discloses(greeting)


@pytest.mark.parametrize("greeting", ["", "How are you today?", "Hi, this is Aimee from Maine."])
def test_greetings_that_do_not(greeting: str) -> None:
    assert not discloses(greeting)
