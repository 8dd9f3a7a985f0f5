"""What the row says of the person's wishes, the list's own keys, required fields and duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.corpus.case import Case, Line, bad, numbered, ok, out, twice
from tests.corpus.writing import delimited, table

US: dict[str, Any] = {"country": "US"}
YES = (
    "yes",
    "Yes",
    "TRUE",
    "true",
    "1",
    "1.0",
    "Y",
    "x",
    "X",
    "✓",
    "Do not call",
    "opted out",
    "oui",
    "sí",
    "si",
    "ja",
    "sim",
    "はい",
    "2026-01-05",
    "01/05/2026",
    "2026-01-05T10:30:00Z",
    "unsubscribed",
    "STOP",
    "on",
    "DNC",
    "no - do not call",
    "Not interested, do not call",
    "asked not to be called",
    "#REF!",
)
NO = (
    "no",
    "No",
    "false",
    "FALSE",
    "0",
    "0.0",
    "N",
    "n",
    "",
    " ",
    "non",
    "nein",
    "nee",
    "não",
    "いいえ",
    "n/a",
    "N/A",
    "-",
    "none",
    "null",
    "off",
    "No.",
    "FALSCH",
    "FAUX",
    "FALSO",
    "ONWAAR",
    "Not opted-out",
    "Not on DNC",
    "not on the do-not-call list",
    "OK",
    "#N/A",
    "#NV",
    "☐",
)


def cases() -> Iterator[Case]:
    yield from opt_outs()
    yield from consents()
    yield from keys()
    yield from duplicates()


def opt_outs() -> Iterator[Case]:
    words = [*YES, *NO]
    people = [
        ["Name", "Phone", "Do Not Call"],
        *([f"Person {at}", f"+1212736{5000 + at}", word] for at, word in enumerate(words)),
    ]
    answers = [out() for _ in YES] + [ok(f"+1212736{5000 + at}") for at in range(len(YES), len(words))]
    yield Case("opt_out_words.csv", delimited(people), numbered(*answers), columns={"Do Not Call": "do_not_call"})
    heads = (
        "do_not_call",
        "DoNotCall",
        "DNC",
        "DND",
        "Opt Out",
        "Opted Out",
        "Has Opted Out of Call",
        "Unsubscribed",
        "Call Opt-Out",
        "Suppress",
        "No llamar",
        "Ne pas appeler",
        "Nicht anrufen",
        "Não ligar",
        "Non chiamare",
        "Niet bellen",
    )
    answers_of = numbered(out(), ok("+12127365000"))
    for head in heads:
        people = [["Phone", head], ["+14155552671", "yes"], ["+12127365000", "no"]]
        name = f"opt_out_{head.lower().replace(' ', '_').replace('ã', 'a')}.csv"
        yield Case(name, delimited(people), answers_of, columns={head: "do_not_call"})
    dated = table("""
Phone | Opt-out date | Email opt out
+14155552671 | 2026-01-05 | no
+12127365000 |  | yes
""")
    yield Case("opt_out_date.csv", delimited(dated), answers_of, columns={"Opt-out date": "do_not_call"})
    two = table("""
Phone | DNC | Unsubscribed
+14155552671 | no | yes
+12127365000 | no | no
""")
    yield Case("opt_out_two_columns.csv", delimited(two), answers_of)
    order = table("""
Name | Phone | Do Not Call
Ann | +14155552671 | yes
Ann | (415) 555-2671 | no
Bob | +12127365000 | no
""")
    later = Line(0, "duplicate|excluded", "duplicate_in_file|opted_out")
    yield Case("opt_out_of_an_earlier_row.csv", delimited(order), numbered(out(), later, ok("+12127365000")), US)
    order = [order[0], order[2], order[1], order[3]]
    yield Case("opt_out_of_a_later_row.csv", delimited(order), numbered(out(), out(), ok("+12127365000")), US)


def consents() -> Iterator[Case]:
    people = table("""
Name | Phone | Consent | Consent Date | Opted in at | TCPA consent
Ann | +14155552671 | yes | 2026-01-05 | 2026-01-05T10:30:00Z | I agree to receive calls from Acme
Bob | +12127365000 | no |  |  |
Cy | +13057820000 |  |  |  |
""")
    rows = numbered(
        ok(
            "+14155552671",
            fields={
                "Consent": "yes",
                "Consent Date": "2026-01-05",
                "TCPA consent": "I agree to receive calls from Acme",
            },
        ),
        ok("+12127365000", fields={"Consent": "no"}),
        ok("+13057820000", fields={"Consent": ""}),
    )
    columns = {"Consent": "consent", "Consent Date": "consent", "TCPA consent": "consent"}
    yield Case("consent.csv", delimited(people), rows, columns=columns)


def keys() -> Iterator[Case]:
    heads = (
        "id",
        "Lead ID",
        "contact_id",
        "Record ID",
        "External ID",
        "vendor_lead_code",
        "Reference ID",
        "Account Number",
    )
    for head in heads:
        people = [[head, "Phone"], ["A-1", "+14155552671"], ["0017", "+12127365000"], ["", "+13057820000"]]
        rows = numbered(
            ok("+14155552671", external_id="A-1"),
            ok("+12127365000", external_id="0017"),
            ok("+13057820000", external_id=""),
        )
        yield Case(f"key_{head.lower().replace(' ', '_')}.csv", delimited(people), rows, columns={head: "external_id"})
    people = table("""
First Name | Phone | Product
Ann | +14155552671 | solar
 | +12127365000 | solar
