import pytest

from campaigns.leads.lead import Phone
from campaigns.leads.phones import Refusal, read_phones
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
    assert numbers("+44 (0)20 7946 0958", None) == ["+442079460958"]


@pytest.mark.parametrize("text", ["3.05782E+09", "1.20E+10", "3,05782E+09", "1.2025550e10"])
def test_what_excel_shortened_is_never_filled_up_with_zeros(text: str) -> None:
    answer = refusal(text)
    assert answer.reason is Reason.SHORTENED_NUMBER
    assert "Text" in answer.suggestion


@pytest.mark.parametrize("text", ["", "  ", "-", "N/A", "\u200b", "none"])
def test_blank(text: str) -> None:
    assert refusal(text).reason is Reason.NO_NUMBER


@pytest.mark.parametrize("text", ["555-0142", "(999) 555-0123", "202555012345678", "ask reception", "0", "+999123"])
def test_no_such_number(text: str) -> None:
    answer = refusal(text)
    assert answer.reason is Reason.BAD_NUMBER
    assert text in answer.detail


def test_without_plus_and_country_nothing_is_guessed() -> None:
    assert refusal("2025550123", None).reason is Reason.AMBIGUOUS_COUNTRY
    assert "--country" in refusal("2025550123", None).suggestion
    assert numbers("+12025550123", None) == ["+12025550123"]


def test_a_number_that_lacks_only_its_plus_gets_a_suggestion() -> None:
    assert "+44 20 7946 0958" in refusal("442079460958", "US").suggestion


@pytest.mark.parametrize("between", [";", ", ", " / ", "|", "\n", " or "])
def test_several_numbers_in_a_cell_keep_their_order(between: str) -> None:
    assert numbers(f"415-555-2671{between}212-736-5000 x12") == ["+14155552671", "+12127365000"]


def test_a_slash_inside_a_number_does_not_split_it() -> None:
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
