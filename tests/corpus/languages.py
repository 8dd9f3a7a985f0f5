# ruff: noqa: E501
"""Headers in the eight languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.corpus.case import Case, Line, numbered, ok, out
from tests.corpus.writing import delimited, table

COLUMNS = ("first_name", "last_name", "phone", "phone", "email", "company", "city", "postal_code", "country")
HEADS = {
    "en": "First Name | Surname | Mobile | Telephone | E-mail | Organisation | Town | Postcode | Country",
    "es": "Nombre | Apellidos | Móvil | Teléfono | Correo electrónico | Empresa | Ciudad | Código postal | País",
    "fr": "Prénom | Nom | Portable | Téléphone | Courriel | Société | Ville | Code postal | Pays",
    "de": "Vorname | Nachname | Handy | Telefonnummer | E-Mail-Adresse | Firma | Ort | PLZ | Land",
    "pt": "Nome | Sobrenome | Celular | Telefone | E-mail | Empresa | Cidade | CEP | País",
    "it": "Nome | Cognome | Cellulare | Telefono | Email | Azienda | Città | CAP | Paese",
    "nl": "Voornaam | Achternaam | Mobiel | Telefoonnummer | E-mailadres | Bedrijf | Plaats | Postcode | Land",
    "ja": "名 | 姓 | 携帯電話 | 電話番号 | メールアドレス | 会社名 | 市区町村 | 郵便番号 | 国",
}
PEOPLE = {
    "en": ("07400 123456", "020 7946 0958", "London", "SW1A 1AA", "United Kingdom", "+447400123456", "+442079460958"),
    "es": ("612 34 56 78", "912 34 56 78", "Madrid", "28001", "España", "+34612345678", "+34912345678"),
    "fr": ("06 12 34 56 78", "01 42 68 53 00", "Paris", "75001", "France", "+33612345678", "+33142685300"),
    "de": ("0151 23456789", "030 901820", "Berlin", "10115", "Deutschland", "+4915123456789", "+4930901820"),
    "pt": ("(11) 96123-4567", "(11) 3234-5678", "São Paulo", "01310-100", "Brasil", "+5511961234567", "+551132345678"),
    "it": ("312 345 6789", "06 1234 5678", "Roma", "00184", "Italia", "+393123456789", "+390612345678"),
    "nl": ("06 12345678", "020 123 4567", "Amsterdam", "1012 AB", "Nederland", "+31612345678", "+31201234567"),
    "ja": ("090-1234-5678", "03-1234-5678", "東京", "100-0001", "日本", "+819012345678", "+81312345678"),
}
OTHERS = {
    "whatsapp": "phone", "Cell": "phone", "Contact Number": "phone", "MSISDN": "phone", "Rufnummer": "phone", "Numéro de téléphone": "phone",
    "Número de teléfono": "phone", "Telefonnr.": "phone", "Tel.": "phone", "Numero di telefono": "phone", "Lead Phone": "phone",
    "Customer Mobile Number": "phone", "PHONE_NUMBER": "phone", "phoneNumber": "phone", "Phone 1 - Value": "phone", "Phone (mobile)": "phone",
}  # fmt: skip


def cases() -> Iterator[Case]:
    for language, head in HEADS.items():
        names = table(head)[0]
        mobile, fixed, city, code, country, *phones = PEOPLE[language]
        row = ["Ann", "Lee", mobile, fixed, "ann@example.com", "Acme", city, code, country]
        fields: dict[str, Any] = {names[0]: "Ann", names[6]: city, names[7]: code}
        rows: tuple[Line, ...] = numbered(ok(*phones, fields=fields))
        yield Case(
            f"headers_{language}.csv", delimited([names, row]), rows, columns=dict(zip(names, COLUMNS, strict=True))
        )
    for at, (head, field) in enumerate(OTHERS.items()):
        people = [["Ref", head, "Plan"], ["A", "+14155552671", "x"], ["B", "", "y"]]
        rows = numbered(ok("+14155552671"), Line(0, "rejected", "no_number"))
        yield Case(f"phone_header_{at:02}.csv", delimited(people), rows, columns={head: field})
    spanish = [
        ["Nombre completo", "Celular", "Zona horaria", "No llamar", "Notas"],
        ["Ann", "+525512345678", "America/Mexico_City", "sí", "x"],
        ["Bob", "+525512345679", "America/Tijuana", "no", "y"],
    ]
    columns = {
        "Nombre completo": "full_name",
        "Celular": "phone",
        "Zona horaria": "timezone",
        "No llamar": "do_not_call",
    }
    rows = numbered(out(), ok("+525512345679", clocks=("America/Tijuana", "America/Mexico_City")))
    yield Case("headers_es_wishes.csv", delimited(spanish), rows, columns=columns)