Cy | +13057820000 |
Dee | (212) 736-5000 | roof
""")
    leads = US | {
        "send": {
            "first_name": {"column": "First Name", "required": True},
            "product": {"column": "Product", "default": "roof"},
        }
    }
    rows = numbered(
        ok("+14155552671"), bad("missing_field", says="First Name|first_name"), ok("+13057820000"), ok("+12127365000")
    )
    yield Case("required_fields.csv", delimited(people), rows, leads)
    failed = table("""
Lead ID | First Name | Phone | Product | City
A-1 | #N/A | +14155552671 | solar | Oakland
#N/A | Bob | +12127365000 | #REF! | #N/A
#N/A | Cy | +13057820000 | #FORMULA NOT CALCULATED | Miami
""")
    rows = numbered(
        bad("missing_field", says="First Name"),
        ok("+12127365000", external_id="", fields={"First Name": "Bob", "Product": "", "City": ""}),
        ok("+13057820000", external_id="", fields={"First Name": "Cy", "Product": "", "City": "Miami"}),
    )
    yield Case("errors_are_blank.csv", delimited(failed), rows, leads)
    mapped = table("""
Who | Reach | Reach 2 | Where
Ann | 4155552671 | +12127365000 | US
Bob | 020 7946 0958 |  | GB
""")
    leads = {"map": {"Reach": "phone", "Reach 2": "phone", "Where": "country"}}
    rows = numbered(ok("+14155552671", "+12127365000"), ok("+442079460958"))
    yield Case("mapped.csv", delimited(mapped), rows, leads, columns={"Reach": "phone", "Where": "country"})


def filled_in() -> Case:
    """What later rows fill in means what it says: where the person is, who they are, what they agreed to."""
    people = table("""
Name | Phone | Home phone | Country | State | Zip | City | Lead ID | Opt in
Ann | 212 736 5000 | | | | | | |
Bob | 212 736 5001 | 212 736 5009 | | | | | L-2 | yes
Cy | 212 736 5002 | | | | | | |
Dee | +447911123456 | | | | | | L-4 |
Eve | 212 736 5004 | | | NY | | | | 2026-03-01
Ann | 212 736 5000 | 415 555 2671 | | CA | | | L-1 | 2026-02-01
Ann | 212 736 5000 | 303 555 0101 | | TX | | Austin | L-9 | 2026-02-02
Bob | 212 736 5001 | 212 736 5009 | | | 90012 | | | no
Cy | 212 736 5002 | | | | | | | no
Cy | 212 736 5002 | | | | | | | yes
Dee | 07911 123456 | | GB | | | | |
Dee | +447911123456 | | US | | | San Diego | |
Eve | 212 736 5004 | | | CA | | | | pending
""")
    east, west, refused = "America/New_York", "America/Los_Angeles", "refused"
    rows = numbered(
        ok("+12127365000", "+14155552671", clocks=(east, west), state="CA", external_id="L-1", consent="given",
           fields={"City": "Austin"}),
        ok("+12127365001", "+12127365009", clocks=(east, west), state="CA", external_id="L-2", consent=refused),
        ok("+12127365002", clocks=(east,), consent=refused),
        ok("+447911123456", clocks=("Europe/London",), fields={"Country": "GB", "City": "San Diego"}),
        ok("+12127365004", clocks=(east,), state="NY", consent="given"),
        twice(2), twice(2), twice(3), twice(4), twice(4), twice(5), twice(5), twice(6),
    )  # fmt: skip
    return Case("duplicates_filled_in.csv", delimited(people), rows, US | {"duplicates": "merge"})


def duplicates() -> Iterator[Case]:
    people = table("""
Name | Phone | Email | City
Ann | +14155552671 |  | Boston
Bob | +12127365000 | bob@example.com |
Ann B | (415) 555-2671 | ann@example.com | Paris
Cy | 123 |  |
Bob | 212.736.5000 |  | Oslo
Ann C | 1-415-555-2671 ext 3 | later@example.com | Rome
""")
    later = (twice(2), bad(), twice(3), twice(2))
    rows = numbered(ok("+14155552671", fields={"Email": "", "City": "Boston"}), ok("+12127365000"), *later)
    yield Case("duplicates_skip.csv", delimited(people), rows, US)
    rows = numbered(
        ok("+14155552671", fields={"Name": "Ann", "Email": "ann@example.com", "City": "Boston"}),
        ok("+12127365000", fields={"Email": "bob@example.com", "City": "Oslo"}),
        *later,
    )
    yield Case("duplicates_merge.csv", delimited(people), rows, US | {"duplicates": "merge"})
    yield filled_in()
    rows = numbered(
        twice(7), twice(6), twice(7), bad(),
        ok("+12127365000", fields={"Email": "", "City": "Oslo"}), ok("+14155552671", fields={"Name": "Ann C"}),
    )  # fmt: skip
    yield Case("duplicates_newest.csv", delimited(people), rows, US | {"duplicates": "newest"})
    all_of_them = (
        ok("+14155552671"),
        ok("+12127365000"),
        ok("+14155552671"),
        bad(),
        ok("+12127365000"),
        ok("+14155552671"),
    )
    yield Case("duplicates_all.csv", delimited(people), numbered(*all_of_them), US | {"duplicates": "all"})
    spelled = [
        "+14155552671",
        "4155552671",
        "1.4155552671E+10",
        "4155552671.0",
        "p:+14155552671",
        "'415 555 2671",
        "４１５ ５５５ ２６７１",
        "tel:+1-415-555-2671;ext=3",
    ]
    rows = numbered(ok("+14155552671"), *(twice(2) for _ in spelled[1:]))
    yield Case(
        "duplicates_spelled.csv", delimited([["Phone", "n"], *([s, str(n)] for n, s in enumerate(spelled))]), rows, US
    )
