"""Columns of ours, beside a list's own."""

from __future__ import annotations

from campaigns.leads.ours import OF_CHECK, OF_CHECK_BEFORE, OF_REPORT, added_from, own_names

THEIRS = ("Name", "Phone", "State")


def test_a_name_the_list_has_gets_a_prefix() -> None:
    assert own_names(("zone", "state"), THEIRS) == ("zone", "dialer_state")
    assert own_names(("state",), ("state", "Dialer_State")) == ("dialer_dialer_state",)


def test_our_columns_are_known_again_also_after_a_second_round() -> None:
    for names in (OF_REPORT, OF_CHECK, OF_CHECK_BEFORE):
        once = THEIRS + own_names(names, THEIRS)
        assert added_from(once) == len(THEIRS)
        assert added_from(once + own_names(OF_REPORT, once)) == len(THEIRS)


def test_what_webhooks_told_of_calls_is_known_again_too() -> None:
    told = ("x_transcript", "x_pets")
    once = (*THEIRS, *own_names((*OF_REPORT, *told), THEIRS))
    assert added_from(once) == len(THEIRS)
    assert added_from((*once, *own_names((*OF_REPORT, *told), once))) == len(THEIRS)
    assert added_from((*THEIRS, *told)) == len(THEIRS) + 2


def test_a_users_columns_of_such_names_are_the_users() -> None:
    assert added_from(THEIRS) == 3
    assert added_from(("phone_e164", "country", "zone", "state")) == 4
    assert added_from((*OF_CHECK, "Notes")) == len(OF_CHECK) + 1
