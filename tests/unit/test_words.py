"""What is kept of a platform's words: nothing that was sent to it."""

from __future__ import annotations

import json

import pytest

from dialer.providers.words import MAX_WORDS, without, words

SENT = {"data": {"name": "Zoë  Quill", "city": "Bath", "n": "5", "list": ["a.b@c.example"], "blank": "   "}}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("cannot call Zoë  Quill of Bath", "cannot call <sent> of <sent>"),
        ("cannot call ZOË QUILL", "cannot call <sent>"),
        ("in the Bathroom, 5 times", "in the Bathroom, 5 times"),
        (json.dumps(SENT["data"]["name"]), '"<sent>"'),
        ("to a.b@c.example, not aXb@c.example", "to <sent>, not aXb@c.example"),
        ("nothing of it", "nothing of it"),
        ("", ""),
    ],
)
def test_what_was_sent_is_taken_out(text: str, kept: str) -> None:
    assert without(text, SENT) == kept


def test_a_value_in_the_middle_of_which_the_words_were_cut_goes_too() -> None:
    said = words(json.dumps({"error": "x" * (MAX_WORDS - 10) + " for Margaret Thistlewood"}).encode())
    assert said.endswith(" for Marga")
    assert without(said, {"name": "Margaret Thistlewood"}).endswith("x for ")
