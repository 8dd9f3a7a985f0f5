"""What the ``phonenumbers`` library says of one written number.

Phone types: calling rules §4. The library's own reading is the measure of every other one here.
"""

from __future__ import annotations

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
    re_util,
)

from campaigns.leads.lead import Phone
from campaigns.leads.places.zones import zones_of_number
from campaigns.vocabulary import PhoneType

re_util.enable_pattern_cache()

TYPES: dict[int, tuple[PhoneType, ...]] = {
    PhoneNumberType.FIXED_LINE: (PhoneType.LANDLINE,),
    PhoneNumberType.MOBILE: (PhoneType.MOBILE,),
    PhoneNumberType.FIXED_LINE_OR_MOBILE: (
        PhoneType.LANDLINE,
        PhoneType.MOBILE,
        PhoneType.FIXED_VOIP,
        PhoneType.NON_FIXED_VOIP,
    ),
    PhoneNumberType.VOIP: (PhoneType.FIXED_VOIP, PhoneType.NON_FIXED_VOIP),
    PhoneNumberType.PERSONAL_NUMBER: (PhoneType.PERSONAL,),
    PhoneNumberType.TOLL_FREE: (PhoneType.TOLL_FREE,),
    PhoneNumberType.PREMIUM_RATE: (PhoneType.PREMIUM,),
    PhoneNumberType.SHARED_COST: (PhoneType.SHARED_COST,),
    PhoneNumberType.UAN: (PhoneType.UAN,),
    PhoneNumberType.VOICEMAIL: (PhoneType.VOICEMAIL,),
    PhoneNumberType.PAGER: (PhoneType.PAGER,),
}
"""What a number of the library's type may be on the platform."""


KINDS = (
    *("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail"),
    *("fixed_line", "mobile"),
)
"""The parts of a numbering plan that hold numbers of one kind."""


def plan_of(region: str) -> PhoneMetadata:
    """The numbering plan of a region that the library supports."""
    plan = PhoneMetadata.metadata_for_region(region)
    assert plan is not None, region
    return plan


def parsed(number: str, country: str | None) -> PhoneNumber | None:
    """The number as the library understands it, valid or not; None where it is no number at all."""
    try:
        return phonenumbers.parse(number, country)
    except NumberParseException:
        return None


def phone_of(number: PhoneNumber | None) -> Phone | None:
    """The phone that a number is; None where no such number exists."""
    if number is None:
        return None
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:
        return None
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        region=phonenumbers.region_code_for_number(number) or "001",
        types=TYPES.get(kind, (PhoneType.UNKNOWN,)),
        zones=zones_of_number(number, kind),
    )


def read(number: str, country: str | None) -> Phone | None:
    """The phone that a written number is; ``country`` (ISO code) is for numbers without a ``+``."""
    return phone_of(parsed(number, country))


def fault(number: str, country: str | None) -> str:
    """What is wrong with a written number that is no phone, as the end of a sentence."""
    found = parsed(number, country)
    if found is None:
        return "is not a phone number."
    region = phonenumbers.region_code_for_country_code(found.country_code or 0)
    possible = phonenumbers.is_possible_number_with_reason(found)
    if possible in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        return f"has too few digits for a number in {region}."
    if possible == ValidationResult.TOO_LONG:
        return f"has too many digits for a number in {region}."
    return f"does not exist in the numbering plan of {region}."
