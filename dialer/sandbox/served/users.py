"""The user (seed 000, User §1-§5)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from dialer.sandbox.practice import Practice, inside
from dialer.sandbox.received import Received, Route
from dialer.sandbox.shelf import Row
from dialer.sandbox.tables import SMTP, USER_SETTINGS
from dialer.sandbox.wire import Rejected, payload, success

USER: Row = {"id": 1, "name": "test", "email": "test@example.com"}
SETTING: Row = {"website_name": "callfluent", "website_description": "save time"}
NO_DOMAIN = ".invalid"
"""A domain that cannot be anybody's (RFC 2606): its A record is surely not right."""


class Users:
    """The five endpoints about the user; no password is kept, only a hash of one that was changed."""

    def __init__(self, practice: Practice) -> None:
        self._shelf, self._assumed = practice.shelf, practice.assumed

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("GET", "/api/user/profile", self.profile),
            ("POST", "/api/user/update-detail", self.update),
            ("POST", "/api/user/reset-password", self.reset_password),
            ("POST", "/api/user/update-setting", self.update_settings),
            ("POST", "/api/user/update-smtp-setting", self.update_smtp),
        ]

    def profile(self, received: Received) -> dict[str, Any]:
        """§1: ``user`` and ``setting``, without a wrapping."""
        return {"user": self._user(), "setting": {**SETTING, **(self._shelf.get("user", "settings") or {})}}

    def update(self, received: Received) -> dict[str, Any]:
        """§2: printed as ``{"data": …}`` of make-call; a bare body is taken as well."""
        detail = inside(received.body, "data", "")
        if not all(isinstance(value, str) for value in detail.values()):
            raise Rejected("every field must be a string")
        return success(self._shelf.put("user", "detail", {**self._user(), **detail, "id": USER["id"]}))

    def reset_password(self, received: Received) -> dict[str, Any]:
        """§3."""
        data = received.hide(payload(received.body), ("oldPass", "newPass"))
        old, new = data.get("oldPass"), data.get("newPass")
        kept = self._shelf.get("user", "password") or {"hash": _hash(self._assumed.password)}
        if not isinstance(old, str) or not hmac.compare_digest(_hash(old), kept["hash"]):
            raise Rejected("Please input correct current password", self._assumed.refusal_status, "msg")
        if not isinstance(new, str) or not new:
            raise Rejected("newPass is required", self._assumed.refusal_status, "msg")
        self._shelf.put("user", "password", {"hash": _hash(new)})
        return {"status": True}

    def update_settings(self, received: Received) -> dict[str, Any]:
        """§4."""
        data = self._own(payload(received.body))
        if any(name not in USER_SETTINGS or not isinstance(value, str) for name, value in data.items()):
            raise Rejected("Something went wrong", self._assumed.refusal_status)
        if data.get("domain_name", "").endswith(NO_DOMAIN):
            text = "Something is wrong with your domain, please check if A record is added correctly."
            raise Rejected(text, self._assumed.refusal_status)
        self._shelf.put("user", "settings", {**(self._shelf.get("user", "settings") or {}), **data})
        return {"status": True}

    def update_smtp(self, received: Received) -> dict[str, Any]:
        """§5: the user stands beside the status; the mail server's password is not kept."""
        data = self._own(received.hide(payload(received.body), ("smtp_password",)))
        if {*data} != {*SMTP} or not all(isinstance(value, str) and value for value in data.values()):
            raise Rejected("Something went wrong", self._assumed.refusal_status)
        smtp = {name: value for name, value in data.items() if name != "smtp_password"}
        self._shelf.put("user", "smtp", smtp)
        return {"status": True, "user": {**self._user(), **smtp}}

    def _user(self) -> Row:
        return self._shelf.get("user", "detail") or USER

    def _own(self, data: Row) -> Row:
        """What is to be changed, where the user named is this one; raises Rejected."""
        if not isinstance(data.get("userId"), str):
            raise Rejected("Something went wrong", self._assumed.refusal_status)
        return {name: value for name, value in data.items() if name != "userId"}


def _hash(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()
