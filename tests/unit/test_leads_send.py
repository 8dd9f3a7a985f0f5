import pytest

from campaigns.leads.headings.headers import slug
from campaigns.leads.send import body_fields
from campaigns.spec import Send

ROW = {"First Name": "Ann", "Full Name": "Ann Lee", "E-Mail": "a@example.com", "ZIP": "02134", "What's your plan?": ""}


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("First Name", "first_name"),
        ("  Prénom (client) ", "prenom_client"),
        ("# Staff", "staff"),
        ("電話", "電話"),
    ],
)
def test_slug(header: str, name: str) -> None:
    assert slug(header) == name


@pytest.mark.parametrize("unknown", [None, ()])
def test_every_column_goes_where_the_agent_is_not_known(unknown: tuple[str, ...] | None) -> None:
    assert body_fields(ROW, unknown, {}) == {
        "first_name": "Ann",
        "full_name": "Ann Lee",
        "e_mail": "a@example.com",
        "zip": "02134",
        "what_s_your_plan": "",
    }


def test_only_what_the_agent_knows_under_its_own_names() -> None:
    agent = ["firstname", "name", "email", "Postal Code", "budget"]
    assert body_fields(ROW, agent, {}) == {
        "firstname": "Ann",
        "name": "Ann Lee",
        "email": "a@example.com",
        "Postal Code": "02134",
    }
    assert body_fields({"Kunde": "Ann"}, ["name"], {}, {"Kunde": "full_name"}) == {"name": "Ann"}


def test_send_renames_adds_omits_and_fills_in() -> None:
    send = {
        "customer": Send(column="full name"),
        "source": Send(value="fair"),
        "what_s_your_plan": Send(default="Basic"),
        "zip": False,
    }
    assert body_fields(ROW, None, send) == {  # type: ignore[arg-type]
        "first_name": "Ann",
        "customer": "Ann Lee",
        "e_mail": "a@example.com",
        "source": "fair",
        "what_s_your_plan": "Basic",
    }
    assert body_fields(ROW, ["email"], {"email": False, "extra": Send(value="1")}) == {"extra": "1"}


def test_a_field_is_filled_by_meaning_only_where_every_header_of_it_means_the_same() -> None:
    row = {"Lead ID": "00Q5", "Opt in": "yes", "Country Code": "1", "Company City": "Reno", "Mailing City": "Boston"}
    assert body_fields(row, ["account_number", "consent_date", "country", "record_id"], {}) == {}
    assert body_fields(row, ["city", "lead_id"], {}) == {"city": "Boston", "lead_id": "00Q5"}


def test_the_plainest_of_several_columns_fills_a_field() -> None:
    row = {"Billing Email": "b@example.com", "User Email": "host@example.com", "Invitee Email": "a@example.com"}
    assert body_fields(row, ["mail"], {}) == {"mail": "b@example.com"}
    assert body_fields({"Work Email": "w@example.com", "E-Mail Address": "e@example.com", "Mail": "m@example.com"},
                       ["email"], {}) == {"email": "m@example.com"}  # fmt: skip
    assert body_fields({"User Email": "host@example.com", "Invitee Email": "a@example.com"}, ["email"], {}) == {
        "email": "a@example.com"
    }


def test_names_of_fields_mean_what_their_neighbours_leave_over() -> None:
    row = {"First Name": "Ann", "Last Name": "Lee", "Full Name": "Ann Lee"}
    assert body_fields(row, ["nombre", "apellidos"], {}) == {"nombre": "Ann", "apellidos": "Lee"}
    assert body_fields(row, ["nombre", "ciudad"], {}) == {"nombre": "Ann Lee"}


def test_a_column_that_the_campaign_file_made_custom_fills_nothing_but_its_own() -> None:
    assert body_fields({"Town": "Reno"}, ["city", "town"], {}, {"Town": "custom"}) == {"town": "Reno"}
