"""What a column's header tells: our name for it, and whether a phone number stands below it.

Source: header-synonym table of the ecosystem study, §4.2, taken from real exports (HubSpot, Salesforce, Apollo,
ZoomInfo, GoHighLevel, Calendly, VICIdial, Meta lead ads, voice platforms' templates).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PHONES = (
    "mobile, mobile phone, mobile phone number, mobile number, cell, cell phone, cell phone number, cell number,"
    "cellular, text reminder number, whatsapp, whatsapp number, celular, handy, handynummer, móvil, teléfono móvil",
    "direct phone, direct phone number, direct dial, work direct phone",
    "phone, phone number, tel, tel no, telephone, telephone number, contact number, contact phone, primary phone,"
    "phone 1, phone 1 value, phone no, to number, msisdn, teléfono, número de teléfono, telefone, telefon, telefono,"
    "telefonnummer, telefoon, telefoonnummer, téléphone, numéro de téléphone, rufnummer, 電話番号, 電話",
    "work phone, work phone number, business phone, office phone, phone 2 value",
    "home phone, home phone number",
    "other phone, alt phone, alternate phone, additional phone, additional phones, phone 2, phone 3",
    "corporate phone, company phone, company hq phone, hq phone",
)
"""Headers of phone columns, in the order in which a person's numbers are called."""

VAGUE_PHONES = "number, numero, número, to, direct, rufnr"
"""Headers that mean a phone number only where no other header does: an account number has ten digits too."""

FIELDS = {
    "phone_prefix": "phone code, dial code, calling code, country calling code",
    "extension": "ext, extension, phone ext, phone extension",
    "full_name": "full name, name, contact name, lead name, customer name, person name, nombre completo",
    "first_name": "first name, first, given name, fname, forename, nombre, vorname, prénom, nome, voornaam",
    "last_name": "last name, last, surname, family name, lname, apellido, apellidos, nachname, nom, sobrenome, cognome",
    "email": "email, email address, mail, work email, primary email, correo electrónico, adresse e-mail",
    "company": "company, company name, organization, organisation, account name, business name, employer, empresa,"
    "firma, entreprise, société, azienda, bedrijf",
    "timezone": "timezone, time zone, tz, iana timezone, hs timezone, zeitzone, fuso horário, zona horaria,"
    "fuseau horaire",
    "postal_code": "zip, zip code, postal code, post code, postal zip code, zip postal code, plz, cep, mailing zip,"
    "code postal, código postal",
    "state": "state, state region, state province, province, region, us state, state code, mailing state, bundesland",
    "city": "city, town, ciudad, ort, stadt, ville, cidade, città, plaats",
    "country": "country, country region, country code, country name, nation, país, land, pays, paese",
    "language": "language, preferred language, locale, lang, idioma, sprache, langue",
    "do_not_call": "do not call, do not call flag, do not contact, dnc, dnc flag, dnd, opt out, opted out,"
    "has opted out of call, unsubscribed, call opt out, suppress, no llamar, nicht anrufen",
    "consent": "consent, opt in, consent date, tcpa consent, opted in at",
    "external_id": "id, lead id, contact id, record id, zoominfo contact id, vendor lead code, external id,"
    "reference id, salesforce uuid, account number",
    "call_at": "call at, callback, callback time, dial time, preferred time, best time to call",
    "notes": "notes, note, comments, description, remarks, notas, notizen",
}
"""Our fields and the headers that mean them."""

OWNERS = "lead, contact, person, customer, client, invitee, user, primary, prospect"
"""First words that say whose the column is and change nothing of its meaning."""

PHONE_WORDS = "phone, mobile, cell, cellphone, telephone, tel, telefon, telefono, telefone, handy, celular, movil"
NEVER_PHONE = (
    "fax, type, status, confidence, source, ext, extension, code, country, opt, in, out, do, not, call, dnc, provider,"
    "carrier, plan, model, verified, valid, date, time, emergency, spouse, assistant, manager, referrer"
)
"""Words that make of a header with a phone word something else, or somebody else's number."""


@lru_cache(maxsize=4096)
def slug(header: str) -> str:
    """The header as a field name: ``"Prénom (client)"`` → ``"prenom_client"``; letters of any script stay."""
    bare = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", header))
    return re.sub(r"[\W_]+", "_", unicodedata.normalize("NFC", bare).casefold()).strip("_")


def key(header: str) -> str:
    """What spellings of one header share: ``"First Name"`` and ``"firstName"`` → ``"firstname"``."""
    return slug(header).replace("_", "")


def _keys(synonyms: str) -> list[str]:
    return [key(synonym) for synonym in synonyms.split(",")]


_RANKS = {word: rank for rank, synonyms in enumerate(PHONES) for word in _keys(synonyms)}
_VAGUE, _OWNERS = frozenset(_keys(VAGUE_PHONES)), frozenset(_keys(OWNERS))
_PHONE_WORDS, _NEVER_PHONE = frozenset(_keys(PHONE_WORDS)), frozenset(_keys(NEVER_PHONE))
_FIELD_OF = {word: field for field, synonyms in FIELDS.items() for word in _keys(synonyms)}


def phone_rank(header: str) -> int | None:
    """Where the numbers below this header stand in the calling order, 0 first; None: the header names no phone."""
    return next((_RANKS[word] for word in _spellings(header) if word in _RANKS), None)


def is_vague_phone(header: str) -> bool:
    """Whether the header may mean a phone number, if the cells say so too: ``Number``, ``Best phone to reach you``."""
    words = set(slug(header).split("_"))
    return key(header) in _VAGUE or bool(words & _PHONE_WORDS and not words & _NEVER_PHONE)


def field_of(header: str) -> str | None:
    """Our field for this header; None: a custom field, or a phone number."""
    return next((_FIELD_OF[word] for word in _spellings(header) if word in _FIELD_OF), None)


def _spellings(header: str) -> list[str]:
    owner, _, rest = slug(header).partition("_")
    return [key(header), key(rest)] if owner in _OWNERS and rest else [key(header)]
