"""The platform of the documents is short, and is found once it is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialer.errors import SettingsRefused
from dialer.providers.registry import account_class
from tests.contract import fourth


def test_the_example_is_at_most_150_lines() -> None:
    assert len(fourth.code().splitlines()) <= 150


def test_it_is_found_where_it_is_installed_and_nowhere_else(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsRefused, match='no platform "harbor"'):
        account_class("harbor")
    monkeypatch.syspath_prepend(str(package))
    assert account_class("harbor").model_fields["platform"].default == "harbor"
