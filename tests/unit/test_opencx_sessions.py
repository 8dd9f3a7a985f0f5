"""A session is read as a call: how it ended, how long it took, and whose it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.spec import Platform
from campaigns.vocabulary import AttemptState, Result
from dialer.matching import Candidate, match
from dialer.providers.opencx.sessions import read_session
from dialer.providers.platform import CallRecord, Liveness
from tests.integration.shop import spec
from tests.unit.test_opencx_wire import SESSION

AT = datetime(2024, 9, 14, 10, 0, tzinfo=UTC)


def read(words: dict[str, str] | None = None, **changes: Any) -> CallRecord:
    return read_session(SESSION | changes, Platform.model_validate({"name": "opencx", "words": words or {}}))


def test_a_session_says_when_how_long_and_whose() -> None:
    record = read()
    assert (record.call_id, record.number, record.created_at) == (SESSION["id"], "+12125550123", AT)
    assert (record.liveness, record.result, record.duration_s) == (Liveness.FINAL, Result.HUMAN, 150.0)
    assert (record.raw_status, record.disposition, record.outbound) == ("closed_resolved", "closed_resolved", True)
    open_ = read(status="open")
    assert (open_.liveness, open_.result, open_.ended_at, open_.disposition) == (Liveness.LIVE, None, None, None)


def test_a_chat_is_no_call_and_words_can_be_declared() -> None:
    assert not read(channel={"type": "web"}).outbound
    assert read({"closed_unresolved": "voicemail_left"}, status="closed_unresolved").result is Result.VOICEMAIL_LEFT
    assert read({"closed_unresolved": "live"}, status="closed_unresolved").liveness is Liveness.LIVE


def attempt(id_: int, ref: str, intent_at: datetime) -> Candidate:
    return Candidate(id_, ref, "+12125550123", AttemptState.ACCEPTED, intent_at, None, None, "", spec())


@pytest.mark.parametrize("shown_ref", ["second", "first", None])
def test_a_contacts_reference_is_of_the_last_call_so_time_decides_which_call_it_was(shown_ref: str | None) -> None:
    """The contact of both sessions shows the reference of whatever was asked for last."""
    data = {"dialer_ref": shown_ref} if shown_ref else {}
    contact = dict(SESSION["contact"]) | {"custom_data": data}  # type: ignore[call-overload]
    earlier = read(id="one", contact=contact, created_at="2024-09-14T08:00:10Z")
    later = read(id="two", contact=contact, created_at="2024-09-14T10:00:10Z")
    again = attempt(2, "second", AT)
    if shown_ref == "first":  # of an attempt that is over: nobody waits for it
        assert [pair[1] for pair in match([earlier, later], [again])] == [later]
        return
    assert match([earlier], [again]) == []
    assert match([earlier, later], [again]) == [(again, later)]
    before = attempt(1, "first", AT - timedelta(hours=2))
    both = match([earlier, later], [before, again])
    assert sorted((one.id, record.call_id) for one, record in both) == [(1, "one"), (2, "two")]


def test_a_contact_with_another_number_by_now_is_known_by_the_reference() -> None:
    contact = dict(SESSION["contact"]) | {"phone_number": None, "custom_data": {"dialer_ref": "r"}}  # type: ignore[call-overload]
    record = read(contact=contact)
    for before in (20, 300):  # the contact says that nobody called them since, so a late beginning is ours, too
        mine = attempt(1, "r", AT - timedelta(seconds=before))
        assert match([record], [mine]) == [(mine, record)]
    assert match([record], [attempt(1, "r", AT + timedelta(minutes=1))]) == []
