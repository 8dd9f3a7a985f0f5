import pytest

from campaigns.leads.lead import Phone, Refusal
from campaigns.leads.numbers.phones import read_phones, with_prefix
from campaigns.vocabulary import PhoneType, Reason

AMERICAN = (PhoneType.LANDLINE, PhoneType.MOBILE, PhoneType.FIXED_VOIP, PhoneType.NON_FIXED_VOIP)


def numbers(text: str, country: str | None = "US") -> list[str]:
    answer = read_phones(text, country)
    assert not isinstance(answer, Refusal), answer
    return [phone.e164 for phone in answer]


def refusal(text: str, country: str | None = "US") -> Refusal:
    answer = read_phones(text, country)
    assert isinstance(answer, Refusal), answer
    return answer


def only(text: str) -> Phone:
    (phone,) = answer if not isinstance(answer := read_phones(text, None), Refusal) else ()
    return phone


@pytest.mark.parametrize(
    "text",
    [
        "+12025550123",
        "(202) 555-0123",
        "202.555.0123",
        "1 202 555 0123",
        "0012025550123",
        "'+1 202 555 0123",
        "tel:+1-202-555-0123",
        "p:+12025550123",
        "p:+12025550123.0",
        "+1 (0) 202 555 0123",
        "202-555-0123 (cell)",
        "Mobile 202-555-0123, after 5 pm",
        "202-555-0123;ext=45",
        "202-555-0123 #45",
        "202\u00a0555\u00a00123",
        "\u200e+1 202\u2011555\u20110123\u202c",
        "２０２５５５０１２３",
        "12025550123.0",
        "1.2025550123E+10",
        "202-555-0123 x45",
        "202-555-0123 ext. 45",
        '="2025550123"',
    ],
)
def test_every_way_of_writing_one_number(text: str) -> None:
    assert numbers(text) == ["+12025550123"]


def test_a_float_is_made_digits_before_it_is_parsed() -> None:
    # parsed as it stands the library gives +49301234560, another person's valid number
    assert numbers("4930123456.0", "DE") == numbers("4930123456", "DE") != ["+49301234560"]


def test_leading_double_zero_is_an_international_prefix_everywhere() -> None:
    assert numbers("00442079460958", "US") == ["+442079460958"]
    assert numbers("00442079460958", None) == ["+442079460958"]
    assert numbers("00 44 20 7946 0958", "US") == ["+442079460958"]
    assert numbers("0011 44 20 7946 0958", "AU") == ["+442079460958"]  # Australia's own
    assert numbers("0065 6123 4567", "SG") == ["+6561234567"]  # where 006 would be a carrier's, and +5 Chile
    assert numbers("011 44 20 7946 0958", "US") == ["+442079460958"]


def test_a_trunk_zero_in_brackets_is_left_out_where_it_must_be() -> None:
    assert numbers("+44 (0)20 7946 0958", None) == ["+442079460958"]
    assert numbers("+39 (0)6 6981 2345", None) == ["+390669812345"]
    assert numbers("+39 (0) 333 123 4567", None) == ["+393331234567"]


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("2079460958", "GB", "+442079460958"),
        ("612345678.0", "FR", "+33612345678"),
        ("669812345", "IT", "+390669812345"),
        ("6301234567", "HU", "+36301234567"),
        ("700000000", "CI", "+2250700000000"),
    ],
)
def test_a_leading_zero_that_excel_dropped_is_put_back(text: str, country: str, expected: str) -> None:
    assert numbers(text, country) == [expected]


def test_words_are_letters_of_a_number_only_where_numbers_are_spelled() -> None:
    assert numbers("1-800-FLOWERS") == ["+18003569377"]
    assert numbers("0800 REVERSE", "GB") == ["+448007383773"]
    # the library alone takes "privat" for digits: +49 30 123456774828, another person's valid number
    assert numbers("030 123456 privat", "DE") == ["+4930123456"]


@pytest.mark.parametrize("text", ["3.05782E+09", "1.20E+10", "3,05782E+09", "1.2025550e10"])
def test_what_excel_shortened_is_never_filled_up_with_zeros(text: str) -> None:
    answer = refusal(text)
    assert answer.reason is Reason.SHORTENED_NUMBER
    assert "Text" in answer.suggestion
    assert "Did you mean" not in answer.suggestion


@pytest.mark.parametrize("text", ["", "  ", "-", "N/A", "\u200b", "none"])
def test_blank(text: str) -> None:
    assert refusal(text).reason is Reason.NO_NUMBER


@pytest.mark.parametrize("text", ["555-0142", "(999) 555-0123", "202555012345678", "ask reception", "0", "+999123"])
def test_no_such_number(text: str) -> None:
    answer = refusal(text)
    assert answer.reason is Reason.BAD_NUMBER
    assert text in answer.detail


def test_without_plus_and_country_nothing_is_guessed() -> None:
    answer = refusal("2125550123", None)
    assert answer.reason is Reason.AMBIGUOUS_COUNTRY
    assert answer.detail == '"2125550123" has no country code and fits US, NZ, DE, IN, BR and 10 more.'
    assert answer.suggestion.startswith("Say where the numbers are from, for example --country US")
    assert numbers("+12025550123", None) == ["+12025550123"]


def test_a_number_of_no_country_is_not_called_ambiguous() -> None:
    assert refusal("99999999999999", None).reason is Reason.BAD_NUMBER


