"""What the collected fields of a call's record say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.rules import dispositions
from campaigns.rules.dispositions import Said
from campaigns.spec import Outcomes

DEFAULT = Outcomes()


def said_in(
    record: dict[str, Any], disposition: str | None, outcomes: Outcomes, sent: dict[str, str] | None = None
) -> Said:
    return dispositions.said_in(record, disposition, outcomes, sent or {})


@pytest.mark.parametrize(
    "record",
    [
        {"disposition": "Callback requested", "callback_time": "tomorrow 3pm"},
        {"analysis": {"Call Disposition": "callback_requested", "callbackTime": "tomorrow 3pm"}},
        {"variables": [{"name": "disposition", "value": "CALLBACK"}, {"key": "callback_at", "value": "tomorrow 3pm"}]},
        {"collected": json.dumps({"outcome": "call back", "callback_at": "tomorrow 3pm"})},
        {"data": [{"x": [{"label": "Callback date", "value": "tomorrow 3pm"}]}]},
    ],
)
def test_disposition_and_callback_are_found_wherever_they_stand(record: dict[str, Any]) -> None:
    said = said_in(record, None, DEFAULT)
    assert (said.action, said.callback) == ("callback", "tomorrow 3pm")


@pytest.mark.parametrize(
    ("word", "action"),
    [("do_not_call", "opt_out"), ("DNC", "opt_out"), ("Opt-Out", "opt_out"), ("interested", None), ("", None),
     (None, None)],
)  # fmt: skip
def test_the_words_that_are_known(word: str | None, action: str | None) -> None:
    assert said_in({"disposition": word}, None, DEFAULT).action == action


def test_the_campaign_file_names_fields_and_maps_values() -> None:
    outcomes = Outcomes.model_validate({
        "disposition": ["verdict"], "callback_at": ["when"], "values": {"Not Now": "retry", "sold": "stop"},
    })  # fmt: skip
    assert said_in({"verdict": "NOT-NOW", "disposition": "dnc"}, None, outcomes) == Said("NOT-NOW", "retry", None)
    assert said_in({"verdict": "Sold", "when": "tomorrow"}, None, outcomes) == Said("Sold", "stop", "tomorrow")
    assert said_in({"verdict": "do not call"}, None, outcomes).action == "opt_out"
    assert said_in({"callback_at": "tomorrow"}, "sold", outcomes) == Said("sold", "stop", None)


def test_nothing_said_is_nothing() -> None:
    assert said_in({"status": "completed", "name": "Ann", "list": [None, 3, True]}, None, DEFAULT) == Said()


def test_what_we_sent_ourselves_was_not_said_in_the_call() -> None:
    sent = {"Callback Time": "tomorrow 10:00", "disposition": "callback"}
    echoed = {"custom_fields": {"callback_time": "tomorrow 10:00", "disposition": "callback"}}
    assert said_in(echoed, None, DEFAULT, sent) == Said()
    assert said_in(echoed, "callback", DEFAULT, sent) == Said()
    both = echoed | {"analysis": {"callback_time": "friday", "disposition": "dnc"}}
    assert said_in(both, None, DEFAULT, sent) == Said("dnc", "opt_out", "friday")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["disposition", "name", "value", "callback_at", "x"]), values))
def test_a_record_of_any_shape_is_read(record: dict[str, Any]) -> None:
    said_in(json.loads(json.dumps(record)), None, DEFAULT)
