"""What headers tell, in eight languages and as real exports write them."""

from __future__ import annotations

import time

import pytest

from campaigns.leads.headings.headers import field_of, key, meanings, slug
from campaigns.leads.headings.layout import Layout, lay_out
from campaigns.leads.headings.phone_headers import KINDS, is_never_phone, phone_rank, vague_rank
from tests.lead_exports import EXPORTS


def read(headers: list[str], *rows: list[str], country: str | None = "US") -> Layout:
    head = [(line, row) for line, row in enumerate([headers, *rows], start=1)]
    return lay_out(head, max(map(len, [headers, *rows])), {}, country)


@pytest.mark.parametrize("export", EXPORTS)
def test_an_export_works_unchanged(export: str) -> None:
    row, phones, fields = EXPORTS[export]
    layout = read(list(row), list(row.values()))
    assert [layout.columns[at].header for at in layout.phones] == phones
    others = [column for column in layout.columns if column.header not in phones]
    assert {column.header: column.field for column in others if column.field} == fields


LANGUAGES = {
    "es": "Nombre|Apellidos|Correo|Número de teléfono|Teléfono móvil|Empresa|Ciudad|Provincia|País/región|"
    "Código postal|Idioma|No llamar|Consentimiento|Zona horaria",
    "fr": "Prénom|Nom|Adresse e-mail|N° de téléphone|Tél. portable|Société|Ville|Région|Pays|Code postal|Langue|"
    "Ne pas appeler|Consentement|Fuseau horaire",
    "de": "Vorname|Name|E-Mail|Telefonnummer|Handynummer|Firma|Ort|Bundesland|Land|PLZ|Sprache|Nicht anrufen|"
    "Einwilligung|Zeitzone",
    "pt": "Nome|Sobrenome|E-mail|Telefone|Celular|Nome da empresa|Cidade|Estado|País|CEP|Idioma|Não ligar|"
    "Consentimento|Fuso horário",
    "it": "Nome|Cognome|Indirizzo e-mail|Telefono|Cellulare|Azienda|Città|Provincia|Paese|CAP|Lingua|"
    "Non chiamare|Consenso|Fuso orario",
    "nl": "Voornaam|Naam|E-mailadres|Telefoonnummer|Mobiel nummer|Bedrijf|Plaats|Provincie|Land|Postcode|Taal|"
    "Niet bellen|Toestemming|Tijdzone",
    "ja": "名|姓|メールアドレス|電話番号|携帯電話番号|会社名|"
    "市区町村|都道府県|国|郵便番号|言語|電話不可|同意|タイムゾーン",
}
MEANT = (
    *("first_name", "last_name", "email", "phone", "phone", "company", "city", "state", "country", "postal_code"),
    *("language", "do_not_call", "consent", "timezone"),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_of_other_languages(language: str) -> None:
    headers = LANGUAGES[language].split("|")
    layout = read(headers, ["Ann", "Lee", "a@example.com", "+12125550102", "+12125550101", *["x"] * 9])
    assert [column.field for column in layout.columns] == [*MEANT]
    assert layout.phones == (4, 3)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Cell #", "mobile"), ("MOBILE NO.", "mobile"), ("Customer's Mobile Number", "mobile"), ("mob", "mobile"),
        ("Work mobile", "mobile"), ("Handy privat", "mobile"), ("Mobiltelefonnummer", "mobile"),
        ("Téléphone portable", "mobile"),
        ("Número de celular", "mobile"), ("Numero di cellulare", "mobile"), ("Mobiel telefoonnummer", "mobile"),
        ("ｐｈｏｎｅ", "main"), ("Pho\u200bne", "main"), ("Phone\u00a0Number", "main"), ("PhoneNumber", "main"),
        ("Tel.", "main"), ("Best phone number", "main"), ("Nº de teléfono", "main"), ("phone_1", "main"),
        ("携帯", "mobile"),
        ("Customer contact number", "main"), ("Telefon geschäftlich", "work"), ("Teléfono del trabajo", "work"),
        ("Téléphone bureau", "work"), ("Office telephone", "work"), ("Landline", "home"), ("Téléphone fixe", "home"),
        ("Festnetz", "home"), ("Phone 2", "other"), ("Phone (2)", "other"), ("Secondary Phone", "other"),
        ("Switchboard phone", "company"), ("会社電話番号", "company"), ("Direct dial", "direct"),
        ("Home Phone 2", "home"),
    ],
)  # fmt: skip
def test_phone_headers_by_their_words(header: str, kind: str) -> None:
    rank = phone_rank(header)
    assert rank is not None
    assert KINDS[rank] == kind


