"""What Trillet tells of its own accord, read into hints, if it is signed as the account says."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from pydantic import SecretStr

from campaigns.hint import Hint
from campaigns.spec import Platform
from dialer.errors import NotGenuine, Unreadable
from dialer.providers.trillet.account import TrilletAccount
from dialer.providers.webhooks import Hearing

SECRET = "whsec_xxxxxxxxxxxxx"


def client(**settings: Any) -> Hearing:
    described = TrilletAccount.model_validate({"workspace": "w1", **settings})
    made = described.connect(SecretStr("key"), Platform(name="trillet"))
    assert isinstance(made, Hearing)
    return made


def told(document: Any) -> list[Hint]:
    return list(client().hints({}, json.dumps(document).encode()))


def test_the_printed_event_names_its_call() -> None:
    data = {"callId": "call_xyz789", "agentId": "agent_123abc", "duration": 125, "status": "completed"}
    [hint] = told({"event": "call.completed", "data": data})
    assert (hint.call_id, hint.ref, hint.number) == ("call_xyz789", None, None)
    assert (hint.fields["status"], hint.fields["duration"]) == ("completed", "125")


def test_what_others_receive_is_read_with_our_reference() -> None:
    flat = {"agentId": "a", "callId": "676b8e123456789012345679-00t0", "callerNumber": "+12025550100",
            "transcript": [{"role": "agent", "content": "Hello"}], "recordingUrl": "https://example.com/r.mp3",
            "metadata": {"dialer_ref": "r1"}}  # fmt: skip
    [hint] = told(flat)
    assert (hint.call_id, hint.ref, hint.number) == ("00t0", "r1", None)  # the caller may be ourselves
    assert (hint.transcript, hint.recording) == ("agent: Hello", "https://example.com/r.mp3")


@pytest.mark.parametrize("event", ["sms.sent", "agent.created", "flow.updated"])
def test_other_events_tell_of_no_call(event: str) -> None:
    assert told({"event": event, "data": {"agentId": "a"}}) == []


@pytest.mark.parametrize("document", [[], "word", 3, None])
def test_what_is_no_object_cannot_be_read(document: Any) -> None:
    with pytest.raises(Unreadable):
        told(document)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_an_account_with_a_secret_believes_only_what_is_signed(algorithm: str) -> None:
    hearing = client(webhook_secret=SECRET, webhook_algorithm=algorithm)
    body = b'{"event": "call.started", "data": {"callId": "c1"}}'
    signature = hmac.new(SECRET.encode(), body, getattr(hashlib, algorithm)).hexdigest()
    assert [hint.call_id for hint in hearing.hints({"x-trillet-signature": signature}, body)] == ["c1"]
    for headers in ({}, {"x-trillet-signature": signature[:-1] + "z"}, {"x-trillet-signature": ""}):
        with pytest.raises(NotGenuine):
            hearing.hints(headers, body)
    with pytest.raises(NotGenuine):
        hearing.hints({"x-trillet-signature": signature}, body + b" ")
    assert SECRET not in repr(vars(hearing))
