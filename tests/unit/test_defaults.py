"""Every default stands in docs/defaults.md with its reason, and is what the program does."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from campaigns.spec import Spec
from dialer.providers.callfluent.account import CallFluentAccount as Account

PAGE = (Path(__file__).parents[2] / "docs" / "defaults.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z_.0-9]+)` \| (?:`(.+?)`|(nothing)) \| (.+) \|$", re.MULTILINE)


def rows(heading: str) -> dict[str, str | None]:
    """The rows of one table: key → default as TOML, None for nothing."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    found = ROW.findall(section)
    assert len({key for key, *_ in found}) == len(found), "a key stands twice"
    assert all(len(reason) > 5 for *_, reason in found)
    assert len(found) == len(re.findall(r"^\| `", section, re.MULTILINE)), "a row cannot be read"
    return {key: value or None for key, value, *_ in found}


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner: Any = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from keys(inner, f"{prefix}{name}.")
        else:
            yield prefix + name


CAMPAIGN = rows("The campaign file")
ACCOUNT = rows("An account")


def test_every_key_of_the_campaign_file_has_its_default_and_reason() -> None:
    assert sorted(CAMPAIGN) == sorted(keys(Spec))
    assert sorted(ACCOUNT) == sorted(keys(Account))


@pytest.mark.parametrize("key", CAMPAIGN)
def test_the_default_that_is_named_is_the_one_that_holds(key: str) -> None:
    *tables, name = key.split(".")
    default: Any = Spec()
    for table in (*tables, name):
        default = getattr(default, table)
    value = CAMPAIGN[key]
    if value is None:
        assert not default
        return
    text = (f"[{'.'.join(tables)}]\n" if tables else "") + f"{name} = {value}"
    found: Any = Spec.model_validate(tomllib.loads(text))
    for table in (*tables, name):
        found = getattr(found, table)
    assert found == default


@pytest.mark.parametrize("key", ACCOUNT)
def test_the_same_of_an_account(key: str) -> None:
    value = ACCOUNT[key]
    default = getattr(Account(), key)
    assert default is None if value is None else tomllib.loads(f"x = {value}")["x"] == default
