"""Every word of the pages exists in English, and no page asks for more than the policy of contents allows."""

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from deploy.assets.__main__ import with_singulars

GATEWAY = Path(__file__).parents[2] / "gateway"
METHODS = [("pages/**.py", "python"), ("templates/**.html", "jinja2")]


def words() -> set[str]:
    """What the pages and templates put through gettext."""
    found = extract_from_dir(str(GATEWAY), METHODS, {}, directory_filter=lambda _: True)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def english() -> Catalog:
    with (GATEWAY / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="en")


def test_every_word_has_its_english() -> None:
    catalog, said = english(), words()
    told = {
        (message.id if isinstance(message.id, str) else message.id[0]): message for message in catalog if message.id
    }
    missing = sorted(word for word in said if word not in told or not told[word].string or told[word].fuzzy)
    assert not missing
    assert not [word for word in told if word not in said], "words that no page says any more"


def test_a_word_with_a_plural_is_found_without_it() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, with_singulars(english()))
    compiled.seek(0)
    told = Translations(compiled)
    assert (told.gettext("組織"), told.ngettext("組織", "組織", 1)) == ("Department", "Department")
    assert told.ngettext("組織", "組織", 2) == "Departments"


def test_a_translation_keeps_its_places() -> None:
    for message in english():
        said, told = (set(re.findall(r"%\(\w+\)s", str(text))) for text in (message.id, message.string))
        assert told <= said, message.id


def test_templates_hold_no_styles_scripts_or_handlers() -> None:
    for template in (GATEWAY / "templates").rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"\sstyle=|<style|<script(?![^>]*src=)|\son\w+=", text), template
