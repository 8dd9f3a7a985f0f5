"""Writes leads.xlsx, the list of the demo: 300 people who do not exist, damaged the way real lists are.

Numbers end in 555-0100 to 555-0199, the range kept for fiction. The same file comes out every time, byte for byte:

    python examples/make_leads.py [OUT.xlsx]
"""

from __future__ import annotations

import random
import string
import sys
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter

SEED = 20261123
ROWS = 300
HEADERS = (
    *("First Name", "Last Name", "Phone", "Email", "Company", "City", "State", "Zip"),
    *("Plan", "Renewal Date", "Notes", "Do Not Call"),
)
WIDTHS = (13, 15, 18, 34, 24, 16, 7, 8, 10, 14, 34, 12)

# area code, city, state, ZIP, how many of the 300 live there
PLACES = (
    ("212", "New York", "NY", "10016", 14),
    ("718", "Brooklyn", "NY", "11215", 16),
    ("617", "Boston", "MA", "02134", 15),
    ("215", "Philadelphia", "PA", "19103", 14),
    ("202", "Washington", "DC", "20009", 10),
    ("404", "Atlanta", "GA", "30308", 15),
    ("305", "Miami", "FL", "33131", 15),
    ("704", "Charlotte", "NC", "28202", 10),
    ("313", "Detroit", "MI", "48226", 9),
    ("216", "Cleveland", "OH", "44114", 9),
    ("312", "Chicago", "IL", "60614", 17),
    ("713", "Houston", "TX", "77002", 15),
    ("214", "Dallas", "TX", "75201", 14),
    ("512", "Austin", "TX", "78701", 11),
    ("615", "Nashville", "TN", "37203", 9),
    ("612", "Minneapolis", "MN", "55401", 9),
    ("504", "New Orleans", "LA", "70130", 7),
    ("303", "Denver", "CO", "80202", 14),
    ("801", "Salt Lake City", "UT", "84101", 8),
    ("505", "Albuquerque", "NM", "87102", 5),
    ("602", "Phoenix", "AZ", "85004", 10),
    ("415", "San Francisco", "CA", "94110", 14),
    ("213", "Los Angeles", "CA", "90012", 17),
    ("619", "San Diego", "CA", "92101", 8),
    ("206", "Seattle", "WA", "98101", 10),
    ("503", "Portland", "OR", "97205", 5),
)
FIRST_NAMES = """
James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica
Thomas Sarah Charles Karen Daniel Lisa Matthew Nancy Anthony Sandra Mark Ashley Steven Emily Andrew Kimberly Paul
Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Melissa José Zoë Renée André Chloë Sofía Jürgen Noël Thiago
Priya Wei Amara Omar Yuki Fatima Dmitri
"""
LAST_NAMES = """
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodríguez Martínez Hernández Lopez Wilson Anderson Thomas
Taylor Moore Jackson Martin Lee Pérez Thompson White Harris Sánchez Clark Ramírez Lewis Robinson Walker Young Allen
King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts
O'Brien Núñez Müller Lefèvre Okafor Patel Kowalski Ibáñez
"""
COMPANIES = (
    *("Bright Dental", "Harbor Roofing", "Northside Fitness", "Maple & Pine Interiors", "Blue Door Realty"),
    *("Summit Plumbing", "Cedar Insurance", "Riverside Pediatrics", "Apex Auto Repair", "Lakeview Solar", ""),
)
PLANS = ("Basic", "Basic", "Plus", "Plus", "Premium")
NOTES = ("", "", "", "", "Asked for a quote", "Prefers mornings", "Met at the spring fair", "Renews every year")


@dataclass(frozen=True)
class Person:
    """One row of the sheet; ``phone`` is a number where Excel took it for one."""

    first: str
    last: str
    phone: str | float
    email: str
    company: str
    city: str
    state: str
    zip_code: str
    plan: str
    renewal: date
    notes: str
    do_not_call: str


