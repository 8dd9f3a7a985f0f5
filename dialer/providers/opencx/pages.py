"""Lists as OpenCX answers them: ``{items, next}``, where ``next`` is the cursor of the next page, or null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic

from dialer.errors import PlatformError
from dialer.providers.parts import Model, read


@dataclass(frozen=True, slots=True)
class Page(Generic[Model]):
    """Some records, and the cursor of those that follow; None: there are no more."""

    items: tuple[Model, ...]
    next: str | None


def rows_of(document: Any) -> tuple[list[Any], str | None]:
    """The rows of an answer and the next cursor; a bare list is the last page (as ``GET /phone`` is later).

    Raises PlatformError for another shape: it must not pass for an empty page.
    """
    if isinstance(document, list):
        return document, None
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise PlatformError("OpenCX answered a list in a shape nobody has seen yet")
    following = document.get("next")
    return document["items"], following if isinstance(following, str) and following else None


def read_page(model: type[Model], document: Any) -> Page[Model]:
    """A page of records."""
    rows, following = rows_of(document)
    return Page(read(model, rows), following)
