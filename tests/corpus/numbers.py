# ruff: noqa: E501
"""Numbers as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.corpus.case import ANY, Case, Line, bad, numbered, ok
from tests.corpus.writing import delimited, table, workbook

US, GB, DE = {"country": "US"}, {"country": "GB"}, {"country": "DE"}


def column(name: str, answers: dict[str, Line], leads: dict[str, Any], **facts: Any) -> Case:
    """A list whose phone column holds each of the keys."""
    rows = [["Name", "Phone"]]
    lines: list[Line] = []
    at = 2
    for cell, line in answers.items():
        rows.append([f"Person {len(lines)}", cell])
        lines.append(line._replace(row=at))
        at += 1 + cell.count("\n")
    return Case(name, delimited(rows), tuple(lines), leads, **facts)


def cases() -> Iterator[Case]:
    yield from several()
    yield from one_cell()
    yield from spellings()
    yield from abroad()
    yield from countries()


def several() -> Iterator[Case]:
    people = table("""
Name | Company Phone | Home Phone | Fax | Work Phone | Mobile | Other Phone | Phone | Direct Phone
Ann | 212-736-5001 | 212-736-5002 | 212-736-5003 | 212-736-5004 | 212-736-5005 | 212-736-5006 | 212-736-5007 | 212-736-5008
Bob | 212-736-5011 |  | 212-736-5013 |  |  |  |  |
Cy |  |  | 212-736-5023 |  |  |  |  |
Dee | nonsense | 212-736-5032 |  |  | 123 |  |  |
Ed | 212-736-5041 | (212) 736-5041 |  |  | +12127365041 |  |  |
""")
    order = (5005, 5008, 5007, 5004, 5002, 5006, 5001)
    rows = numbered(
        ok(*(f"+1212736{last}" for last in order), fields={"Fax": "212-736-5003"}),
        ok("+12127365011"),
        bad("no_number"),
        ok("+12127365032"),
        ok("+12127365041"),
    )
    columns = {name: "phone" for name in people[0] if name not in ("Name", "Fax")} | {"Fax": None}
    yield Case("several_columns.csv", delimited(people), rows, US, columns=columns)
    facts: dict[str, Any] = {"encoding": None, "delimiter": None, "sheet": "Sheet1"}
    yield Case("several_columns.xlsx", workbook({"Sheet1": people}), rows, US, columns=columns, **facts)
    numbered_heads = table("""
Customer | phone1 | phone2 | phone3 | Phone Type | Phone Confidence | WhatsApp Opt In
Ann | 212-736-5001 | 212-736-5002 | 212-736-5003 | mobile | 98 | yes
Bob |  | 212-736-5012 |  | landline | 40 | no
""")
    rows = numbered(ok("+12127365001", "+12127365002", "+12127365003"), ok("+12127365012"))
    never = {"Phone Type": None, "Phone Confidence": None}
    yield Case("numbered_columns.csv", delimited(numbered_heads), rows, US, columns=never | {"phone3": "phone"})
    never_phones = table("""
