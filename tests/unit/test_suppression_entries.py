"""What a do-not-call list may hold, and which numbers each entry names."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from campaigns.errors import InputRefused
from campaigns.leads.lead import Refusal
from campaigns.suppression.entries import Kind, hashed, kind_of, matching, must_read, names_of, read_entries
from campaigns.suppression.listing import check_list, read_list

ANN = "+12125550101"
SHA = {text: hashlib.sha256(text.encode()).hexdigest() for text in (ANN, ANN[1:], ANN[2:], "+442079460000")}


@pytest.mark.parametrize(
    ("typed", "country", "entries", "kind"),
    [
        ("(212) 555-0101", "US", (ANN,), Kind.NUMBER),
        (f"{ANN} / +1 212 555 0102", None, (ANN, "+12125550102"), Kind.NUMBER),
        ("+1900*", None, ("+1900*",), Kind.PREFIX),
        ("+1 (900) **", None, ("+1900*",), Kind.PREFIX),
        ("201XXXXXXX", "US", ("+1201???????",), Kind.PATTERN),
        ("1201xxxxxxx", "US", ("+1201???????",), Kind.PATTERN),
        ("+1???555*", None, ("+1???555*",), Kind.PATTERN),
        (SHA[ANN].upper(), None, (f"sha256:{SHA[ANN]}",), Kind.SHA256),
        (f"hmac:{SHA[ANN]}", None, (f"hmac:{SHA[ANN]}",), Kind.HMAC),
    ],
)
def test_an_entry_is_known_by_its_text(
    typed: str, country: str | None, entries: tuple[str, ...], kind: Kind
) -> None:  # fmt: skip
    assert read_entries(typed, country) == entries
    assert {kind_of(entry) for entry in entries} == {kind}


@pytest.mark.parametrize("typed", ["*", "+*", "+?12*", "201XXXXXXX", "+1212555010100000*", "hello", "abc*"])
def test_what_would_name_everybody_or_nobody_is_no_entry(typed: str) -> None:
    assert isinstance(read_entries(typed, None), Refusal)
    with pytest.raises(InputRefused, match="Nothing was changed"):
        must_read([ANN, typed], None)


def test_a_number_is_named_by_its_prefixes_and_by_every_usual_hash() -> None:
    every = set(names_of(ANN, list(Kind), b"key"))
    assert {ANN, "+1*", "+1212*", f"{ANN}*", hashed(ANN, b"key")} < every
    assert {f"sha256:{SHA[text]}" for text in (ANN, ANN[1:], ANN[2:])} < every
    assert not {"+*", "+1213*", hashed(ANN, b"other")} & every
    assert list(names_of(ANN, (), b"")) == [ANN]
    assert f"sha256:{SHA['+442079460000']}" in names_of("+442079460000", list(Kind), b"")


def test_a_pattern_names_whole_numbers() -> None:
    numbers = [ANN, "+12135550101", "+121355501012", "+442079460000"]
    found = set(matching(["+1???5550101", "+44*0000", "+121*"], numbers))
    assert found == {
        (ANN, "+1???5550101"), ("+12135550101", "+1???5550101"), ("+442079460000", "+44*0000"), (ANN, "+121*"),
        ("+12135550101", "+121*"), ("+121355501012", "+121*"),
    }  # fmt: skip


def test_a_list_of_hashes_and_patterns_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    path = tmp_path / "partners.csv"
    path.write_text(f"sha256;since\n{SHA[ANN]};2026-01-01\n+1900*;\n2125550102;\nnobody;\n")
    (batch,) = read_list(path, "US")
    assert (batch.entries, batch.bad) == ([f"sha256:{SHA[ANN]}", "+1900*", "+12125550102"], 2)


def test_a_list_without_an_entry_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("\n\n")
    with pytest.raises(InputRefused, match="not one phone number"):
        check_list(tmp_path / "empty.txt", "US")
