"""Finds a wish not to be called again in what was said in a call and in what the platform made of it.

``data/phrases.csv`` has the phrases of six languages, as words without case, accents and punctuation; ``{a|b}`` is one
of several. By kind: *strong* and *legal* (threats, the deceased, minors) mean it wherever they stand, *word* as all
that was said, *wrong* that somebody else has the number now, *outcome* as a disposition. *weak* is for a person to
judge, and so is a strong phrase within four words behind a *negation* ("I did not say stop calling"). A *friend* only
looks like one.

Every language is looked for in every text. What the agent says is left out: it may well tell how to opt out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from typing import Any

from campaigns.shipped import table
from campaigns.vocabulary import Reason

REACH = 4
"""How many words before a phrase a negation may stand."""
END = "."
CONTRACTED = {
    "dont": "do not", "didnt": "did not", "doesnt": "does not", "wont": "will not", "cant": "can not",
    "cannot": "can not", "couldnt": "could not", "shouldnt": "should not", "wouldnt": "would not", "im": "i am",
    "ill": "i will", "were": "we are", "youre": "you are", "shes": "she is", "hes": "he is",
}  # fmt: skip
"""English words that an apostrophe shortened; "were" and "ill" as other words harm no phrase."""
SPEECH = ("transcript", "conversation", "message", "utterance", "summary", "text", "note", "speech")
VERDICT = ("disposition", "outcome", "callresult", "status", "tag", "label")
KEYS = ("dtmf", "digit", "keypress", "pressed")
SPEAKER = ("role", "speaker", "from", "participant", "user")
AGENTS = frozenset({"assistant", "agent", "bot", "ai", "system", "tool", "operator", "function"})
LINE = re.compile(r"^\s*\W*(\w{1,20})\W*:", re.MULTILINE)
OPT_OUT_KEY = "9"
DEEPEST = 8
LONGEST = 200_000
WORDY = 80


@dataclass(frozen=True, slots=True)
class Found:
    """A wish, by the ``phrase`` that says it; ``reason`` None: a person must judge it."""

    phrase: str
    reason: Reason | None


REASONS = {
    "strong": Reason.ASKED_TO_STOP, "legal": Reason.ASKED_TO_STOP, "word": Reason.ASKED_TO_STOP,
    "wrong": Reason.REASSIGNED, "outcome": Reason.ASKED_TO_STOP, "outcome_wrong": Reason.REASSIGNED,
    "weak": None, "outcome_weak": None,
}  # fmt: skip
SAID, DECIDED = ("strong", "legal", "wrong", "weak"), ("outcome", "outcome_wrong", "outcome_weak", "strong", "weak")
Phrase = tuple[str, ...]


def find(disposition: str | None, raw: Mapping[str, Any]) -> Found | None:
    """The clearest wish in a call's disposition and record; None: there is none."""
    found = [*_decided([disposition or ""]), *_in_record(raw)]
    return next((each for each in found if each.reason), found[0] if found else None)


def find_in_answer(text: str) -> Found | None:
    """The same in a platform's refusal of a number: "on the do not call list"."""
    return next((each for each in _decided([text]) if each.reason), None)


def _in_record(raw: Mapping[str, Any]) -> Iterator[Found]:
    for name, value in _leaves(dict(raw), ""):
        means = _meaning(name)
        if means == KEYS:
            if isinstance(value, str | int) and str(value).strip() == OPT_OUT_KEY:
                yield Found(f"key {OPT_OUT_KEY}", Reason.ASKED_TO_STOP)
        elif means == VERDICT and isinstance(value, str):
            yield from _decided([value])
        elif means == SPEECH and isinstance(value, str):
            yield from _said(_by_others(value[:LONGEST]))


@lru_cache(4096)
def _meaning(name: str) -> tuple[str, ...] | None:
    """Which of the three kinds of names this is; a platform uses few."""
    return next((keys for keys in (KEYS, VERDICT, SPEECH) if any(key in name for key in keys)), None)


@lru_cache(4096)
def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower()) + " "


def _leaves(value: Any, name: str, depth: int = 0) -> list[tuple[str, Any]]:
    """Every value of a record by the names that lead to it, without what an agent said."""
    if isinstance(value, dict):
        speakers = (str(value[key]).strip().lower() for key in SPEAKER if isinstance(value.get(key), str))
        if not AGENTS.isdisjoint(speakers):
            return []
        inside = [(name + _letters(str(key)), inner) for key, inner in value.items()]
    elif isinstance(value, list):
        inside = [(name, inner) for inner in value]
    else:
        return [(name, value)]
    if depth == DEEPEST:
        return []
    found: list[tuple[str, Any]] = []
    for named in inside:
        if isinstance(named[1], (dict, list)):
            found += _leaves(named[1], named[0], depth + 1)
        else:
            found.append(named)
    return found


