"""The days on which an office in Japan works: no Saturday, no Sunday, and no holiday of the law.

The law (国民の祝日に関する法律) as it stands since 2022; the equinoxes as they are computed for 1980 to 2099.
"""

from datetime import date, timedelta
from functools import lru_cache

FIXED = ((1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (11, 3), (11, 23))
MONDAYS = ((1, 2), (7, 3), (9, 3), (10, 2))  # month, and which Monday of it
ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def working_day_from(day: date) -> date:
    """This day, or the next one on which somebody works."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


@lru_cache
def holidays(year: int) -> frozenset[date]:
    """祝日, the day between two of them, and what makes up for one on a Sunday."""
    named = {date(year, month, day) for month, day in FIXED}
    named |= {_monday(year, month, which) for month, which in MONDAYS}
    named |= {_equinox(year, 3, 20.8431), _equinox(year, 9, 23.2488)}
    found = set(named)
    for day in named:
        if day.weekday() == SUNDAY:
            while day in named:
                day += ONE_DAY
            found.add(day)
        elif day + 2 * ONE_DAY in named and day + ONE_DAY not in named and (day + ONE_DAY).weekday() != SUNDAY:
            found.add(day + ONE_DAY)
    return frozenset(found)


def _monday(year: int, month: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 7 * (which - 1))


def _equinox(year: int, month: int, began: float) -> date:
    since = year - 1980
    return date(year, month, int(began + 0.242194 * since) - since // 4)
