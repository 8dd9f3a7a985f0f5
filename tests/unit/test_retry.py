"""What happens to a contact after an attempt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.retry import GONE, NUMBER_IS_FINISHED, REACHED, Step, next_step
from campaigns.spec import Retries
from campaigns.vocabulary import ContactState, Reason, Result

ENDED = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
DONE = Step(ContactState.DONE, Reason.ANSWERED, None, 0)
USED = Step(ContactState.EXHAUSTED, Reason.ATTEMPTS_USED, None, 0)
REFUSED = Step(ContactState.EXHAUSTED, Reason.REFUSED_NUMBER, None, 0)


def step(
    result: Result | None, used: int = 1, position: int = 0, numbers: int = 1, retries: dict[str, Any] | None = None,
    finished: tuple[int, ...] = (),
) -> Step:  # fmt: skip
    return next_step(result, ENDED, used, position, numbers, Retries.model_validate(retries or {}), finished)


def again(part: Any = "other", position: int = 0, agent: str | None = None, **wait: float) -> Step:
    return Step(ContactState.READY, Reason.RETRY_WAIT, ENDED + timedelta(**wait), position, part, agent)


@pytest.mark.parametrize(
    ("result", "then"),
    [
        (Result.HUMAN, DONE),
        (Result.TRANSFERRED, DONE),
        (Result.HUMAN_SHORT, DONE),
        (Result.BUSY, again("any", minutes=15)),
        (Result.NO_ANSWER, again(hours=2)),
        (Result.UNREACHABLE, again(hours=2)),
        (Result.SILENT, again(hours=2)),
        (Result.FAILED, again("any", hours=1)),
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
    assert step(Result.BUSY, used=2) == again("any", minutes=15)
    assert step(Result.BUSY, used=3) == USED
    assert step(Result.INVALID_NUMBER, used=3, numbers=2) == USED
    assert step(Result.HUMAN, used=3) == DONE


@pytest.mark.parametrize("result", [*sorted(REACHED)])
def test_all_numbers_stop_when_one_is_answered(result: Result) -> None:
    assert step(result, numbers=3) == DONE
    assert step(result, numbers=3, position=1).state is ContactState.DONE


@pytest.mark.parametrize("result", [*sorted(NUMBER_IS_FINISHED), None, Result.CANCELLED])
def test_the_next_number_follows_where_this_one_is_finished(result: Result | None) -> None:
    assert step(result, numbers=2) == Step(ContactState.READY, Reason.RETRY_WAIT, ENDED, 1)
    assert step(result, used=2, position=1, numbers=2).state is ContactState.EXHAUSTED
    assert step(result, numbers=3, finished=(1,)).position == 2


@pytest.mark.parametrize(
    ("position", "finished", "to"),
    [(0, (), 1), (1, (), 2), (2, (), 0), (0, (1,), 2), (2, (0,), 1), (1, (0, 2), 1)],
)
def test_a_miss_moves_on_to_the_next_number_and_round_again(position: int, finished: tuple[int, ...], to: int) -> None:
    assert step(Result.NO_ANSWER, position=position, numbers=3, finished=finished) == again(hours=2, position=to)
    assert step(Result.BUSY, position=position, numbers=3, finished=finished).position == position


@pytest.mark.parametrize("result", [Result.BUSY, Result.NO_ANSWER, Result.INVALID_NUMBER, None])
def test_after_a_number_that_a_newer_list_took_away_the_first_of_the_others_is_called(result: Result | None) -> None:
    assert step(result, position=GONE).position == 0
    assert step(result, position=GONE).state is ContactState.READY
    assert step(result, position=GONE, numbers=3, finished=(0,)).position == 1
    assert step(result, used=3, position=GONE) == USED


TABLE = [
    {"result": "no_answer", "wait": "3h"},
    {"result": "no_answer", "attempt": 3, "wait": "2d", "part": "evening", "number": "same"},
    {"result": "voicemail_left", "attempt": 2, "wait": "stop"},
    {"result": "voicemail_no_message", "agent": "520"},
    {"result": "busy", "wait": "never"},
    {"result": "human_short", "wait": "1d", "part": "any"},
]


@pytest.mark.parametrize(
    ("result", "used", "then"),
    [
        (Result.NO_ANSWER, 1, again(position=1, hours=3)),
        (Result.NO_ANSWER, 2, again(position=1, hours=3)),
        (Result.NO_ANSWER, 3, again("evening", days=2)),
        (Result.NO_ANSWER, 4, again("evening", days=2)),
        (Result.VOICEMAIL_LEFT, 1, again(position=1, days=1)),
        (Result.VOICEMAIL_LEFT, 2, USED),
        (Result.VOICEMAIL_NO_MESSAGE, 1, again(position=1, agent="520", days=1)),
        (Result.BUSY, 1, Step(ContactState.READY, Reason.RETRY_WAIT, ENDED, 1)),
        (Result.HUMAN_SHORT, 1, again("any", days=1)),
        (Result.HUMAN, 1, DONE),
    ],
)
def test_rows_of_the_table_go_before_the_defaults(result: Result, used: int, then: Step) -> None:
    assert step(result, used, numbers=2, retries={"attempts": 9, "table": TABLE}) == then


@given(
    result=st.sampled_from([*Result, None]), used=st.integers(1, 60), numbers=st.integers(1, 4),
    position=st.integers(0, 3), attempts=st.integers(1, 50), finished=st.sets(st.integers(0, 3)),
)  # fmt: skip
def test_nobody_is_called_more_often_than_allowed_or_too_early(
    result: Result | None, used: int, numbers: int, position: int, attempts: int, finished: set[int]
) -> None:
    position %= numbers
    then = step(result, used, position, numbers, {"attempts": attempts}, tuple(finished - {position}))
    if then.state is ContactState.READY:
        assert used < attempts
        assert then.next_at is not None
        assert then.next_at >= ENDED
        assert 0 <= then.position < numbers
        assert then.position not in finished - {position}
        assert result not in REACHED
    else:
        assert then.next_at is None