@pytest.mark.parametrize(
    ("text", "country", "meant"),
    [
        ("442079460958", "US", "+44 20 7946 0958"),
        ("4930123456", None, "+49 30 123456"),
        ("13057820000", None, "+1 305 782 0000"),
        ("+2025550123", "US", "+1 202 555 0123"),
        ("+02079460958", "GB", "+44 20 7946 0958"),
        ("+0044 20 7946 0958", "US", "+44 20 7946 0958"),
        ("011442079460958", "GB", "+44 20 7946 0958"),
        ("+39 6 6981 2345", None, "+39 06 6981 2345"),
    ],
)
def test_what_was_probably_meant_is_suggested_and_not_called(text: str, country: str | None, meant: str) -> None:
    assert refusal(text, country).suggestion.startswith(f"Did you mean {meant}?")


@pytest.mark.parametrize("text", ["20255501234", "202555012", "2025550123 4", "202-555-0123 4 cell"])
def test_a_digit_too_many_or_too_few_is_not_guessed_at(text: str) -> None:
    answer = refusal(text)
    assert (answer.reason, answer.suggestion) == (Reason.BAD_NUMBER, "")


def test_a_refusal_quotes_no_whole_novel() -> None:
    assert len(refusal("call me at " + "maybe " * 50_000).detail) < 100


@pytest.mark.parametrize("between", [";", ", ", " / ", "|", "\n", " or "])
def test_several_numbers_in_a_cell_keep_their_order(between: str) -> None:
    assert numbers(f"415-555-2671{between}212-736-5000 x12") == ["+14155552671", "+12127365000"]


@pytest.mark.parametrize(
    "text",
    [
        "415-555-2671 212-736-5000",
        "Home: 415-555-2671 Cell: 212-736-5000",
        "+1 415 555 2671 +1 212 736 5000",
        "415-555-2671 (home) & 212-736-5000 (work)",
    ],
)
def test_several_numbers_with_words_or_nothing_between(text: str) -> None:
    assert numbers(text) == ["+14155552671", "+12127365000"]


def test_a_further_number_without_its_area_code_is_not_another_persons() -> None:
    assert numbers("030 1234567 / 7654321", "DE") == ["+49301234567"]  # +49 7654 321 is valid, too


@pytest.mark.parametrize(
    "text",
    ["Tel 415-555-2671 / Fax 415-555-2672", "Tel 415-555-2671 Fax 415-555-2672", "415-555-2671, 415-555-2672 (fax)"],
)
def test_nobody_calls_a_fax(text: str) -> None:
    assert numbers(text) == ["+14155552671"]


def test_a_cell_with_a_fax_only() -> None:
    assert "fax" in refusal("Fax: 415-555-2671").detail
    assert numbers("Tel/Fax: 415-555-2671") == ["+14155552671"]


def test_a_spreadsheets_error_is_named() -> None:
    answer = refusal("#N/A")
    assert (answer.reason, "#N/A" in answer.detail) == (Reason.NO_NUMBER, True)


def test_a_slash_inside_a_number_does_not_split_it() -> None:
    assert numbers("030/901821 / 0151/23456780", "DE") == ["+4930901821", "+4915123456780"]
    assert numbers("030/1234567", "DE") == ["+49301234567"]


def test_of_several_numbers_the_valid_ones_are_kept_once() -> None:
    assert numbers("555-0142 1; 202-555-0123; +1 202 555 0123") == ["+12025550123"]


@pytest.mark.parametrize(
    ("text", "region", "types"),
    [
        ("+12025550123", "US", AMERICAN),
        ("+18005550199", "US", (PhoneType.TOLL_FREE,)),
        ("+15005550123", "US", (PhoneType.PERSONAL,)),
        ("+442079460958", "GB", (PhoneType.LANDLINE,)),
        ("+447400123456", "GB", (PhoneType.MOBILE,)),
        ("+33970123456", "FR", (PhoneType.FIXED_VOIP, PhoneType.NON_FIXED_VOIP)),
        ("+80012345678", "001", (PhoneType.TOLL_FREE,)),
    ],
)
def test_region_and_candidate_types(text: str, region: str, types: tuple[PhoneType, ...]) -> None:
    phone = only(text)

    assert (phone.region, phone.types) == (region, types)


@pytest.mark.parametrize(
    ("cell", "prefix", "expected"),
    [
        ("2025550123", "1", ["+12025550123"]),
        ("2025550123.0", "1.0", ["+12025550123"]),
        ("12025550123", "1", ["+12025550123"]),
        ("02079460958", "44", ["+442079460958"]),
        ("020 7946 0958", "+44", ["+442079460958"]),
        ("442079460958", "0044", ["+442079460958"]),
        ("4930123456", "49", ["+4930123456"]),
        ("+442079460958", "1", ["+442079460958"]),
        ("00442079460958", "1", ["+442079460958"]),
        ("020 7946 0958 / 07400 123456", "44", ["+442079460958", "+447400123456"]),
        ("Tel. 030 1234567", "49", ["+49301234567"]),
        ("3456789", "1-242", ["+12423456789"]),
        ("2423456789", "1-242", ["+12423456789"]),
        ("1.2025550123E+10", "1", ["+12025550123"]),
    ],
)
def test_a_dial_code_of_another_column(cell: str, prefix: str, expected: list[str]) -> None:
    assert numbers(with_prefix(cell, prefix), None) == expected


@pytest.mark.parametrize("prefix", ["", "  ", "US", "0", "n/a", "123456"])
def test_what_is_no_dial_code_changes_nothing(prefix: str) -> None:
    assert with_prefix("2025550123", prefix) == "2025550123"


@pytest.mark.parametrize("cell", ["", "n/a", "3.05782E+09"])
def test_what_is_no_number_gets_no_dial_code(cell: str) -> None:
    assert with_prefix(cell, "1") == cell
