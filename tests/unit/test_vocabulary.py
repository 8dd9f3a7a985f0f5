"""The words that are stored and printed."""

from __future__ import annotations

import inspect
import json
import pickle
import re
from pathlib import Path

import pytest

from campaigns import vocabulary
from campaigns.vocabulary import OPEN_STATES, UNSENT_STATES, AttemptState, PhoneType, Reason, Result, Word

WORDS = [
    each for _, each in inspect.getmembers(vocabulary, inspect.isclass) if issubclass(each, Word) and each is not Word
]
TESTS = {path.name: path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("*.py")}


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_occurs_in_a_test(reason: Reason) -> None:
    """By its name or as a quoted word, in a test other than this one."""
    said = re.compile(rf"Reason\.{reason.name}\b|[\"']{reason.value}[\"'/,: ]")
    assert any(said.search(text) for name, text in TESTS.items() if name != Path(__file__).name), reason


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_every_word_has_one_plain_meaning_and_fits_its_column(words: type[Word]) -> None:
    meanings = [word.meaning for word in words]
    assert all(meaning and "\n" not in meaning and not meaning.endswith(".") for meaning in meanings)
    assert len(set(meanings)) == len(meanings)
    assert all(len(word) <= 32 for word in words)


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_a_word_is_its_value(words: type[Word]) -> None:
    for word in words:
        assert words(word.value) is word
        assert (str(word), f"{word}", json.dumps(word)) == (word.value, word.value, f'"{word.value}"')
        assert pickle.loads(pickle.dumps(word)) is word


def test_the_open_states_are_those_that_may_be_a_live_call() -> None:
    assert set(OPEN_STATES) == {"reserved", "submitted", "accepted", "unknown"}
    assert set(UNSENT_STATES) == {"reserved", "not_placed"}
    assert len(AttemptState) == 9


def test_results_and_reasons_are_different_words() -> None:
    assert {word.value for word in Result}.isdisjoint(word.value for word in Reason)


def test_phone_types_have_the_platforms_numbers() -> None:
    """Seed 000, Constants §3."""
    assert [(type_.value, type_.wire_id) for type_ in PhoneType] == [
        ("landline", 1), ("mobile", 2), ("fixedVoip", 3), ("nonFixedVoip", 4), ("personal", 5), ("tollFree", 6),
        ("premium", 7), ("sharedCost", 8), ("uan", 9), ("voicemail", 10), ("pager", 11), ("unknown", 12), ("none", 13),
    ]  # fmt: skip
