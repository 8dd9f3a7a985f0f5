"""What the documents' tables become: payloads that are sent, and records that were answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

Model = TypeVar("Model", bound="Found")


class _Named(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, hide_input_in_errors=True)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Every documented field's name on the wire."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())


class Payload(_Named):
    """A body that is sent: documented fields only, under the documents' names; a field that is not given stays away."""

    model_config = ConfigDict(extra="forbid")

    def body(self) -> dict[str, Any]:
        """The fields that were given, by their names on the wire; secrets are ``SecretStr`` still."""
        return self.model_dump(by_alias=True, exclude_none=True)

    @classmethod
    def secrets(cls) -> frozenset[str]:
        """The names on the wire of the fields that are secrets."""
        return frozenset(
            field.alias or name for name, field in cls.model_fields.items() if "SecretStr" in str(field.annotation)
        )


class Found(_Named):
    """Something that was answered: the fields whose meaning is documented, and whatever else came with them."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True)


def rows(data: Any) -> Iterator[dict[str, Any]]:
    """The records in an answer: a list of them, one, or none (the documents print a mere word in some places)."""
    for row in data if isinstance(data, list) else [data]:
        if isinstance(row, dict):
            yield row


def read(model: type[Model], data: Any) -> tuple[Model, ...]:
    """The records in an answer, as ``model``; a value that does not fit its documented field is left out."""
    return tuple(_read(model, row) for row in rows(data))


def read_one(model: type[Model], data: Any) -> Model:
    """The one record of an answer, with nothing in it where there is none."""
    return next((_read(model, row) for row in rows(data)), model())


def _read(model: type[Model], row: dict[str, Any]) -> Model:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        wrong = {fault["loc"][0] for fault in error.errors(include_input=False)}
        return model.model_validate({name: value for name, value in row.items() if name not in wrong})
