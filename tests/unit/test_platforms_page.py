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
    resource_command,
    users_command,
    workspaces_command,
)
from dialer.providers.callfluent.api.agents import Agents
from dialer.providers.callfluent.api.resource import Resource
from dialer.providers.callfluent.api.users import Users
from dialer.providers.callfluent.api.workspaces import Workspaces
from dialer.providers.callfluent.endpoints import ENDPOINTS
from tests.platforms_page import CALLFLUENT, DOCUMENTED, PAGE, TABLES, Documented, commands, rewritten
from tests.unit import test_callfluent_wire

MODULES = (
    agents_command, calls_command, numbers_command, resource_command, users_command, workspaces_command,
)  # fmt: skip
VERBS = [verb for module in MODULES for verb in module.VERBS]
SERVICES = {"agents": Agents, "resource": Resource, "users": Users, "workspaces": Workspaces}


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


def test_callfluents_33_endpoints_have_a_method_and_a_test_each() -> None:
    assert len(ENDPOINTS) == 33
    for name in ENDPOINTS:
        service, _, method = name.partition(".")
        if name != "calls.make":
            assert inspect.iscoroutinefunction(getattr(SERVICES[service], method)), name
            assert name in test_callfluent_wire.CASES
    for _, test in CALLFLUENT.placing.values():
        assert callable(getattr(test_callfluent_wire, test))


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: f"{verb.endpoint}")
def test_a_command_gives_its_method_the_arguments_that_it_takes(verb: asking.Verb) -> None:
    service, _, method = verb.endpoint.partition(".")
    signature = inspect.signature(getattr(SERVICES[service], method))
    given = len(verb.arguments) + bool(verb.fields)
    signature.bind(*range(given + 1))  # and itself
    takes = [str(found.annotation) for found in signature.parameters.values()][1:]
    for argument, annotation in zip(verb.arguments, takes, strict=False):
        assert (annotation == "int") == (argument.partition("=")[0] in asking.NUMBERS), (verb.name, argument)


def test_commands_ask_only_endpoints_that_there_are() -> None:
    asked = {name for _, endpoints in commands("callfluent") for name in endpoints}
    assert asked == set(ENDPOINTS) - {"calls.make"}
    changing = {verb.endpoint for verb in VERBS if re.search("delete|remove|hang", verb.endpoint)}
    assert changing == {verb.endpoint for verb in VERBS if verb.destroys}