Order number | Contact number | Invoice | Account balance
4155550001 | 212-736-5001 | 4155550002 | 4155550003
4155550011 | 212-736-5002 | 4155550012 | 4155550013
""")
    rows = numbered(ok("+12127365001", fields={"Order number": "4155550001"}), ok("+12127365002"))
    columns = {"Order number": None, "Contact number": "phone", "Invoice": None, "Account balance": None}
    yield Case("numbers_that_are_no_phones.csv", delimited(never_phones), rows, US, columns=columns)


def one_cell() -> Iterator[Case]:
    yield column(
        "one_cell.csv",
        {
            "415-555-2671 / 212-736-5000 x12": ok("+14155552671", "+12127365000"),
            "(415) 555-2672; (212) 736-5001": ok("+14155552672", "+12127365001"),
            "4155552673,2127365002": ok("+14155552673", "+12127365002"),
            "415-555-2674 or 212-736-5003": ok("+14155552674", "+12127365003"),
            "415-555-2675|212-736-5004": ok("+14155552675", "+12127365004"),
            "415-555-2676\n212-736-5005": ok("+14155552676", "+12127365005"),
            "cell: 415-555-2677, office: 212-736-5006": ok("+14155552677", "+12127365006"),
            "+1 415 555 2678 & +44 20 7946 0958": ok("+14155552678", "+442079460958"),
            "415-555-2679 and 212-736-5007": ok("+14155552679", "+12127365007"),
            "415-555-2680 (mobile), 212-736-5008 (work)": ok("+14155552680", "+12127365008"),
            "123 / 212-736-5009": ok("+12127365009"),
            "415-555-2681; +1 (415) 555-2681": ok("+14155552681"),
            "n/a; 415-555-2682": ok("+14155552682"),
            "123; 456": bad(),
        },
        US,
    )
    yield column(
        "one_number_with_a_slash.csv",
        {
            "030/901820": ok("+4930901820"),
            "0151/234 567 89": ok("+4915123456789"),
            "030/901821 / 0151/23456780": ok("+4930901821", "+4915123456780"),
            "+49 (30) 90 18 22": ok("+4930901822"),
            "030-90 18 23": ok("+4930901823"),
        },
        DE,
    )


def spellings() -> Iterator[Case]:
    yield column(
        "extensions.csv",
        {
            "212-736-5000 x12": ok("+12127365000"),
            "212-736-5001 ext. 45": ok("+12127365001"),
            "212-736-5002 extension 4567": ok("+12127365002"),
            "+1 212 736 5003 #9": ok("+12127365003"),
            "(212) 736-5004,,88": ok("+12127365004"),
            "+12127365005;ext=7": ok("+12127365005"),
            "tel:+1-212-736-5006;ext=7": ok("+12127365006"),
            "212.736.5007 Ext 3": ok("+12127365007"),
        },
        US,
    )
    extended = [["Phone", "Ext", "Name"], ["212-736-5000", "12", "Ann"], ["212-736-5001", "4155550001", "Bob"]]
    rows = numbered(ok("+12127365000"), ok("+12127365001"))
    yield Case("extension_column.csv", delimited(extended), rows, US, columns={"Ext": "extension"})
    yield column(
        "vanity.csv",
        {
            "1-800-FLOWERS": ok("+18003569377"),
            "1-800-MY-APPLE": ok("+18006927753"),
            "(212) PEN-5000": ok("+12127365000"),
            "+1 415 555 BOAT": ok("+14155552628"),
            "please call": bad("bad_number|no_number"),
            "unknown": bad("bad_number|no_number"),
        },
        US,
    )
    yield column(
        "prefixes.csv",
        {
            "tel:+14155552671": ok("+14155552671"),
            "tel:+1-415-555-2672": ok("+14155552672"),
            "p:+14155552673": ok("+14155552673"),
            "'+14155552674": ok("+14155552674"),
            "'4155552675": ok("+14155552675"),
            "’+14155552676": ok("+14155552676"),
            "Tel. +1 415 555 2677": ok("+14155552677"),
            "Phone: 415-555-2678": ok("+14155552678"),
            "callto:+14155552679": ok("+14155552679"),
            "whatsapp:+14155552680": ok("+14155552680"),
            '="+14155552681"': ok("+14155552681"),
            "+ 1 415 555 2682": ok("+14155552682"),
            "++14155552683": ok("+14155552683"),
            "1 (415) 555-2684": ok("+14155552684"),
        },
        US,
    )
    yield column(
        "invisible.csv",
        {
            "+1\u00a0415\u00a0555\u00a02671": ok("+14155552671"),
            "\u200b+1415555\u200d2672": ok("+14155552672"),
            "\u202a+1 (415) 555-2673\u202c": ok("+14155552673"),
            "415\u2011555\u20112674": ok("+14155552674"),
            "415\u2013555\u20132675": ok("+14155552675"),
            "\ufeff415 555 2676": ok("+14155552676"),
            "415\u2009555\u20092677": ok("+14155552677"),
            "\u200e+14155552678": ok("+14155552678"),
            "415\u00ad555\u00ad2679": ok("+14155552679"),
            "\t415 555 2680 ": ok("+14155552680"),
            "\u00a0": bad("no_number"),
            "\u200b": bad("no_number"),
        },
        US,
    )
    yield column(
        "full_width.csv",
        {
            "０３－１２３４－５６７８": ok("+81312345678"),
            "＋８１　９０　１２３４　５６７８": ok("+819012345678"),
            "（０３）１２３４５６７９": ok("+81312345679"),
            "03ー1234ー5670": ok("+81312345670"),
            "٠٣١٢٣٤٥٦٧١": ok("+81312345671"),
        },
        {"country": "JP"},
    )


def abroad() -> Iterator[Case]:
    yield column(
        "double_zero_us.csv",
        {
            "0044 20 7946 0958": ok("+442079460958"),
            "00442079460959": ok("+442079460959"),
            "011 44 20 7946 0960": ok("+442079460960"),
            "+44 (0)20 7946 0961": ok("+442079460961"),
            "+44(0)2079460962": ok("+442079460962"),
            "+49 (0) 30 901820": ok("+4930901820"),
            "0049 (0)30 901821": ok("+4930901821"),
            "+440207946 0963": ok("+442079460963"),
        },
        US,
    )
    yield column(
        "double_zero_de.csv",
        {
            "001 415 555 2671": ok("+14155552671"),
            "0044 20 7946 0958": ok("+442079460958"),
            "00 49 30 901820": ok("+4930901820"),
        },
        DE,
    )
    yield column(
        "no_default_country.csv",
        {
            "+14155552671": ok("+14155552671"),
            "0044 20 7946 0958": ok("+442079460958"),
            "tel:+4930901820": ok("+4930901820"),
        },
        {},
    )
    yield column(
        "no_plus_gb.csv",
        {
            "442079460958": ok("+442079460958"),
            "447400123456": ok("+447400123456"),
            "7400123457": ok("+447400123457"),
            "2079460959": ok("+442079460959"),
        },
        GB,
    )
    dialed = table("""
