"""``docs/platforms.md`` says what the code does: its tables are made from it, and no cell is empty."""

from __future__ import annotations

import inspect
import re

import pytest

from dialer.cli import (
    agents_command,
    asking,
    calls_command,
    numbers_command,
    opencx_command,
    resource_command,
    trillet_command,
    users_command,
    workspaces_command,
)
from dialer.providers.callfluent.api.agents import Agents
from dialer.providers.callfluent.api.resource import Resource
from dialer.providers.callfluent.api.users import Users
from dialer.providers.callfluent.api.workspaces import Workspaces
from dialer.providers.opencx.api.contacts import Contacts
from dialer.providers.opencx.api.phones import Phones
from dialer.providers.opencx.api.sequences import Sequences
from dialer.providers.opencx.api.sessions import Sessions
from dialer.providers.trillet.api.account import Api
from tests.platforms_page import DOCUMENTED, PAGE, TABLES, Documented, commands, rewritten
from tests.unit import test_callfluent_wire, test_opencx_wire, test_trillet_wire

MODULES = (
    agents_command, calls_command, numbers_command, resource_command, users_command, workspaces_command,
)  # fmt: skip
VERBS = [verb for module in MODULES for verb in module.VERBS]
OPENCX_SERVICES = {"phones": Phones, "contacts": Contacts, "sequences": Sequences, "sessions": Sessions}
SERVICES = {"agents": Agents, "resource": Resource, "users": Users, "workspaces": Workspaces}
TRILLET_SERVICES = {name: type(service) for name, service in vars(Api(None)).items()}  # type: ignore[arg-type]
TRILLET_VERBS = (
    *trillet_command.FLOWS, *trillet_command.CALLS, *trillet_command.BATCHES, *trillet_command.AGENTS,
    *trillet_command.NUMBERS,
)  # fmt: skip
ALL_VERBS = (
    [(SERVICES, asking.NUMBERS, verb) for verb in VERBS]
    + [(OPENCX_SERVICES, asking.NUMBERS, verb) for _, of in opencx_command.SERVICES.values() for verb in of]
    + [(TRILLET_SERVICES, trillet_command.COUNTS, verb) for verb in TRILLET_VERBS]
)


def test_the_tables_are_those_that_the_code_makes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert rewritten(text) == text, "python -m tests.platforms_page writes them anew"
    assert all(f"<!-- {name} -->" in text for name in TABLES)


@pytest.mark.parametrize("documented", DOCUMENTED, ids=lambda one: one.platform)
def test_no_endpoint_lacks_a_client_a_command_a_sandbox_or_a_test(documented: Documented) -> None:
    rows = TABLES[f"{documented.platform} endpoints"]()[2:]
    assert len(rows) == len(documented.endpoints)
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert all(cell.strip("`") for cell in cells), row


TRIED = {
    "callfluent": (SERVICES, test_callfluent_wire),
    "opencx": (OPENCX_SERVICES, test_opencx_wire),
    "trillet": (TRILLET_SERVICES, test_trillet_wire),
}


@pytest.mark.parametrize("documented", DOCUMENTED, ids=lambda one: one.platform)
def test_every_method_and_test_that_a_row_names_is_there(documented: Documented) -> None:
    services, tests = TRIED[documented.platform]
    for name in set(documented.endpoints) - set(documented.placing):
        service, _, method = name.partition(".")
        assert inspect.iscoroutinefunction(getattr(services[service], method)), name
        assert name in tests.CASES
    for _, test in documented.placing.values():
        assert callable(getattr(tests, test))


def test_callfluent_documents_33_endpoints_opencx_18_and_2_later_and_trillet_25() -> None:
    assert [len(one.endpoints) for one in DOCUMENTED] == [33, 20, 25]


@pytest.mark.parametrize(("services", "numbers", "verb"), ALL_VERBS, ids=lambda one: getattr(one, "endpoint", ""))
def test_a_command_gives_its_method_the_arguments_that_it_takes(
    services: dict[str, type], numbers: tuple[str, ...], verb: asking.Verb
) -> None:
    service, _, method = verb.endpoint.partition(".")
    signature = inspect.signature(getattr(services[service], method))
    given = len(verb.arguments) + bool(verb.fields)
    signature.bind(*range(given + 1))  # and itself
    takes = [str(found.annotation) for found in signature.parameters.values()][1:]
    for argument, annotation in zip(verb.arguments, takes, strict=False):
        assert (annotation == "int") == (argument.partition("=")[0] in numbers), (verb.name, argument)


@pytest.mark.parametrize("documented", DOCUMENTED, ids=lambda one: one.platform)
def test_commands_ask_every_endpoint_and_no_other_and_place_no_call(documented: Documented) -> None:
    asked = {name for _, endpoints in commands(documented.platform) for name in endpoints}
    assert asked == set(documented.endpoints) - set(documented.placing)


def test_what_destroys_must_be_agreed_to() -> None:
    words = "delete|remove|hang|buy|purchase|start|cancel"
    changing = {verb.endpoint for _, _, verb in ALL_VERBS if re.search(words, verb.endpoint)}
    assert changing | {"sequences.add_contact"} == {verb.endpoint for _, _, verb in ALL_VERBS if verb.destroys}
