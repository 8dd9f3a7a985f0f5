"""What kind of telephone a number is, as far as the number alone tells.

The ids are CallFluent's (seed 000, Constants §3): 1 landline, 2 mobile, 3 fixedVoip, 4 nonFixedVoip, 5 personal,
6 tollFree, 7 premium, 8 sharedCost, 9 uan, 10 voicemail, 11 pager, 12 unknown, 13 none.
"""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberType

_IDS: dict[int, frozenset[int]] = {
    PhoneNumberType.FIXED_LINE: frozenset({1}),
    PhoneNumberType.MOBILE: frozenset({2}),
    PhoneNumberType.FIXED_LINE_OR_MOBILE: frozenset({1, 2}),
    PhoneNumberType.VOIP: frozenset({3, 4}),
    PhoneNumberType.PERSONAL_NUMBER: frozenset({5}),
    PhoneNumberType.TOLL_FREE: frozenset({6}),
    PhoneNumberType.PREMIUM_RATE: frozenset({7}),
    PhoneNumberType.SHARED_COST: frozenset({8}),
    PhoneNumberType.UAN: frozenset({9}),
    PhoneNumberType.VOICEMAIL: frozenset({10}),
    PhoneNumberType.PAGER: frozenset({11}),
}


def blocked(number: str, blocked_phone_types: object) -> bool:
    """Whether an agent with that ``blocked_phone_types`` ("1,2,3") surely blocks ``number`` (E.164).

    Surely: every type the number could be is blocked. A number of which nothing is known is not blocked.
    """
    ids = {int(digits) for digits in re.findall(r"[0-9]+", str(blocked_phone_types or ""))}
    if not ids:
        return False
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
    return kind in _IDS and _IDS[kind] <= ids
