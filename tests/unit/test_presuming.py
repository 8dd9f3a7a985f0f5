"""A platform's silence means something where it says so, about placed calls only, and only once its time is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.vocabulary import AttemptState, Result
from dialer.matching import Candidate
from dialer.presuming import PRESUMED, presumed
from dialer.providers.callfluent.account import CallFluentAccount
from dialer.providers.opencx.account import OpenCXAccount
from tests.integration.shop import MINUTE, NOON, SECOND, number, spec

PLACED = Candidate(1, "ref", number(1), AttemptState.ACCEPTED, NOON, None, None, "", spec())


def test_ten_minutes_without_a_session_are_no_answer_and_it_is_marked() -> None:
    assert [*presumed(OpenCXAccount.abilities, "a", [PLACED], set(), NOON + 10 * MINUTE)] == []
    (one,) = presumed(OpenCXAccount.abilities, "a", [PLACED], set(), NOON + 10 * MINUTE + SECOND)
    assert (one.attempt_id, one.account, one.result, one.raw_status) == (1, "a", Result.NO_ANSWER, PRESUMED)
    assert one.ended_at == NOON + 10 * MINUTE, "the next call waits from here on"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(PLACED, state=AttemptState.UNKNOWN), id="it may never have been placed"),
        pytest.param(replace(PLACED, raw_status="open"), id="it had a session"),
        pytest.param(replace(PLACED, id=2), id="its session was in this very reading"),
    ],
)
def test_nothing_is_presumed_of(other: Candidate) -> None:
    assert [*presumed(OpenCXAccount.abilities, "a", [other], {2}, NOON + timedelta(days=1))] == []


def test_elsewhere_silence_means_nothing() -> None:
    assert [*presumed(CallFluentAccount.abilities, "a", [PLACED], set(), NOON + timedelta(days=1))] == []
