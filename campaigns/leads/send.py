"""What of a lead is sent to the agent: DESIGN §4.0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from campaigns.leads.headings.headers import field_of, key, meanings, plainness, slug
from campaigns.spec import Send

Sends = Mapping[str, Send | Literal[False]]

SAME_BY_ANY_NAME = frozenset(
    {"full_name", "first_name", "last_name", "email", "company", "timezone", "postal_code", "state", "city", "country"}
    | {"language"}
)
"""Fields whose every header holds the same thing. Others differ: a ``Lead ID`` is no ``account_number``."""


def body_fields(
    fields: Mapping[str, str], agent_fields: Sequence[str] | None, send: Sends, mapped: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What is sent of a row: the agent's field → value, as displayed; phone number and our reference come later.

    ``fields`` are a lead's (header → cell), ``send`` is ``[leads.send]`` and ``mapped`` ``[leads.map]``. Where the
    agent's fields are known only they are filled, by columns of the same name or the same meaning; otherwise every
    column goes under its header's slug. ``send`` renames, adds, fills in and, with False, leaves out.
    """
    body = _known(fields, agent_fields, mapped or {}) if agent_fields else _everything(fields, send)
    for name, entry in send.items():
        if entry is False:
            body.pop(name, None)
        else:
            body[name] = filled(name, entry, fields, mapped)
    return body


def fields_of_agent(
    kept: Sequence[str] | Mapping[str, Sequence[str] | None] | None, agent: str
) -> Sequence[str] | None:  # fmt: skip
    """An agent's fields of what a campaign keeps: those of its only agent, or by agent; None: they are not known."""
    return kept.get(agent) if isinstance(kept, Mapping) else kept


def filled(name: str, entry: Send, fields: Mapping[str, str], mapped: Mapping[str, str] | None = None) -> str:
    """The value for the agent's field ``name`` as one entry of ``[leads.send]`` says; blank if there is none."""
    if entry.value is not None:
        return entry.value
    header = header_for(entry.column or name, fields, mapped or {})
    cell = fields[header] if header is not None else ""
    return cell if cell.strip() else entry.default


def header_for(name: str, headers: Mapping[str, str], mapped: Mapping[str, str]) -> str | None:
    """The header that fills ``name``: the very same, the same but for spelling, or one of the same meaning."""
    return _header_for(name, field_of(name), headers, mapped)


def _header_for(name: str, field: str | None, headers: Mapping[str, str], mapped: Mapping[str, str]) -> str | None:
    if name in headers:
        return name
    if same := [header for header in headers if key(header) == key(name)]:
        return same[0]
    if field not in SAME_BY_ANY_NAME:
        return None
    chosen = {key(header): ours for header, ours in mapped.items()}
    meant = dict(zip(headers, meanings(tuple(headers)), strict=True))
    found = [header for header in headers if chosen.get(key(header), meant[header]) == field]
    return min(found, key=plainness, default=None)


def _known(fields: Mapping[str, str], agent_fields: Sequence[str], mapped: Mapping[str, str]) -> dict[str, str]:
    meant = zip(agent_fields, meanings(tuple(agent_fields)), strict=True)
    headers = {name: _header_for(name, field, fields, mapped) for name, field in meant}
    return {name: fields[header] for name, header in headers.items() if header is not None}


def _everything(fields: Mapping[str, str], send: Sends) -> dict[str, str]:
    renamed = {key(entry.column) for entry in send.values() if entry and entry.column}
    body: dict[str, str] = {}
    for header, cell in fields.items():
        name = slug(header)
        if name and name not in body and key(header) not in renamed:
            body[name] = cell
    return body
