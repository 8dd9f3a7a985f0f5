"""Which rules and which clocks a decision was made by."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import import_module, resources

TABLES = (
    "rules/data/hours.csv", "rules/data/holidays.csv", "rules/data/caps.csv", "rules/data/consent.csv",
    "data/area_codes.csv",
)  # fmt: skip


@cache
def tables_version() -> str:
    """A short hash of the shipped tables that decide about a call: any change of a row changes it."""
    digest = hashlib.sha256()
    for path in TABLES:
        digest.update(resources.files("campaigns").joinpath(path).read_bytes() + b"\0")
    return digest.hexdigest()[:12]


@cache
def tzdata_version() -> str:
    """The release of the time zone data, such as ``2026f``."""
    return str(import_module("tzdata").IANA_VERSION)
