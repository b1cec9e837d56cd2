"""The pages in English: what they say by themselves is English all through; data stays as people wrote it."""

import re
from collections.abc import Callable

from tests.browser.desk import Desk
from tests.browser.pages import PAGES
from tests.cast import EVERYBODY

# What names things on a page: headings, labels, columns, buttons, menus, hints. Names of people and companies are data.
OWN_WORDS = """
() => [...document.querySelectorAll(
    "h2, label, legend, th[scope=col], button, nav .item, .hint, dt, [role=tab], .empty p, summary, option[value='']"
  )]
  .filter((place) => !place.closest("[lang=ja], [data-people]"))
  .flatMap((place) => [place.innerText, place.title, place.getAttribute("aria-label"), place.placeholder])
  .filter((text) => text)
"""

JAPANESE = re.compile("[ぁ-ヿ一-鿿]")
DATA = re.compile("株式会社見本\\d*|見本の案件|秋のセミナー|招待|山田|日本語")


def own_words(desk: Desk) -> list[str]:
    """What is Japanese on the page though nobody typed it in."""
    people = "|".join(
        re.escape(word) for each in EVERYBODY for word in (each.name, each.name[0], each.department) if word
    )
    said = (re.sub(people, "", DATA.sub("", text)) for text in desk.page.evaluate(OWN_WORDS))
    return sorted({" ".join(text.split()) for text in said if JAPANESE.search(text)})


def test_every_page_speaks_english(desk: Callable[..., Desk], places: dict[str, str]) -> None:
    admin = desk("admin")
    admin.name = "english"
    admin.page.goto("/?lang=en")
    left: dict[str, list[str]] = {}
    for name, path in PAGES.items():
        admin.page.goto(path.format(**places))
        admin.shoot(name)
        if found := own_words(admin):
            left[name] = found
    assert left == {}


def test_the_bars_over_lists_take_two_rows_as_in_japanese(desk: Callable[..., Desk], places: dict[str, str]) -> None:
    admin = desk("admin")
    for language in ("ja", "en"):
        admin.page.goto(f"/?lang={language}")
        for path in ("/leads", "/opportunities", "/opportunities?view=board", "/persons", "/accounts", "/campaigns"):
            admin.page.goto(path)
            bar = admin.page.locator(".toolbar").bounding_box()
            assert bar and bar["height"] < 100, (language, path, bar)
            width = admin.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert width <= 0, (language, path, width)


# What is cut off, or stands in the place of the next cell, in the table of a list's rows.
TOO_WIDE = """
() => [...document.querySelectorAll(".table.outcomes tr > *")]
  .filter((cell) => cell.scrollWidth > cell.clientWidth || [...cell.children].some((part) =>
    cell.nextElementSibling?.offsetTop === cell.offsetTop && part.getBoundingClientRect().right > cell.getBoundingClientRect().right))
  .map((cell) => cell.innerText)
"""  # noqa: E501


def test_the_rows_of_a_list_have_room_on_a_phone(desk: Callable[..., Desk], places: dict[str, str]) -> None:
    admin = desk("admin", phone=True)
    for language in ("ja", "en"):
        for state in ("planned_id", "clash_id", "undone_id", "list_id"):
            admin.page.goto(f"/lists/{places[state]}?lang={language}")
            admin.page.evaluate(  # as far down as rows of a sheet go
                "() => document.querySelector('.table.outcomes td.number').textContent = '1048576'"
            )
            assert admin.page.evaluate(TOO_WIDE) == [], (language, state)
