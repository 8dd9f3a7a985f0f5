"""Whether a webhook came from Trillet: ``X-Trillet-Signature``, made with the secret ``whsec_…`` of its dashboard.

Its page on best practices prints ``echo -n "$PAYLOAD" | openssl sha256 -hmac "$WEBHOOK_SECRET"``: an HMAC of the raw
body in hex. Webhooks are announced there as coming soon and no other page names an algorithm, so it can be set.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

HEADER = "X-Trillet-Signature"
Algorithm = Literal["sha256", "sha1", "sha384", "sha512"]


@dataclass(frozen=True, slots=True)
class Signing:
    """What an account's webhooks are signed with."""

    secret: SecretStr
    algorithm: Algorithm = "sha256"

    def is_on(self, body: bytes, signature: str | None) -> bool:
        """Whether it made this signature of this body."""
        return is_signed(body, signature, self.secret, self.algorithm)


def is_signed(body: bytes, signature: str | None, secret: SecretStr, algorithm: Algorithm = "sha256") -> bool:
    """Whether ``signature``, the header as it came, is that of the raw ``body``; never without a signature or a secret.

    The digest is hex in either case, alone or behind ``sha256=`` as others write it. The comparison takes as long
    wherever the two differ.
    """
    key = secret.get_secret_value().encode()
    if not signature or not key:
        return False
    given = signature.strip().lower().removeprefix(f"{algorithm}=")
    wanted = hmac.new(key, body, getattr(hashlib, algorithm)).hexdigest()
    return hmac.compare_digest(given.encode(errors="surrogateescape"), wanted.encode())
