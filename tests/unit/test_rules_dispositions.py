"""What the collected fields of a call's record say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from campaigns.rules.dispositions import Said, said_in
from campaigns.spec import Outcomes

DEFAULT = Outcomes()


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
