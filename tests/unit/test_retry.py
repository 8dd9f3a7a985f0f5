"""What happens to a contact after an attempt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.retry import NUMBER_IS_FINISHED, REACHED, Step, next_step
from campaigns.spec import Retries
from campaigns.vocabulary import ContactState, Reason, Result

ENDED = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
DONE = Step(ContactState.DONE, Reason.ANSWERED, None, 0)
USED = Step(ContactState.EXHAUSTED, Reason.ATTEMPTS_USED, None, 0)
REFUSED = Step(ContactState.EXHAUSTED, Reason.REFUSED_NUMBER, None, 0)


def step(
    result: Result | None, used: int = 1, position: int = 0, numbers: int = 1, retries: dict[str, Any] | None = None
) -> Step:
    return next_step(result, ENDED, used, position, numbers, Retries.model_validate(retries or {}))


def again(**wait: float) -> Step:
    return Step(ContactState.READY, Reason.RETRY_WAIT, ENDED + timedelta(**wait), 0)


@pytest.mark.parametrize(
    ("result", "then"),
    [
        (Result.HUMAN, DONE),
        (Result.TRANSFERRED, DONE),
        (Result.HUMAN_SHORT, DONE),
        (Result.BUSY, again(minutes=15)),
        (Result.NO_ANSWER, again(hours=2)),
        (Result.UNREACHABLE, again(hours=2)),
        (Result.SILENT, again(hours=2)),
        (Result.FAILED, again(hours=1)),
        (Result.DECLINED, again(days=1)),
        (Result.VOICEMAIL_LEFT, again(days=1)),
        (Result.VOICEMAIL_NO_MESSAGE, again(days=1)),
        (Result.INVALID_NUMBER, REFUSED),
        (Result.FAX, REFUSED),
        (Result.CANCELLED, USED),
        (None, REFUSED),
    ],
)
def test_after_the_first_attempt_with_the_defaults(result: Result | None, then: Step) -> None:
    assert step(result) == then


def test_a_person_who_hung_up_is_called_again_only_when_the_file_says_so() -> None:
    assert step(Result.HUMAN_SHORT, retries={"human_short": "1h"}) == again(hours=1)
    assert step(Result.HUMAN_SHORT, used=3, retries={"human_short": "1h"}) == USED


def test_the_last_attempt_is_the_last() -> None:
    assert step(Result.BUSY, used=2) == again(minutes=15)
    assert step(Result.BUSY, used=3) == USED
    assert step(Result.INVALID_NUMBER, used=3, numbers=2) == USED
    assert step(Result.HUMAN, used=3) == DONE


@pytest.mark.parametrize("result", [*sorted(NUMBER_IS_FINISHED), None, Result.CANCELLED])
def test_the_next_number_follows_where_this_one_is_finished(result: Result | None) -> None:
    assert step(result, numbers=2) == Step(ContactState.READY, Reason.RETRY_WAIT, ENDED, 1)
    assert step(result, used=2, position=1, numbers=2).state is ContactState.EXHAUSTED


@given(
    result=st.sampled_from([*Result, None]), used=st.integers(1, 60), numbers=st.integers(1, 4),
    position=st.integers(0, 3), attempts=st.integers(1, 50),
)  # fmt: skip
def test_nobody_is_called_more_often_than_allowed_or_too_early(
    result: Result | None, used: int, numbers: int, position: int, attempts: int
) -> None:
    position %= numbers
    then = step(result, used, position, numbers, {"attempts": attempts})
    if then.state is ContactState.READY:
        assert used < attempts
        assert then.next_at is not None
        assert then.next_at >= ENDED
        assert position <= then.position < numbers
        assert result not in REACHED
    else:
        assert then.next_at is None