@pytest.mark.parametrize(
    "header",
    [
        "Fax", "Fax number", "Phone Type", "Phone status", "Phone confidence", "Phone source", "Phone extension",
        "Phone code", "Phone country code", "WhatsApp opt in", "Mobile opt-out", "Assistant's phone", "Asst. Phone",
        "Emergency contact phone", "Spouse phone", "Account Number", "Order number", "Telephone consent",
        "Mobile app installed", "Phone call notes", "Last called", "Zip phone", "Mobile Home", "Mobile carrier",
        "Telephone account", "Phone verified", "Phone model", "Cell tower", "House number", "Customer number",
        "Company number", "Business number", "Company", "Home", "Work", "Number of calls", "Number", "Invoice no",
        "Kundennummer", "Do not call", "Phone DNC", "iPhone", "Contact", "Phone call date", "To", "Direct", "",
        "Call duration", "Portability", "Telegram", "x" * 10_000,
    ],
)  # fmt: skip
def test_what_no_header_of_phones_is(header: str) -> None:
    assert phone_rank(header) is None


@pytest.mark.parametrize("header", ["Account Number", "Order no", "Kundennummer", "IMEI", "Lead ID", "会員番号", "Fax"])
def test_headers_of_other_numbers_are_no_phones_whatever_stands_below(header: str) -> None:
    assert is_never_phone(header)
    rows = [[f"(212) 555-01{n:02}"] for n in range(10)]
    assert read([header], *rows).phones == ()


def test_vague_headers() -> None:
    ranks = [vague_rank(header) for header in ("Best phone to reach you", "Number", "Response 3", "Budget")]
    assert ranks == [0, 1, 1, None]
    assert vague_rank("Phone call notes") is None


@pytest.mark.parametrize("header", ["Number", "Número", "Numéro", "Nummer", "Numero", "番号", "NÚMERO 2"])
def test_a_bare_number_is_a_phone_where_nothing_else_is_and_the_cells_are_phones(header: str) -> None:
    """Else an account number would be called; and beside a phone column it stays what it is."""
    rows = [[f"Ann {n}", f"+1212555{1000 + n}"] for n in range(10)]
    assert read(["Name", header], *rows).phones == (1,)
    assert read(["Phone", header], *([f"+1415555{1000 + n}", f"{n}"] for n in range(10))).phones == (0,)
    assert read(["Name", header], *([f"Ann {n}", str(4711 + n)] for n in range(10))).phones == ()


@pytest.mark.parametrize(
    "header",
    [
        "Do Not Call", "DNC", "dnc_flag", "DoNotCall__c", "HasOptedOutOfCall", "Opt out", "opted-out", "Phone1 DNC",
        "Federal DNC", "Contact: Do Not Call", "Do Not Call Reason", "No llamar", "Ne pas appeler",
        "Bitte nicht anrufen!", "Não ligar", "Non chiamare", "Niet bellen", "電話不可", "架電不可フラグ", "DND", "TPS",
    ],
)  # fmt: skip
def test_do_not_call(header: str) -> None:
    assert field_of(header) == "do_not_call"


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Opt in", "consent"), ("Opt-In Date", "consent"), ("TCPA consent", "consent"),
        ("Telephone consent", "consent"),
        ("Email Opt Out", None), ("HasOptedOutOfEmail", None), ("SMS consent", None), ("WhatsApp opt in", None),
        ("Do not call before", None), ("DNC last checked", None), ("Do not email", None), ("Last called", None),
        ("Call count", None), ("Status", None), ("Start Date & Time", None), ("Company City", None),
        ("Campaign Name", None), ("Email Status", None), ("State of mind", None), ("Zip phone", None),
        ("gmt_offset_now", None), ("Country Code", None), ("County", None), ("Company Country", None),
    ],
)  # fmt: skip
def test_false_friends(header: str, field: str | None) -> None:
    assert field_of(header) == field


def test_words_that_hang_on_their_neighbours() -> None:
    assert meanings(("Nom", "Prénom")) == ("last_name", "first_name")
    assert meanings(("Nom", "Ville")) == ("full_name", "city")
    assert meanings(("Nombre", "Apellidos")) == ("first_name", "last_name")
    assert meanings(("Nombre", "Ciudad")) == ("full_name", "city")
    assert meanings(("Vorname", "Name")) == ("first_name", "last_name")
    assert meanings(("First Name", "Name")) == ("first_name", "full_name")
    assert meanings(("User Email",)) == ("email",)
    assert meanings(("User Email", "Invitee Email")) == (None, "email")


def test_spellings_that_are_one_header() -> None:
    assert {key(header) for header in ("First Name", "firstName", " FIRST_NAME ", "first-name:")} == {"firstname"}
    assert slug("Ｔｅｌ\u200b・（自宅）") == "tel_自宅"


def test_a_cell_made_to_take_forever_does_not() -> None:
    started = time.process_time()
    for cell in ("1" * 199 + "x", "handynummer" * 18 + "x", "teltelefontelefonnummer" * 8 + "x", "x" * 1_000_000):
        assert phone_rank(cell) is None
        assert field_of(cell) is None
    assert time.process_time() - started < 5