Name | Dial Code | Mobile number
Ann | 1 | 4155552671
Bob | +44 | 020 7946 0958
Cy | 0049 | 30901820
Dee | 33 | 0612345678
Ed | (39) | 06 1234 5678
Fay |  | +81312345678
Gus | 44 | +14155552672
Hal | 44 | 442079460959
Ida | 999 | 2079460958
""")
    rows = numbered(
        ok("+14155552671"), ok("+442079460958"), ok("+4930901820"), ok("+33612345678"), ok("+390612345678"),
        ok("+81312345678"), ok("+14155552672"), ok("+442079460959"), bad("bad_number|ambiguous_country"),
    )  # fmt: skip
    yield Case("dial_code_column.csv", delimited(dialed), rows, columns={"Dial Code": "phone_prefix"})
    codes = [
        ["Country Code", "Phone"],
        *([code, number] for code, number in (("1", "4155552671"), ("44", "2079460958"), ("49", "30901820"))),
    ]
    rows = numbered(ok("+14155552671"), ok("+442079460958"), ok("+4930901820"))
    yield Case("country_code_of_digits.csv", delimited(codes), rows, columns={"Country Code": "phone_prefix"})
    codes = [["Country Code", "Phone"], ["US", "4155552671"], ["GB", "2079460958"], ["DE", "30901820"]]
    yield Case("country_code_of_letters.csv", delimited(codes), rows, columns={"Country Code": "country"})


GERMANY = (
    "Germany",
    "Alemania",
    "Allemagne",
    "Deutschland",
    "Alemanha",
    "Germania",
    "Duitsland",
    "ドイツ",
    "DE",
    "DEU",
    "germany ",
    "GERMANY",
)
KINGDOM = (
    "United Kingdom",
    "Reino Unido",
    "Royaume-Uni",
    "Vereinigtes Königreich",
    "Regno Unito",
    "Verenigd Koninkrijk",
    "イギリス",
    "UK",
    "GB",
    "GBR",
    "Great Britain",
    "England",
    "U.K.",
)
STATES = (
    "United States",
    "Estados Unidos",
    "États-Unis",
    "Vereinigte Staaten",
    "Stati Uniti",
    "Verenigde Staten",
    "アメリカ合衆国",
    "USA",
    "US",
    "U.S.A.",
    "United States of America",
    "EE. UU.",
    "Etats-Unis",
)
JAPAN = ("Japan", "Japón", "Japon", "Japão", "Giappone", "日本", "JP", "JPN")
SPAIN = ("Spain", "España", "Espagne", "Spanien", "Espanha", "Spagna", "Spanje", "スペイン", "ES")
HOLLAND = (
    "Netherlands",
    "The Netherlands",
    "Países Bajos",
    "Pays-Bas",
    "Niederlande",
    "Países Baixos",
    "Paesi Bassi",
    "Nederland",
    "オランダ",
    "Holland",
    "NL",
)


def countries() -> Iterator[Case]:
    rows: list[list[str]] = []
    answers: list[Line] = []
    groups = (
        (GERMANY, "030 9018{:02}", "+49309018{:02}"),
        (KINGDOM, "020 7946 09{:02}", "+4420794609{:02}"),
        (STATES, "(415) 555-26{:02}", "+141555526{:02}"),
        (JAPAN, "03-1234-56{:02}", "+813123456{:02}"),
        (SPAIN, "912 34 56 {:02}", "+349123456{:02}"),
        (HOLLAND, "020 123 45 {:02}", "+312012345{:02}"),
    )
    for names, written, meant in groups:
        for at, name in enumerate(names, 10):
            rows.append([f"Person {len(rows)}", name, written.format(at)])
            answers.append(ok(meant.format(at)))
    yield Case(
        "country_names.csv",
        delimited([["Name", "Country", "Phone"], *rows]),
        numbered(*answers),
        columns={"Country": "country"},
    )
    mixed = table("""
