"""Lists that Hypothesis makes up, each of which must be read or refused."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.spec import Leads
from tests.corpus.mutants import ENDINGS
from tests.corpus.survival import SILENT_S, survives

HEADS = ("Phone", "Name", "Country", "Zip", "State", "City", "id", "Do Not Call", "tz", "", "電話番号")
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp932")

phoneish = st.one_of(
    st.text("0123456789 +-().x/;,eE'", max_size=24),
    st.from_regex(r"\+?1?[2-9]\d{9}", fullmatch=True),
    st.from_regex(r"\d\.\d{1,11}[eE]\+?\d{1,3}", fullmatch=True),
    st.from_regex(r"(tel:|p:|')?\+\d{1,3} ?\(0\) ?\d{4,12}( ?(x|ext\.?) ?\d{1,5})?", fullmatch=True),
)
words = st.sampled_from(["", "yes", "no", "#N/A", "US", "94105", "2026-03-12"])
cell = st.one_of(phoneish, words, st.text(max_size=20))
rows = st.lists(st.lists(cell, max_size=7), max_size=8)
tables = st.builds(
    lambda head, body: [head, *body], st.lists(st.sampled_from(HEADS) | cell, min_size=1, max_size=6), rows
)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | cell,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(["phone", "name", "id"]) | st.text(max_size=6)
records = st.lists(st.dictionaries(keys, values, max_size=5), max_size=6)
countries = st.sampled_from([None, "US", "GB", "DE", "JP"])
policies = st.sampled_from(["skip", "merge", "newest", "all"])


def read(name: str, content: bytes, **leads: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        _, took = survives(path, Leads(**leads))
        assert took <= SILENT_S, f"silent for {took:.1f} s"


def table(rows: list[list[str]], delimiter: str, codec: str, country: str | None, duplicates: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    read("made.csv", text.getvalue().encode(codec, errors="replace"), country=country, duplicates=duplicates)


def objects(made: list[dict[str, Any]], by_line: bool, country: str | None) -> None:
    text = "\n".join(map(json.dumps, made)) if by_line else json.dumps(made)
    read("made.jsonl" if by_line else "made.json", text.encode(), country=country)


def noise(content: bytes, ending: str) -> None:
    read(f"noise.{ending}", content)


KINDS: dict[str, tuple[Any, Any]] = {
    "tables": (given(tables, st.sampled_from(",;\t|"), st.sampled_from(CODECS), countries, policies), table),
    "objects": (given(records, st.booleans(), countries), objects),
    "noise": (given(st.binary(max_size=400), st.sampled_from(ENDINGS)), noise),
}


def try_out(kind: str, examples: int) -> None:
    """Make up so many lists of a kind and read them; raises what Hypothesis found."""
    made, reads = KINDS[kind]
    calm = settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    calm(made(reads))()
