"""The same people in every format, encoding and delimiter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.corpus.case import ANY, Case, bad, numbered, ok, out, twice
from tests.corpus.writing import delimited, gzipped, json_array, json_lines, ods, patched, workbook, xls, xlsb, zipped

US = {"country": "US"}
PEOPLE: list[list[str]] = [
    ["Name", "Phone", "City", "Note"],
    ["Ann Lee", "+14155552671", "Boston", "first"],
    ["Zoë Jürgens", "(212) 736-5000", "São Paulo", ""],
    ["Bob", "+44 20 7946 0958", "London", 'said "later", then no'],
    ["Dee", "", "Paris", "has none"],
    ["Ann again", "415.555.2671", "Boston", "again"],
    ["Eve", "123", "Rome", "too short"],
    ["Fay", "030 901820", "Berlin", "of no country we were told"],
]
VERDICTS = (
    ok("+14155552671", fields={"Name": "Ann Lee", "City": "Boston", "Note": "first"}),
    ok("+12127365000", fields={"Name": "Zoë Jürgens", "City": "São Paulo", "Note": ""}),
    ok("+442079460958", fields={"Note": 'said "later", then no'}),
    bad("no_number", fields={"City": "Paris"}),
    twice(2, phones=("+14155552671",)),
    bad(fields={"Name": "Eve"}),
    bad(fields={"Name": "Fay"}),
)
ROWS = numbered(*VERDICTS)
BY_PLACE = numbered(*(line._replace(kept=line.kept and line.kept - 1) for line in VERDICTS), first=1)
OBJECTS: list[dict[str, Any]] = [dict(zip(PEOPLE[0], person, strict=True)) for person in PEOPLE[1:]]
MACRO_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PLAIN_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def cases() -> Iterator[Case]:
    yield from formats()
    yield from archives()
    yield from objects()
    yield from encodings()
    yield from delimiters()
    yield from quoting()


def formats() -> Iterator[Case]:
    yield Case("plain.csv", delimited(PEOPLE), ROWS, US)
    yield Case("plain.tsv", delimited(PEOPLE, "\t"), ROWS, US, delimiter="\t")
    yield Case("plain.txt", delimited(PEOPLE, "|"), ROWS, US, delimiter="|")
    yield Case("UPPER.CSV", delimited(PEOPLE), ROWS, US)
    books = {
        "plain.xlsx": workbook({"Leads": PEOPLE}),
        "plain.xlsm": patched(workbook({"Leads": PEOPLE}), lambda _, part: part.replace(PLAIN_TYPE, MACRO_TYPE)),
        "plain.xls": xls("Leads", PEOPLE),
        "plain.xlsb": xlsb("Leads", PEOPLE),
        "plain.ods": ods({"Leads": PEOPLE}),
    }
    for name, content in books.items():
        yield Case(name, content, ROWS, US, encoding=None, delimiter=None, sheet="Leads")
    yield Case("really_a_workbook.csv", books["plain.xlsx"], ROWS, US, encoding=None, delimiter=None, sheet="Leads")
    numbers: list[list[Any]] = [["Name", "Phone"], ["Ann", 14155552671], ["Bob", 2127365000]]
    for name, content in {
        "numbers.xls": xls("L", numbers),
        "numbers.xlsb": xlsb("L", numbers),
        "numbers.ods": ods({"L": numbers}),
    }.items():
        expected = numbered(ok("+14155552671"), ok("+12127365000"))
        yield Case(name, content, expected, US, encoding=None, delimiter=None, sheet="L")


def archives() -> Iterator[Case]:
    table, book = delimited(PEOPLE), workbook({"Leads": PEOPLE})
    yield Case("plain.csv.gz", gzipped(table), ROWS, US)
    yield Case("plain.tsv.gz", gzipped(delimited(PEOPLE, "\t")), ROWS, US, delimiter="\t")
    yield Case("plain.csv.zip", zipped({"plain.csv": table}), ROWS, US)
    yield Case("export.zip", zipped({"export/2026/leads.csv": table}), ROWS, US)
    mac = {"leads.csv": table, "__MACOSX/._leads.csv": b"\0\x05\x16\x07", ".DS_Store": b"\0\0\0\1Bud1"}
    yield Case("from_a_mac.zip", zipped(mac), ROWS, US)
    facts: dict[str, Any] = {"encoding": None, "delimiter": None, "sheet": "Leads"}
    yield Case("book.zip", zipped({"leads.xlsx": book}), ROWS, US, **facts)
    yield Case("plain.xlsx.gz", gzipped(book), ROWS, US, **facts)
    yield Case("plain.jsonl.gz", gzipped(json_lines(OBJECTS)), BY_PLACE, US, ANY, delimiter=None)


def objects() -> Iterator[Case]:
    facts: dict[str, Any] = {"header_row": ANY, "delimiter": None}
    yield Case("plain.json", json_array(OBJECTS), BY_PLACE, US, **facts)
    yield Case("plain.jsonl", json_lines(OBJECTS), BY_PLACE, US, **facts)
    yield Case("lines.json", json_lines(OBJECTS), BY_PLACE, US, **facts)
    yield Case("tasks.json", json_array(OBJECTS, '{"name": "March", "tasks": %s}'), BY_PLACE, US, **facts)
    records: list[dict[str, Any]] = [
        {"phone_number": 14155552671, "name": "Ann", "age": 41, "score": 1.5, "do_not_call": False},
        {"name": "Bob", "phone_number": "+1 212 736 5000", "vip": True, "note": None},
        {"phone_number": "+442079460958", "do_not_call": True},
        {"phone_number": None, "name": "Cy"},
        {"phone_number": ["+13057820000", "+17862345678"], "name": "Di"},
        {"phone_number": "+12025550123", "name": "Ed", "address": {"city": "Boston"}},
    ]
    expected = numbered(
        ok("+14155552671", fields={"name": "Ann", "age": "41", "score": "1.5"}),
        ok("+12127365000", fields={"name": "Bob", "note": ""}),
        out(),
        bad("no_number", fields={"name": "Cy"}),
        ok("+13057820000", "+17862345678", fields={"name": "Di"}),
        ok("+12025550123", fields={"name": "Ed"}, values=("Boston",)),
        first=1,
    )
    yield Case("kinds.jsonl", json_lines(records), expected, US, **facts)
    yield Case("kinds.json", json_array(records), expected, US, **facts)


def encodings() -> Iterator[Case]:
    names = {"utf_8.csv": "utf-8", "utf_8_bom.csv": "utf-8-sig", "cp1252.csv": "cp1252"}
    for name, encoding in names.items():
        yield Case(name, delimited(PEOPLE, encoding=encoding), ROWS, US, encoding=encoding)
    for name, codec, mark in (("le", "utf-16-le", b"\xff\xfe"), ("be", "utf-16-be", b"\xfe\xff")):
        table = delimited(PEOPLE, "\t", codec)
        yield Case(f"utf_16_{name}.txt", mark + table, ROWS, US, encoding=f"utf-16|{codec}", delimiter="\t")
        yield Case(f"utf_16_{name}_no_bom.csv", table, ROWS, US, encoding=codec, delimiter="\t")
    japanese = [
        ["氏名", "電話番号", "市区町村", "備考"],
        ["山田太郎", "03-1234-5678", "東京", "来週の火曜日に電話してください"],
        ["佐藤花子", "090-1234-5678", "大阪", "担当者は鈴木さん"],
        ["高橋一郎", "+81 90 1234 5678", "横浜", "表示"],
    ]
    expected = numbered(
        ok("+81312345678", fields={"氏名": "山田太郎", "市区町村": "東京"}),
        ok("+819012345678", fields={"備考": "担当者は鈴木さん"}),
        twice(3),
    )
    jis = delimited(japanese, encoding="cp932")
    yield Case(
        "shift_jis.csv", jis, expected, {"country": "JP"}, encoding="cp932|shift_jis|shift_jis_2004|shift_jisx0213"
    )
    told = {"country": "JP", "encoding": "euc_jp"}
    yield Case("euc_jp_told.csv", delimited(japanese, encoding="euc_jp"), expected, told, encoding="euc_jp")
    told = {"country": "PL", "encoding": "cp1250"}
    polish = [["Imię", "Telefon"], ["Łukasz Żółć", "22 694 60 00"]]
    rows = numbered(ok("+48226946000", fields={"Imię": "Łukasz Żółć"}))
    yield Case("cp1250_told.csv", delimited(polish, ";", "cp1250"), rows, told, encoding="cp1250", delimiter=";")
    told = {"country": "US", "encoding": "mac_roman"}
    yield Case(
        "mac_roman_told.csv", delimited(PEOPLE, encoding="mac_roman"), ROWS, told, encoding="mac_roman|mac-roman"
    )
    russian = [["Имя", "Телефон", "Город", "Заметка"]] + [
        [name, f"+7 495 123-45-{at:02}", "Москва", "перезвонить после обеда"]
        for at, name in enumerate(("Анна Иванова", "Борис Петров", "Вера Сидорова"), 67)
    ]
    rows = numbered(*(ok(f"+749512345{at}", fields={"Город": "Москва"}) for at in (67, 68, 69)))
    told = {"encoding": "cp1251"}
    yield Case("cp1251_told.csv", delimited(russian, ";", "cp1251"), rows, told, encoding="cp1251", delimiter=";")


def delimiters() -> Iterator[Case]:
    yield Case("semicolon.csv", delimited(PEOPLE, ";"), ROWS, US, delimiter=";")
    yield Case("tab.csv", delimited(PEOPLE, "\t"), ROWS, US, delimiter="\t")
    yield Case("pipe.csv", delimited(PEOPLE, "|"), ROWS, US, delimiter="|")
    below = numbered(*(line._replace(kept=line.kept and 3) for line in VERDICTS), first=3)
    for name, delimiter in (("semicolon", ";"), ("comma", ","), ("tab", "\t")):
        table = f"sep={delimiter}\r\n".encode() + delimited(PEOPLE, delimiter)
        yield Case(f"sep_{name}.csv", table, below, US, header_row=2, delimiter=delimiter)
    yield Case("sep_bom.csv", b"\xef\xbb\xbfsep=;\r\n" + delimited(PEOPLE, ";"), below, US, 2, "utf-8-sig", ";")
    german = [["Name", "Telefon", "Betrag"], ["Ann", "030 901820", "1,50"], ["Bob", "0151 23456789", "12,00"]]
    rows = numbered(ok("+4930901820", fields={"Betrag": "1,50"}), ok("+4915123456789", fields={"Betrag": "12,00"}))
    yield Case("decimal_commas.csv", delimited(german, ";"), rows, {"country": "DE"}, delimiter=";")
    numbers = ["+14155552671", "+442079460958", "+4930901820"]
    rows = numbered(*map(ok, numbers))
    yield Case("one_column.csv", delimited([["Phone"], *([n] for n in numbers)]), rows, delimiter=ANY)
    rows = numbered(*map(ok, numbers), first=1)
    yield Case("one_column_no_header.txt", "\n".join(numbers).encode(), rows, header_row=None, delimiter=ANY)
    for name, end in (("unix", "\n"), ("old_mac", "\r")):
        yield Case(f"line_ends_{name}.csv", delimited(PEOPLE, end=end), ROWS, US)


def quoting() -> Iterator[Case]:
    long = "blah " * 40_000 + "end"
    table: Sequence[Sequence[str]] = [
        ["Name", "Phone", "Note"],
        ["Ann", "+14155552671", "two\r\nlines, and a comma"],
        ["", "+12127365000", ""],
        ['Bob "Bobby" Ray', "+13057820000", '"'],
        ["Cy", "+12025550123", long],
        ["Dee", "+442079460958", "a\n\n\nb"],
        ["Ed", "+4930901820", "  spaces  "],
    ]
    expected = (
        ok("+14155552671", fields={"Name": "Ann"}),
        ok("+12127365000", fields={"Name": "", "Note": ""}),
        ok("+13057820000", fields={"Name": 'Bob "Bobby" Ray', "Note": '"'}),
        ok("+12025550123", fields={"Name": "Cy", "Note": long}),
        ok("+442079460958", fields={"Name": "Dee"}),
        ok("+4930901820", fields={"Name": "Ed"}),
    )
    rows = tuple(line._replace(row=row) for line, row in zip(expected, (2, 4, 5, 6, 7, 11), strict=True))
    yield Case("quoting.csv", delimited(table), rows)
    ragged = b"Name,Phone,Note\nAnn,+14155552671\nBob,+12127365000,x,left over\n\n,,\nCy,+13057820000,\n"
    uneven = (
        ok("+14155552671", fields={"Name": "Ann", "Note": ""}),
        ok("+12127365000", values=("left over",)),
        ok("+13057820000"),
    )
    rows = tuple(line._replace(row=row) for line, row in zip(uneven, (2, 3, 6), strict=True))
    yield Case("ragged.csv", ragged, rows)
    stray = b'Name,Phone,Note\nAnn,+14155552671,5" pipe\nBob,+12127365000,the "best" one\nCy,+13057820000,ok\n'
    rows = numbered(
        ok("+14155552671", fields={"Note": '5" pipe'}),
        ok("+12127365000", fields={"Note": 'the "best" one'}),
        ok("+13057820000", fields={"Note": "ok"}),
    )
    yield Case("stray_quotes.csv", stray, rows)
