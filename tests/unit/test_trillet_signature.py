"""``X-Trillet-Signature``, as Trillet's page on best practices says it is made."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from dialer.providers.trillet.signature import is_signed

SECRET = SecretStr("whsec_xxxxxxxxxxxxx")
BODY = b'{"event": "call.completed", "data": {"callId": "call_xyz789"}}'
PRINTED = "bef12dee059029c67ab8d38889df5e616f6a91b359d94bcb3f076b540f9eec93"
"""What ``echo -n "$BODY" | openssl sha256 -hmac "$SECRET"`` says; below, the same with sha1."""
SHA1 = "156c81c8990a2dbae097abe5007c7e8950178a96"


def test_the_printed_command_gives_the_signature_that_is_taken() -> None:
    assert is_signed(BODY, PRINTED, SECRET)
    assert is_signed(BODY, f"sha256={PRINTED.upper()}", SECRET)
    assert is_signed(BODY, SHA1, SECRET, "sha1")


@pytest.mark.parametrize("signature", [None, "", "sha256=", "é" * 64, "0" * 64])
def test_no_other_signature_is_taken(signature: str | None) -> None:
    assert not is_signed(BODY, signature, SECRET)


def test_another_body_secret_or_algorithm_is_not_taken() -> None:
    assert not is_signed(BODY + b" ", PRINTED, SECRET)
    assert not is_signed(BODY, PRINTED, SecretStr("whsec_other"))
    assert not is_signed(BODY, PRINTED, SECRET, "sha1")
    assert not is_signed(BODY, PRINTED, SecretStr(""))