Name | Country | Phone
Ann | Germany | +1 415 555 2671
Bob |  | 212-736-5000
Cy | France | 06 12 34 56 78
Dee | United States | 020 7946 0958
Ed | Canada | 613 555 1234
""")
    expected = numbered(ok("+14155552671"), ok("+12127365000"), ok("+33612345678"), bad(), ok("+16135551234"))
    yield Case("country_column_and_default.csv", delimited(mixed), expected, US)
    strange = table("""
Name | Country | Phone
Ann | Narnia | 212-736-5000
Bob | Narnia | +1 415 555 2671
Cy | n/a | 212-736-5001
Dee | #N/A | 212-736-5002
Ed | Tanzania, United Republic of | 0754 123 456
Flo | Noord-Ierland | 020 7946 0958
Gus | Narnia |
""")
    expected = numbered(
        bad("unknown_country", says="Narnia"), ok("+14155552671"), ok("+12127365001"), ok("+12127365002"),
        ok("+255754123456"), ok("+442079460958"), bad("no_number"),
    )  # fmt: skip
    yield Case("country_column_not_understood.csv", delimited(strange), expected, US)
    yield column(
        "ambiguous_country.csv",
        {
            "+14155552671": ok("+14155552671"),
            "2125550123": bad("ambiguous_country", says=r"\bUS\b"),
            "(415) 555-2671": bad("ambiguous_country", says=r"\bUS\b"),
            "020 7946 0958": bad("ambiguous_country", says=r"\bGB\b"),
            "+442079460958": ok("+442079460958"),
            "123": bad("bad_number|ambiguous_country"),
            "": bad("no_number"),
        },
        {},
    )
    alone = [["Phone"], ["2125550123"], ["4155552671"]]
    yield Case(
        "all_ambiguous.csv",
        delimited(alone),
        numbered(bad("ambiguous_country"), bad("ambiguous_country")),
        delimiter=ANY,
    )
