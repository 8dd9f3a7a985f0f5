"""The platform's key and address: refused when they cannot be right, and the key never shown."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from dialer.errors import SettingsRefused
from dialer.providers.callfluent.client import CallFluent
from tests.integration.rude_servers import KEY


@pytest.mark.parametrize("key", ["", "two words", "cf-key\n", "cf-kéy"])
def test_a_key_that_cannot_be_one_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        CallFluent("https://api.callfluent.ai/api", SecretStr(key))
    assert not key or key.strip() not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://api.callfluent.ai/api", True),
        ("http://127.0.0.1:8010/api", True),
        ("http://[::1]:8010", True),
        ("http://localhost:8010", True),
        ("http://api.callfluent.ai/api", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://192.168.0.2", False),
        ("ftp://127.0.0.1", False),
        ("https://user:pass@api.callfluent.ai", False),
        ("https://", False),
        ("https://host:port", False),
        ("api.callfluent.ai", False),
        ("", False),
    ],
)
def test_an_address_is_https_or_this_machine(url: str, fits: bool) -> None:
    if fits:
        CallFluent(url, SecretStr(KEY))
    else:
        with pytest.raises(SettingsRefused):
            CallFluent(url, SecretStr(KEY))
