"""What a cell's value looks like to a person."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

Value = str | int | float | bool | date | datetime | time | timedelta

EXACT = 10**15
"""A spreadsheet keeps 15 digits; above that an integral float is shown as it is stored."""

NO_VALUE = "#FORMULA NOT CALCULATED"
"""Shown for a formula whose result is not stored in the workbook: no program has calculated it yet."""

NOT_FOUND = frozenset({"#N/A", "#NV", "#N/D", "#N/B"})
"""What Excel, in its own languages, shows for a look-up that found nothing."""

ERRORS = NOT_FOUND | frozenset(
    {"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!"}
    | {"#BEZUG!", "#WERT!", "#ZAHL!", "#VALEUR!", "#NOM?", "#NUL!", "#NOMBRE!", "#¡REF!", "#¡VALOR!", "#¿NOMBRE?"}
    | {"#¡DIV/0!", "#¡NULO!", "#¡NUM!", "#VALOR!", "#NOME?", "#NÚM!", "#NULO!", "#RIF!", "#VALORE!", "#NULLO!"}
    | {"#VERW!", "#WAARDE!", "#NAAM?", "#LEEG!", "#GETAL!", "#DEEL/0!", "#ÜBERLAUF!", "#KALK!"}
)
"""What it shows for a formula that failed. A word of Excel's, which says nothing of a person."""


def is_error(cell: str) -> bool:
    """Whether a cell shows a formula's failure instead of a value."""
    return cell[:1] == "#" and (cell in ERRORS or cell == NO_VALUE)


def displayed(value: Value) -> str:
    """The value as text without any number format: ``5.0`` → ``"5"``, ``True`` → ``"TRUE"``, text unchanged.

    Dates are written ``2026-03-12`` and times ``09:30:00``; ``formats`` knows what a workbook shows instead.
    """
    if isinstance(value, float):  # first, for there are most of them
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)
