"""Platforms are found by name, also those of somebody else's package; a name nobody brought is told with the others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from campaigns.errors import SpecRefused
from campaigns.spec import Platform
from dialer.cli.campaign_file import read_campaign
from dialer.errors import SettingsRefused
from dialer.providers.callfluent.account import CallFluentAccount
from dialer.providers.registry import account_class
from dialer.providers.switchboard import Switchboard
from dialer.settings import load_settings


def accounts(folder: Path, text: str) -> dict[str, str]:
    path = folder / "accounts.toml"
    path.write_text(text)
    path.chmod(0o600)
    return {"DIALER_ACCOUNTS": str(path)}


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of somebody else, installed: a platform called acme."""
    (tmp_path / "acme.py").write_text(
        "from dialer.providers.callfluent.account import CallFluentAccount\n"
        "class Acme(CallFluentAccount):\n"
        "    platform: str = 'acme'\n"
        "    base_url: str = 'https://acme.example'\n"
        "    key_variable = 'ACME_KEY'\n"
        "    per_second: float = 0.5\n"
        "    team: str = 'red'\n"
    )
    told = tmp_path / "acme-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (told / "entry_points.txt").write_text("[dialer.platforms]\nacme = acme:Acme\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("acme", None)


def test_our_own_platforms_are_found_as_anybodys() -> None:
    assert account_class("callfluent") is CallFluentAccount


def test_a_name_that_nobody_brought_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match=r'there is no platform "ringo"; there are: callfluent'):
        account_class("ringo")
    with pytest.raises(SettingsRefused, match=r'accounts.toml: accounts.x.platform: there is no platform "ringo"'):
        load_settings(accounts(tmp_path, '[accounts.x]\nplatform = "ringo"'), None)
    campaign = tmp_path / "campaign.toml"
    campaign.write_text('[platform]\nname = "ringo"\n')
    with pytest.raises(SpecRefused, match=r'campaign.toml: platform.name: there is no platform "ringo"'):
        read_campaign(campaign)


@pytest.mark.usefixtures("acme")
def test_an_account_has_its_platforms_defaults_and_settings(tmp_path: Path) -> None:
    environ = accounts(tmp_path, '[accounts.default]\nplatform = "acme"\nteam = "blue"') | {"ACME_KEY": "k"}
    account = load_settings(environ, None).account("default")
    assert (account.platform, account.base_url, account.per_second) == ("acme", "https://acme.example", 0.5)
    assert account.key is not None
    assert account.model_dump()["team"] == "blue"
    with pytest.raises(SettingsRefused, match=r"accounts.default.team"):
        load_settings(accounts(tmp_path, '[accounts.default]\nteam = "blue"'), None)


@pytest.mark.usefixtures("acme")
def test_an_account_refuses_a_campaign_for_another_platform(tmp_path: Path) -> None:
    environ = accounts(tmp_path, '[accounts.mine]\nplatform = "acme"') | {"DIALER_KEY_MINE": "k"}
    switchboard = Switchboard(load_settings(environ, None).account)
    assert switchboard.platform("mine") is switchboard.platform("mine")
    with pytest.raises(
        SettingsRefused, match=r'"mine" is on acme, the campaign file says callfluent: write name = "acme"'
    ):
        switchboard.platform("mine", Platform())
    assert switchboard.platform("mine", Platform(name="acme")) is not None
    with pytest.raises(
        SettingsRefused, match=r'account "default" has no key: set CALLFLUENT_API_KEY or DIALER_KEY_DEF'
    ):
        switchboard.platform("default", Platform())
