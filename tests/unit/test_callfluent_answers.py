from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.providers.answers import ErrorMeaning
from dialer.providers.callfluent.answers import read_answer
from dialer.providers.platform import Answer, Placement
from dialer.providers.transport import Reply

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def read(
    status: int, body: Any, headers: dict[str, str] | None = None, declared: dict[str, ErrorMeaning] | None = None
) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_answer(Reply(status, headers or {}, raw), declared or {}, NOW)


@pytest.mark.parametrize(
    ("data", "call_id"),
    [
        ({"call": {"id": 519}}, "519"),
        ({"call_id": "6033"}, "6033"),
        ({"id": 7}, "7"),
        ({"call": {"id": None}, "id": 8}, "8"),
        ({"id": True}, None),
        ({"id": ""}, None),
        ([{"id": 12, "name": "an agent, not a call"}], None),  # the documented answer: agent_list
        (None, None),
    ],
)
def test_a_call_id_is_taken_where_one_is_given(data: Any, call_id: str | None) -> None:
    answer = read(200, {"status": True, "data": data})
    assert (answer.placement, answer.call_id) == (Placement.PLACED, call_id)


@pytest.mark.parametrize(
    "body",
    [
        {"status": False},
        {"status": "false", "error": "x"},
        {"status": "error"},
        {"status": 0},
        {"error": "x"},
        [],
        "text",
        None,
        b"\xff\xfe",
        b"",
        b"[" * 100_000,
    ],
)
def test_a_success_that_does_not_say_yes_is_unknown(body: Any) -> None:
    assert read(200, body).placement is Placement.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "You have reached limit.",
        "Workspace creation limit exceeded.",
        "Monthly minutes limit reached",
        "You have reached your plan's monthly limit of minutes",
        "No minutes left",
        "You have no more minutes",
        "insufficient credits",
        "Not enough balance to make this call",
        "Your balance is too low",
        "Out of call minutes",
        "Quota exceeded",
    ],
)
@pytest.mark.parametrize("key", ["error", "msg", "message"])
@pytest.mark.parametrize("status", [200, 400, 429, 500])
def test_a_spent_account_is_recognised_at_any_status(text: str, key: str, status: int) -> None:
    assert read(status, {"status": False, key: text}).placement is Placement.ACCOUNT


@pytest.mark.parametrize(
    "text",
    [
        "Rate limit exceeded",
        "Too many requests: limit of 1 per second reached",
        "Concurrency limit reached",
        "name exceeded the length limit",
        "no answer within 2 minutes",
        "Something went wrong",
        "error_message",
        "credit card on file",
    ],
)
def test_what_only_sounds_like_a_spent_account_is_not(text: str) -> None:
    assert read(500, {"status": False, "error": text}).placement is Placement.UNKNOWN
    assert read(400, {"status": False, "error": text}).placement is Placement.REJECTED
    assert read(429, {"status": False, "error": text}).placement is Placement.NOT_PLACED


def test_what_the_user_declared_comes_first_and_the_longest_text_wins() -> None:
    declared: dict[str, ErrorMeaning] = {
        "error": "account",
        "the number is invalid": "rejected",
        "Error: Busy Signal": "not_placed",
        "  ": "account",
    }
    assert read(500, {"status": False, "error": "The Number is INVALID"}, declared=declared).placement == "rejected"
    assert read(200, {"status": False, "msg": "error: busy signal"}, declared=declared).placement == "not_placed"
    assert read(401, {"message": "error: busy signal"}, declared=declared).placement == "not_placed"
    assert read(500, b"<html>Internal error</html>", declared=declared).placement == "account"
    assert read(500, {"status": False, "error": "none of these"}, declared=declared).placement == "unknown"
    assert read(200, {"status": True, "message": "error"}, declared=declared).placement == "placed"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("7", None, 7.0),
        ("0", None, 0.0),
        (" 1.5 ", None, 1.5),
        ("Sat, 21 Nov 2026 10:02:00 GMT", None, 120.0),
        ("Sat, 21 Nov 2026 10:02:00 GMT", "Sat, 21 Nov 2026 10:01:50 GMT", 10.0),
        ("Sat, 21 Nov 2026 09:00:00 GMT", None, 0.0),
        ("999999999", None, 86_400.0),
        ("-5", None, None),
        ("soon", None, None),
        (None, None, None),
    ],
)
def test_retry_after(value: str | None, date: str | None, seconds: float | None) -> None:
    headers = {name: text for name, text in (("retry-after", value), ("date", date)) if text is not None}
    assert read(429, b"", headers).retry_after_s == seconds


def test_the_words_are_one_line_and_name_no_number() -> None:
    answer = read(500, {"status": False, "error": "no\n call to\t+1 (202) 555-0123", "message": "sorry"})
    assert answer.text == "no call to <number>: sorry"
    other = read(500, {"status": False, "error": "no call to 4930123456"})
    assert other.text == "no call to <number>"
    html = b"<html><head><style>p{}</style><title>x</title></head><body><h1>502</h1>Bad  Gateway</body></html>"
    assert read(502, html).text == "502 Bad Gateway"
    assert len(read(500, b"x" * 5000).text) == 300


some_headers = st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text(max_size=30))


@settings(deadline=None)
@given(st.integers(200, 599), st.binary(max_size=80), some_headers)
def test_bytes_of_any_kind_get_a_verdict(status: int, body: bytes, headers: dict[str, str]) -> None:
    read(status, body, headers)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["status", "data", "error", "msg", "message", "call", "id"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.integers(200, 599), anything)
def test_documents_of_any_shape_get_a_verdict(status: int, document: Any) -> None:
    answer = read(status, document)
    if not 200 <= status < 300:
        assert answer.placement is not Placement.PLACED
