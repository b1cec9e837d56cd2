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
