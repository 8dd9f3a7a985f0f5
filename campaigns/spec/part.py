"""What every table of the campaign file has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer


class Part(BaseModel):
    """A table of the campaign file: frozen, and an unknown key in it is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


IN_ORDER = PlainSerializer(sorted, when_used="json")
"""A set is written in one order: by its JSON a rehearsal is known again, in another process."""


Jurisdiction = Annotated[str, Field(pattern=r"^(\*|[A-Z]{2}|US-[A-Z]{2})$")]
"""A country ("FR"), an American state ("US-FL"), or "*": every country that has no rows of its own."""


Written = Annotated[str, Field(min_length=1, pattern=r"\S")]
"""Words that must not be left out: they are repeated wherever the rule is."""
