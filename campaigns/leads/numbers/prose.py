"""Numbers among words: ``Home 415-555-2671 Cell 212-736-5000 (after 5 pm)``."""

from __future__ import annotations

import re
from itertools import pairwise

from phonenumbers import PhoneNumberMatcher

from campaigns.leads.lead import Phone
from campaigns.leads.numbers import library

FAX = re.compile(r"(?i)^(?!.*(?:tel\b|phone)).*fax")
DIGIT_BEFORE = re.compile(r"\d\W*$")
DIGIT_BEHIND = re.compile(r"\W*\d")


def is_fax(label: str) -> bool:
    """Whether the words beside a number say that nobody answers it."""
    return FAX.search(label) is not None


def phones_among(text: str, country: str | None) -> tuple[Phone, ...]:
    """The numbers that stand between words, or one after the other, but for faxes.

    There are none where one digit too many stands beside a number: nobody can tell which of them are the number.
    """
    matches = list(PhoneNumberMatcher(text, country))
    edges = [0, *(edge for match in matches for edge in (match.start, match.end)), len(text)]
    gaps = [text[start:end] for start, end in list(pairwise(edges))[::2]]
    if any(map(DIGIT_BEFORE.search, gaps[:-1])) or any(map(DIGIT_BEHIND.match, gaps[1:])):
        return ()
    labels = (
        gaps[:-1] if gaps[0].strip(" (") else gaps[1:]
    )  # before each number or, if the first has none there, behind
    called = (match.number for match, label in zip(matches, labels, strict=True) if not is_fax(label))
    return tuple(phone for number in called if (phone := library.phone_of(number)))
