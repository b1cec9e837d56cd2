"""Holidays as the government has named them (内閣府「国民の祝日について」)."""

from datetime import date

import pytest

from chassis.working_days import holidays, is_working_day, working_day_from

NAMED = {
    2024: "1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 10/14 11/3 11/4 11/23",
    2025: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 11/23 11/24",
    2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
    2027: "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23",
}


@pytest.mark.parametrize("year", NAMED)
def test_the_holidays_of_a_year(year: int) -> None:
    assert " ".join(f"{day.month}/{day.day}" for day in sorted(holidays(year))) == NAMED[year]


def test_the_next_day_on_which_somebody_works() -> None:
    assert not is_working_day(date(2026, 11, 22)) and not is_working_day(date(2026, 11, 23))
    assert working_day_from(date(2026, 11, 21)) == date(2026, 11, 24)
    assert working_day_from(date(2026, 5, 2)) == date(2026, 5, 7)
    assert working_day_from(date(2026, 11, 25)) == date(2026, 11, 25)