def _by_others(text: str) -> Iterator[str]:
    """The turns of a transcript ("User: …") that are not an agent's; a text without turns is one."""
    before, *turns = LINE.split(text)
    yield before
    for speaker, said in zip(turns[::2], turns[1::2], strict=True):
        if speaker.lower() not in AGENTS:
            yield said


def _said(texts: Iterable[str]) -> Iterator[Found]:
    for text in texts:
        words = words_of(text)
        alone = tuple(word for word in words if word != END)
        if alone and alone in _phrases("word").get(alone[0], ()):
            yield Found(" ".join(alone), REASONS["word"])
        yield from _phrases_in(words, SAID)


def _decided(texts: Iterable[str]) -> Iterator[Found]:
    for text in texts:
        yield from _in_verdict(text[:LONGEST]) if len(text) > WORDY else _in_few_words(text)


def _in_verdict(text: str) -> tuple[Found, ...]:
    return tuple(_phrases_in(words_of(text.replace("_", " ")), DECIDED))


_in_few_words = lru_cache(4096)(_in_verdict)
"""Dispositions are the same few words again and again."""


def _phrases_in(words: Sequence[str], kinds: Sequence[str]) -> Iterator[Found]:
    friends, negations = _phrases("friend"), _phrases("negation")
    index = [(kind, _phrases(kind)) for kind in kinds]
    for at, word in enumerate(words):
        for kind, phrases in index:
            for phrase in phrases.get(word, ()):
                if _stands(words, at, phrase) and not _is_friend(words, at, phrase, friends):
                    yield Found(" ".join(phrase), None if _negated(words, at, negations) else REASONS[kind])


def _stands(words: Sequence[str], at: int, phrase: Phrase) -> bool:
    return tuple(words[at : at + len(phrase)]) == phrase


def _is_friend(words: Sequence[str], at: int, phrase: Phrase, friends: Mapping[str, Sequence[Phrase]]) -> bool:
    """Whether a longer, harmless phrase covers this one."""
    around = range(max(0, at - REACH), at + len(phrase))
    return any(
        _stands(words, start, friend) and start <= at and at + len(phrase) <= start + len(friend)
        for start in around if start < len(words)
        for friend in friends.get(words[start], ())
    )  # fmt: skip


def _negated(words: Sequence[str], at: int, negations: Mapping[str, Sequence[Phrase]]) -> bool:
    """Whether the same sentence denies it just before."""
    first = max(0, at - REACH)
    before = words[first:at]
    if END in before:
        first = at - list(reversed(before)).index(END)
    return any(
        _stands(words, start, negation) and start + len(negation) <= at
        for start in range(max(0, first - REACH + 1), at)
        for negation in negations.get(words[start], ())
        if END not in words[start:at] and start + len(negation) > first
    )


def words_of(text: str) -> list[str]:
    """A text's words without case and accents, contractions resolved, with a dot where a sentence, or part, ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("’", "'").replace("ß", "ss"))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"(?<=[ntdsue])'(?=(?:t|s|m|re|ll|ve|d)\b)|(?<=\bi)'(?=m\b|ll\b)", "", text.lower())
    words: list[str] = []
    for word in re.findall(r"[^\W_]+|[.,;:!?\n]", text):
        words += CONTRACTED.get(word, word if word[0].isalnum() else END).split(" ")
    return words


@cache
def _phrases(kind: str) -> dict[str, tuple[Phrase, ...]]:
    """The phrases of a kind by their first word."""
    found: dict[str, dict[Phrase, None]] = {}
    for line in table("suppression/data/phrases.csv"):
        if line["kind"] == kind:
            for phrase in spelled_out(line["phrase"]):
                found.setdefault(phrase[0], {})[phrase] = None
    return {word: tuple(phrases) for word, phrases in found.items()}


def spelled_out(text: str) -> list[Phrase]:
    """``a {b|c {d|e}}`` as ``a b``, ``a c d`` and ``a c e``, each cut into words."""
    return [tuple(each.split()) for each in _expand(text)]


def _expand(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        if letter == "{":
            if not depth:
                parts.append([text[start:at]])
                start = at + 1
            depth += 1
        elif letter == "}":
            depth -= 1
            if not depth:
                parts.append([each for choice in _choices(text[start:at]) for each in _expand(choice)])
                start = at + 1
    parts.append([text[start:]])
    return ["".join(chosen) for chosen in product(*parts)]


def _choices(text: str) -> list[str]:
    choices, depth = [""], 0
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        if letter == "|" and not depth:
            choices.append("")
        else:
            choices[-1] += letter
    return choices
