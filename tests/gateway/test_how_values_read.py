"""How values read on a page."""

import random

import phonenumbers
import pytest

from gateway.pages.display import phone

WRITTEN = {
    "0312345678": "03-1234-5678",
    "0612345678 内線205": "06-1234-5678 内線205",
    "09012345678": "090-1234-5678",
    "0120123456": "0120-123-456",
    "0475801069": "0475-80-1069",
    "0495071599 内線1": "0495-07-1599 内線1",
    "0426437602": "042-643-7602",
    "+16505550123": "+16505550123",
    "0000000000": "0000000000",
    "0123": "0123",
    "不明": "不明",
    "": "",
}


@pytest.mark.parametrize("kept", WRITTEN)
def test_a_phone_number_is_cut_where_its_area_is(kept: str) -> None:
    assert phone(kept) == WRITTEN[kept]


def test_its_first_seven_digits_say_where() -> None:
    draw = random.Random(7)
    for _ in range(500):
        number = f"0{draw.randrange(1, 10)}{draw.randrange(10**8):08}"
        try:
            shown = phonenumbers.format_number(
                phonenumbers.parse(number, "JP"), phonenumbers.PhoneNumberFormat.NATIONAL
            )
        except phonenumbers.NumberParseException:
            shown = number
        assert phone(number) == (shown if shown.replace("-", "") == number else number)