def people(dice: random.Random) -> list[Person]:
    """The 300, each with a number of their own and nothing wrong yet."""
    names = dice.sample([(first, last) for first in FIRST_NAMES.split() for last in LAST_NAMES.split()], ROWS)
    homes = [place for *place, count in PLACES for _ in range(count)]
    lines = {area: iter(dice.sample(range(100, 200), 100)) for area, *_ in homes}
    dice.shuffle(homes)
    found = []
    for (first, last), (area, city, state, zip_code) in zip(names, homes, strict=True):
        found.append(
            Person(
                first=first,
                last=last,
                phone=written(dice, area, next(lines[area])),
                email=email(first, last),
                company=dice.choice(COMPANIES),
                city=city,
                state=state,
                zip_code=zip_code,
                plan=dice.choice(PLANS),
                renewal=date(2026, 12, 1) + timedelta(days=dice.randrange(180)),
                notes=dice.choice(NOTES),
                do_not_call=dice.choice(("", "", "No")),
            )
        )
    return found


def written(dice: random.Random, area: str, line: int) -> str | float:
    """The number as different hands write it; one in ten as an Excel number."""
    common = (f"({area}) 555-0{line}",) * 4 + (f"{area}-555-0{line}",) * 2
    rare = (f"{area}.555.0{line}", f"+1 {area} 555 0{line}", f"1{area}5550{line}", float(f"{area}5550{line}"))
    return dice.choice((*common, *rare))


def email(first: str, last: str) -> str:
    """An address in plain letters."""
    letters = unicodedata.normalize("NFKD", f"{first}.{last}").lower()
    return "".join(char for char in letters if char in string.ascii_lowercase + ".") + "@example.com"


def damage(rows: list[Person]) -> list[Person]:
    """What goes wrong in real lists, at fixed places: 5 rows to reject, 6 duplicates, 3 opted out, 3 to block."""
    rows = list(rows)
    numbers = {
        16: "3.05782E+09",  # Excel cut the digits off
        58: "555-0142",  # no area code
        101: "",
        149: "(999) 555-0123",  # no such area code
        203: "ask reception",
        77: "1-800-555-0117",  # toll-free: a blocked type
        188: "+1 (888) 555-0164",
        260: "+1 500 555 0136",  # a personal number: belongs to no place
    }
    for index, phone in numbers.items():
        rows[index] = replace(rows[index], phone=phone)
    rows[260] = replace(rows[260], city="", state="", zip_code="")
    for index, first in {47: 12, 90: 33, 133: 70, 176: 121, 221: 160, 287: 240}.items():
        rows[index] = housemate(rows[index], rows[first])
    for index, said in {64: "Yes", 142: "x", 255: "TRUE"}.items():
        rows[index] = replace(rows[index], do_not_call=said)
    for index, note in {5: "=two offers open", 28: "+1 guest on the account", 39: "@home after five", 52: "-"}.items():
        rows[index] = replace(rows[index], notes=note)
    return rows


def housemate(person: Person, other: Person) -> Person:
    """The person, living with the other and reached at the same number, which somebody else typed."""
    number = f"{other.phone:.0f}" if isinstance(other.phone, float) else other.phone
    digits = "".join(filter(str.isdigit, number))[-10:]
    return replace(
        person,
        last=other.last,
        phone=f"tel:+1-{digits[:3]}-{digits[3:6]}-{digits[6:]}",
        email=email(person.first, other.last),
        city=other.city,
        state=other.state,
        zip_code=other.zip_code,
    )


def write(path: Path, rows: list[Person]) -> None:
    """Write the sheet as a person would have it: a bold header, texts as text, dates as dates."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "Leads", "created": datetime(2026, 11, 1)})  # noqa: DTZ001 (xlsxwriter's form)
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("Leads")
        sheet.freeze_panes(1, 0)
        for column, (header, width) in enumerate(zip(HEADERS, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, header, bold)
        for row, person in enumerate(rows, start=1):
            for column, value in enumerate(vars(person).values()):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, value, day)
                elif isinstance(value, float):
                    sheet.write_number(row, column, value)
                elif value:
                    sheet.write_string(row, column, value)


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("leads.xlsx")
    write(out, damage(people(random.Random(SEED))))  # noqa: S311 (no secret is drawn)
