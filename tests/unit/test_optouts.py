"""A wish not to be called again, in six languages; what only looks like one; and what a person must judge."""

from __future__ import annotations

import pytest

from campaigns.shipped import table
from campaigns.suppression.optouts import REASONS, find, find_in_answer, spelled_out, words_of
from campaigns.vocabulary import Reason

STOP, MOVED = Reason.ASKED_TO_STOP, Reason.REASSIGNED
CLEAR = [
    "Stop calling me!", "Please don't call me again.", "Do not call this number", "No, stop calling.",
    "No. Remove my number.", "Take me off your list", "I want to opt out", "never call me again", "no more calls",
    "lose my number", "I revoke my consent", "STOP", "unsubscribe", "quit", "I don't want any more calls",
    "The customer asked not to be called again.", "put me on your do not call list", "DON’T CALL ME",
    "You'll hear from my lawyer", "I will sue you", "I'm going to sue", "I'll report you", "that is a TCPA violation",
    "this is harassment", "I'm calling the FCC", "my husband passed away... he is deceased", "I am a minor",
    "No me llame más", "¡No me llamen!", "quítame de la lista", "quiero darme de baja", "dejen de llamarme",
    "Ne m'appelez plus !", "ne m’appelez plus jamais", "retirez-moi de votre liste", "arrêtez de m'appeler",
    "Rufen Sie mich nicht mehr an", "rufen Sie nicht mehr an", "Streichen Sie mich von der Liste",
    "löschen Sie meine Nummer", "keine weiteren Anrufe", "Não me ligue", "não me ligue mais", "me tire da lista",
    "pare de me ligar", "Non chiamatemi più", "cancellatemi", "non mi chiamate", "smettetela di chiamarmi",
]  # fmt: skip
OTHERS = ["Wrong number", "you have the wrong person", "número equivocado", "vous vous trompez de numéro",
          "mauvais numéro", "falsche Nummer", "número errado", "ha il numero sbagliato"]  # fmt: skip
UNCLEAR = [
    "I'm not interested", "I am busy", "call me later", "please stop", "no me interesa", "estoy ocupado",
    "pas intéressé", "rappelez plus tard", "kein Interesse", "ich bin beschäftigt", "não tenho interesse",
    "non mi interessa", "leave me alone", "I never said stop calling me", "I'm not saying don't call me",
    "I don't want you to stop calling me", "no quiero darme de baja",
]  # fmt: skip
HARMLESS = [
    "", "Sure, sounds good", "don't stop", "I can't stop thinking about it", "I'll stop by tomorrow",
    "stop over in Denver", "we were ill", "the call was great", "yes please call me again", "sue is my sister",
    "the bus stop at the corner", "I'll call my mother", "puede llamarme mañana", "appelez-moi demain",
    "rufen Sie mich bitte morgen an", "pode me ligar amanhã", "mi chiami domani", "no", "nein danke", "ok",
]  # fmt: skip


@pytest.mark.parametrize("said", CLEAR)
def test_a_clear_wish_is_heard(said: str) -> None:
    for transcript in (said, f"User: {said}", [{"role": "agent", "text": "Hi!"}, {"role": "user", "text": said}]):
        found = find(None, {"call": {"transcript": transcript}})
        assert found is not None
        assert found.reason is STOP, found


@pytest.mark.parametrize("said", OTHERS)
def test_a_wrong_number_is_somebody_elses(said: str) -> None:
    found = find(None, {"transcript": said})
    assert found
    assert found.reason is MOVED


@pytest.mark.parametrize("said", UNCLEAR)
def test_what_is_not_clear_is_for_a_person(said: str) -> None:
    found = find(None, {"summary": said})
    assert found
    assert found.reason is None, found


@pytest.mark.parametrize("said", HARMLESS)
def test_what_only_looks_like_it_is_nothing(said: str) -> None:
    assert find(None, {"transcript": said}) is None


def test_a_clear_wish_goes_before_an_unclear_one() -> None:
    found = find("not interested", {"transcript": "I'm busy. Don't call me again."})
    assert found
    assert (found.phrase, found.reason) == ("do not call me", STOP)


@pytest.mark.parametrize(
    "raw",
    [
        {"transcript": "Agent: say stop calling to opt out\nUser: fine\nAI: or press 9 to opt out"},
        {"messages": [{"role": "assistant", "content": "Shall I take you off the list? Stop calling?"}]},
        {"agent_name": "Stop calling", "prompt": "never call me"},
        {"dtmf": "1"}, {"dtmf": "99"}, {"digits": True},
    ],
)  # fmt: skip
def test_what_the_agent_says_is_no_wish(raw: dict[str, object]) -> None:
    assert find(None, raw) is None


@pytest.mark.parametrize("raw", [{"dtmf": "9"}, {"call": {"digits_pressed": 9}}, {"outcome": "OPTED_OUT"}])
def test_a_key_or_an_outcome_says_it_too(raw: dict[str, object]) -> None:
    found = find(None, raw)
    assert found
    assert found.reason is STOP


@pytest.mark.parametrize(
    ("disposition", "reason"),
    [("DNC", STOP), ("do_not_call", STOP), ("Do Not Contact", STOP), ("opt-out", STOP), ("Wrong Number", MOVED),
     ("Not Interested", None), ("No me llame más", STOP)],
)  # fmt: skip
def test_dispositions(disposition: str, reason: Reason | None) -> None:
    found = find(disposition, {})
    assert found
    assert found.reason is reason


def test_a_platforms_refusal_may_say_it() -> None:
    found = find_in_answer("Number +12125550101 is on the Do Not Call list")
    assert found
    assert found.reason is STOP
    assert find_in_answer("insufficient minutes") is None
    assert (
        find("SALE", {"transcript": None, "messages": [1, [None]], "deep": [[[[[[[[[["stop calling"]]]]]]]]]]}) is None
    )


def test_the_table_is_whole() -> None:
    lines = table("suppression/data/phrases.csv")
    assert {line["kind"] for line in lines} == {*REASONS, "negation", "friend"}
    for kind in ("strong", "legal", "wrong", "word", "weak", "negation"):
        assert {line["language"] for line in lines if line["kind"] == kind} == {"en", "es", "fr", "de", "pt", "it"}
    for line in lines:
        for phrase in spelled_out(line["phrase"]):
            assert [*phrase] == words_of(" ".join(phrase)), line
