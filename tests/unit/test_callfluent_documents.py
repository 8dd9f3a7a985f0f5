"""CallFluent's documents, held against the models: every printed endpoint, field, range, action and constant."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from dialer.providers.callfluent.api import actions, agent, users, workspaces
from dialer.providers.callfluent.constants import UnknownWord, constants, phone_types
from dialer.providers.callfluent.endpoints import ENDPOINTS
from dialer.providers.parts import Payload
from dialer.sandbox import tables
from tests.documents import ACTION_TYPES, CONSTANTS, SECTIONS, Row

LISTS = dict(zip(CONSTANTS, constants(), strict=True))
KINDS = {"number": (int, float), "string": (str, SecretStr), "boolean": (bool,), "text": (str,)}
PAYLOADS: list[tuple[str, str, type[Payload]]] = [
    ("Workspace §5", "Request Body", workspaces.WorkspaceChanges),
    ("Agent §2", "Request Body (agentPayload)", agent.AgentPayload),
    ("Agent §7", "agentPayload", agent.AgentPayload),
    ("User §4", "data", users.UserSettings),
    ("User §5", "data", users.SmtpSettings),
    *(
        ("Agent §14", caption, actions.ACTIONS[kind])
        for caption, kinds in ACTION_TYPES.items()
        for kind in kinds
    ),
]  # fmt: skip


def test_every_printed_endpoint_is_known_and_no_other() -> None:
    known = [(one.section, one.verb, one.path) for one in ENDPOINTS.values()]
    assert known == [(one.section, one.verb, one.path) for one in SECTIONS.values()]
    assert len(known) == 33


@pytest.mark.parametrize(("section", "caption", "model"), PAYLOADS)
def test_a_payload_has_the_printed_fields_and_types(section: str, caption: str, model: type[Payload]) -> None:
    rows = SECTIONS[section].tables[caption]
    assert sorted(model.names()) == sorted(row.field for row in rows)
    filled = model.model_validate({row.field: example(row) for row in rows})
    for row in rows:
        assert isinstance(filled.body()[row.field], KINDS[row.type]), row


def test_an_agent_has_34_fields_and_says_which_it_lacks() -> None:
    rows = SECTIONS["Agent §2"].tables["Request Body (agentPayload)"]
    assert len(rows) == len(agent.AgentPayload.names()) == 34
    wanted = {row.field for row in rows if row.required}
    assert set(agent.AgentPayload().missing()) == wanted
    assert set(agent.AgentPayload(format="inbound").missing()) == wanted - {"format", "phone_number"}
    assert set(tables.AGENT) == {row.field for row in rows}
    assert set(tables.AGENT_REQUIRED) == wanted - {"phone_number"}


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("answer_creativity", (0, 10, 3.5), (-1, 11)),
        ("speech_stop_sensitivity", (0, 10), (-1, 11)),
        ("utterance_detection", (500, 1000), (499,)),
        ("voice_mail_mode", (1, 2), (0, 3)),
        ("format", ("outbound", "inbound"), ("sideways",)),
        ("machine_detection_timeout", (10,), (0, "soon")),
        ("phone_number", ("+123456789", "+1 234 5678910"), ("123456789", "+0123456")),
    ],
)
def test_documented_ranges(field: str, good: tuple[Any, ...], bad: tuple[Any, ...]) -> None:
    for value in good:
        assert agent.AgentPayload.model_validate({field: value}).body() == {field: value}
    for value in bad:
        with pytest.raises(ValidationError):
            agent.AgentPayload.model_validate({field: value})


@pytest.mark.parametrize("caption", ACTION_TYPES)
def test_an_update_of_an_action_has_the_same_fields_but_for_the_agent(caption: str) -> None:
    creates, updates = (
        {row.field: row.required for row in SECTIONS[section].tables[caption]} for section in ("Agent §14", "Agent §15")
    )
    assert creates == {"agentId": True, **updates}
    for kind in ACTION_TYPES[caption]:
        model = actions.ACTIONS[kind]
        required = {field.alias or name for name, field in model.model_fields.items() if field.is_required()}
        assert required | {"actionType"} == {name for name, needed in updates.items() if needed}
        assert {"name", "actionType", *tables.ACTIONS[kind]} == {name for name, needed in updates.items() if needed}


def test_eight_payloads_serve_ten_types_and_one_of_them_is_assumed() -> None:
    printed = {kind for kinds in ACTION_TYPES.values() for kind in kinds}
    types = {entry.value for entry in constants()["action_types"].entries}
    assert types == set(actions.ACTIONS) == set(tables.ACTIONS)
    assert types - printed == {"sms_push"}
    assert {kind for kind, model in actions.ACTIONS.items() if model.assumed} == {"sms_push"}
    assert actions.ACTIONS["webhook"] is actions.ACTIONS["zapier"]


@pytest.mark.parametrize("section", CONSTANTS)
def test_every_printed_constant_is_found_both_ways(section: str) -> None:
    name = LISTS[section]
    entries = CONSTANTS[section]
    known = constants()[name]
    assert len(known.entries) == len({json.dumps(entry) for entry in entries})
    for entry in entries:
        value = str(entry.get("value", entry.get("id")))
        for word in (value, entry["label"], entry["label"].upper(), entry.get("type", value)):
            assert known.value(word) == value, word
        assert known.label(value) == entry["label"]
        assert known.find(value).description == entry.get("description", "")


def test_time_zones_are_the_names_of_entries() -> None:
    zones = constants()["timezones"]
    assert zones.value("America/New_York") == zones.value("America/New York UTC-04:00") == "UTC-04:00"
    assert zones.find("UTC+05:45").zone == "Asia/Kathmandu"
    for unknown in ("UTC-09:00", "Europe/Paris"):  # an offset or a place of no entry is never guessed at
        with pytest.raises(UnknownWord):
            zones.value(unknown)


@pytest.mark.parametrize(
    ("name", "word", "near"),
    [
        ("tones", "profesional", "Professional"),
        ("languages", "Portugese", "Portuguese"),
        ("action_types", "webhok", "Webhook"),
    ],
)
def test_a_wrong_word_gets_the_nearest_names(name: str, word: str, near: str) -> None:
    with pytest.raises(UnknownWord, match=f'"{word}".*the nearest: {near}'):
        constants()[name].value(word)


def test_words_become_the_values_that_are_sent() -> None:
    filled = agent.AgentPayload.model_validate(
        {
            "tone": "Professional",
            "lang": "english",
            "blocked_phone_types": "tollFree, 7,Toll Free",
            "agent_type": "lead",
        }
    )
    assert filled.body() == {
        "tone": "a Professional", "lang": "en", "blocked_phone_types": "6,7", "agent_type": "lead",
    }  # fmt: skip
    assert phone_types("") == ""
    hook = actions.action("Webhook", name="w", webhook_url="https://x.example", fields="dev1, email")
    printed = SECTIONS["Agent §14"].example("4. Webhook / Zapier")["fields"]
    assert hook.body()["fields"] == printed


def example(row: Row) -> Any:
    """A printed example, or a value where none is printed."""
    return row.example if row.example is not None else "1"
