"""Objects become rows: keys are headers, and every value is the text that stood in the file."""

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.errors import ListRefused
from campaigns.leads.reading.files import read_tables
from campaigns.leads.reading.table import Record, Table
from campaigns.spec import Leads


def table(tmp_path: Path, content: bytes | str, name: str = "leads.json") -> Table:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (only,) = read_tables(path, Leads())
    return only


def records(tmp_path: Path, content: bytes | str) -> list[Record]:
    return list(table(tmp_path, content).records())


def test_values_are_shown_as_written(tmp_path: Path) -> None:
    text = (
        '[{"phone": "+12025550123", "n": 12025550123.0, "big": 123456789012345678901234567890, "e": 1.50e400},\n'
        ' {"phone": null, "n": true, "e": {"a": [1.50, null, false, "ü"], "b": {}}, "late": "x"}]'
    )
    assert records(tmp_path, text) == [
        (0, ["phone", "n", "big", "e", "late"]),
        (1, ["+12025550123", "12025550123.0", "123456789012345678901234567890", "1.50e400", ""]),
        (2, ["", "TRUE", "", '{"a":[1.50,null,false,"ü"],"b":{}}', "x"]),
    ]


def test_one_object_a_line(tmp_path: Path) -> None:
    text = '\n{"phone": "1"}\n\n{"phone": "2", "late": [1]}\n{"phone": null}\n{}\n{"late": "z"}'
    assert records(tmp_path, text) == [
        (0, ["phone", "late"]),
        (2, ["1", ""]),
        (4, ["2", "[1]"]),
        (7, ["", "z"]),
    ]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("key", ["call_objects", "tasks", "recipients", "data"])
def test_the_one_list_in_an_object(tmp_path: Path, key: str, indent: int | None) -> None:
    document = {"name": "March", "tags": ["a"], "meta": {"x": [{"y": 1}]}, key: [{"to": "1"}, {"to": "2"}], "n": 3}
    read = table(tmp_path, json.dumps(document, indent=indent))
    assert [cells for _, cells in read.records()] == [["to"], ["1"], ["2"]]
    assert any(key in note for note in read.notes)


def test_rows_are_lines_or_else_places(tmp_path: Path) -> None:
    spread = json.dumps([{"to": "1"}, {"to": "2"}], indent=1)
    assert [row for row, _ in records(tmp_path, spread)] == [0, 2, 5]
    packed = table(tmp_path, json.dumps([{"to": "1"}, {"to": "2"}]))
    assert [row for row, _ in packed.records()] == [0, 1, 2]
    assert any("object by object" in note for note in packed.notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    text = json.dumps([{"ä": "ü", "phone": "+12025550123"}], ensure_ascii=False)
    assert records(tmp_path, text.encode(encoding))[1] == (1, ["ü", "+12025550123"])


@pytest.mark.parametrize("text", ["[Phone],{Name}\n1,2\n", "{Phone}\n1\n", "[1] Phone\n1\n"])
def test_a_table_whose_first_header_has_brackets(tmp_path: Path, text: str) -> None:
    assert table(tmp_path, text).delimiter


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "empty"),
        ("[{}]", None),
        ('{"a": [{"x": 1}], "b": [{"x": 1}]}', "several: a, b"),
        ('{\n"a": 1}', "there is none"),
        ('[{"a": 1},', "line 1 is not JSON"),
        ('[{"a": 1}\n{"a": 2}]', "line 2 is not JSON"),
        ('{"a": 1}\nnope\n', "line 2 is not JSON"),
        ('{"a": 1}\n["b"]\n', 'line 2 holds ["b"]'),
        ('[["Phone"], ["1"]]', 'holds ["Phone"] where an object'),
        ('[{"a": 1}]\n[{"a": 2}]', "goes on after the end"),
        ('{"a": ' + "[" * 100_000, "nested too deeply"),
        ('[{"a": ' + "[" * 600 + "]" * 600 + "}]", "nested too deeply"),
        (r'[{"a": "\u0000"}]', "no text"),
        (r'[{"a": "\ud800"}]', "no text"),
        (r'[{"a": "1"}, {"b\ud800": 1}]', "no text"),
        ('[{"a": "' + "x" * 2_000_000 + '"}]', "more than 1,000,000 characters"),
        ("[{" + ",".join(f'"k{i}": 1' for i in range(20_000)) + "}]", "20,000 columns"),
    ],
)
def test_what_is_no_list_of_objects(tmp_path: Path, text: str, said: str | None) -> None:
    if said is None:
        assert records(tmp_path, text) == []
        return
    with pytest.raises(ListRefused) as caught:
        records(tmp_path, text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_list_larger_than_memory_allows_is_streamed(tmp_path: Path) -> None:
    one = json.dumps({"name": "Ann" * 20, "phone": "+12025550123"})
    read = table(tmp_path, "[" + ", ".join([one] * 40_000) + "]")
    tracemalloc.start()
    assert sum(1 for _ in read.records()) == 40_001
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from(["phone", "name", "x y", "ü"]), values, min_size=1)


def shown(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "", True: "TRUE", False: "FALSE"}[value]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(objects, min_size=1, max_size=6), st.sampled_from(["lines", "array", "pretty", "held"]))
def test_nothing_is_lost_on_the_way(tmp_path: Path, rows: list[dict[str, object]], how: str) -> None:
    if how == "lines":
        text = "\n".join(json.dumps(row) for row in rows)
        if len(rows) == 1 and any(
            isinstance(value, list) and value[:1] and isinstance(value[0], dict) for value in rows[0].values()
        ):
            return  # one object that holds a list is taken for its holder
    else:
        document = {"tasks": rows} if how == "held" else rows
        text = json.dumps(document, indent=2 if how == "pretty" else None)
    (header, *read) = [cells for _, cells in records(tmp_path, text)] or [[]]
    filled = [row for row in rows if any(shown(value).strip() for value in row.values())]
    assert [dict(zip(header, cells, strict=True)) for cells in read] == [
        {key: shown(row.get(key)) for key in header} for row in filled
    ]
