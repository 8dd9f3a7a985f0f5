"""A request as the endpoints see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dialer.sandbox.agents import PRACTICE
from dialer.sandbox.wire import Rejected

NO_PERMISSION = "Your account doesn't have the permission to access that page."


@dataclass(frozen=True, slots=True)
class Received:
    """One request: the parameters of its path and query, and its line for the log, which holds the body.

    A ``guest`` is someone invited: they see the practice workspace and what is in it, and change nothing.
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    line: dict[str, Any]
    guest: bool = False

    @property
    def body(self) -> Any:
        """The JSON of the body, None without one."""
        return self.line["body"]

    def created(self) -> None:
        """Have it answered with 201, unless it is answered otherwise on purpose."""
        if "fault" not in self.line:
            self.line["status"] = 201

    def may_change(self) -> None:
        """Raises the documented 403 for a guest."""
        if self.guest:
            raise Rejected(NO_PERMISSION, 403, "msg")

    def may_see(self, workspace: int) -> None:
        """Raises the documented 403 where a guest has nothing to look for."""
        if workspace != PRACTICE:
            self.may_change()

    def hide(self, values: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        """Blot secrets out of the body, and so out of the log; answers the values as they were."""
        whole = dict(values)
        values.update({name: "<secret>" for name in names if values.get(name)})
        return whole


@dataclass(frozen=True, slots=True)
class Attachment:
    """An answer that is a file."""

    content: bytes
    kind: str


Endpoint = Callable[[Received], Any]
Route = tuple[str, str, Endpoint]
