from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from dialer.sandbox.calls import HANG_UP, LEAVE_MESSAGE, Call, Course, draw

NOON = datetime(2026, 3, 12, 17, tzinfo=UTC)
NUMBERS = [f"+1212555{n:04d}" for n in range(4000)]


def talk_s(course: Course) -> float:
    assert course.answered_s is not None
    return course.ended_s - course.answered_s


def test_a_call_is_drawn_from_seed_number_and_earlier_calls_alone() -> None:
    first = [draw(7, number, 0, LEAVE_MESSAGE) for number in NUMBERS]
    assert first == [draw(7, number, 0, LEAVE_MESSAGE) for number in NUMBERS]
    assert first != [draw(8, number, 0, LEAVE_MESSAGE) for number in NUMBERS]
    assert first != [draw(7, number, 1, LEAVE_MESSAGE) for number in NUMBERS]


def test_a_draw_stays_what_it_was_in_earlier_releases() -> None:
    assert draw(1, "+12125550001", 0, LEAVE_MESSAGE) == Course("busy", 3.343)
    assert draw(1, "+12125550001", 1, LEAVE_MESSAGE) == Course("completed", 27.089, 14.417, "machine_end_beep")


def test_shares_are_those_of_a_real_list() -> None:
    courses = [draw(3, number, 0, LEAVE_MESSAGE) for number in NUMBERS]
    by = Counter((course.result, course.answered_by) for course in courses)
    share = {key: count / len(courses) for key, count in by.items()}
    assert share == {
        ("completed", "human"): pytest.approx(0.42, abs=0.03),
        ("completed", "machine_end_beep"): pytest.approx(0.27, abs=0.03),
        ("no-answer", None): pytest.approx(0.20, abs=0.03),
        ("busy", None): pytest.approx(0.08, abs=0.02),
        ("failed", None): pytest.approx(0.03, abs=0.015),
    }
    brief = sum(course.answered_by == "human" and talk_s(course) <= 3 for course in courses)
    assert brief / len(courses) == pytest.approx(0.02, abs=0.01)


def test_lengths_lie_where_real_calls_lie() -> None:
    for number in NUMBERS:
        course = draw(3, number, 0, LEAVE_MESSAGE)
        match course.result:
            case "failed":
                assert 1 <= course.ended_s <= 2
            case "busy":
                assert 3 <= course.ended_s <= 4
            case "no-answer":
                assert 19 <= course.ended_s <= 25
            case "completed":
                assert course.answered_s is not None
                assert 5 <= course.answered_s <= 15
                low, high = (1, 55) if course.answered_by == "human" else (10, 18)
                assert low - 0.001 <= talk_s(course) <= high + 0.001


def test_voice_mail_settings_change_only_what_a_machine_hears() -> None:
    for number in NUMBERS[:500]:
        message, hang_up, undetected = (draw(3, number, 0, mode) for mode in (LEAVE_MESSAGE, HANG_UP, None))
        assert undetected.answered_by is None
        assert message.result == hang_up.result == undetected.result
        if message.answered_by == "machine_end_beep":
            assert hang_up.answered_by == "machine_start"
            assert 2 <= talk_s(hang_up) <= 4.001
        else:
            assert message == hang_up


def test_a_call_moves_through_twilios_words() -> None:
    call = Call(1, 1, "+12125550001", NOON, Course("completed", 30.0, 8.0, "human"))
    seen = [call.status(NOON + timedelta(seconds=s)) for s in (0, 0.9, 1, 7.9, 8, 29.9, 30, 3600)]
    assert seen == ["queued", "queued", "ringing", "ringing", "in-progress", "in-progress", "completed", "completed"]
    unanswered = Call(1, 1, "+12125550001", NOON, Course("no-answer", 20.0))
    assert [unanswered.status(NOON + timedelta(seconds=s)) for s in (0, 19.9, 20)] == ["queued", "ringing", "no-answer"]
