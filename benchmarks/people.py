"""A lead list of people in New York, as long as a benchmark wants it."""

from __future__ import annotations

from pathlib import Path


def number(n: int) -> str:
    """The nth number of Manhattan."""
    return f"+1212{200 + n // 10_000}{n % 10_000:04}"


def write_list(path: Path, count: int) -> Path:
    """A CSV file of ``count`` people, each with a number of their own."""
    rows = (f"Person {n},{number(n)},p{n}@example.com,New York\n" for n in range(count))
    path.write_text("Name,Phone,Email,City\n" + "".join(rows), encoding="utf-8")
    return path
