"""What a page needs beside itself: little, compressed, kept by the browser, and nothing from elsewhere."""

import gzip
import re

from tests.cast import MAKI
from tests.gateway.conftest import browser
from tests.parts import Part

MOST = 100 * 1024  # bytes, all scripts and styles of a page as they travel


def assets(page: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/static/[^"]+)"', page)


def test_all_that_a_page_needs_is_small(gateway: Part) -> None:
    client = browser(gateway, MAKI)
    found = assets(client.get("/administration").text)
    assert any("htmx" in path for path in found) and any("tokens.css" in path for path in found)
    travelled = {path: len(client.get(path, headers={"Accept-Encoding": "gzip"}).data) for path in found}
    assert sum(travelled.values()) <= MOST, travelled


def test_a_script_is_the_same_compressed_and_plain(gateway: Part) -> None:
    client = browser(gateway, None)
    path = next(path for path in assets(client.get("/sign-in").text) if "pages.js" in path)
    plain = client.get(path)
    zipped = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip" and int(zipped.headers["Content-Length"]) == len(zipped.data)
    assert gzip.decompress(zipped.data) == plain.data
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in zipped.headers["Vary"]
    assert plain.headers["ETag"] != zipped.headers["ETag"]


def test_a_browser_that_has_the_file_is_not_sent_it_again(gateway: Part) -> None:
    client = browser(gateway, None)
    path = next(path for path in assets(client.get("/sign-in").text) if "tokens.css" in path)
    had = client.get(path, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": had})
    assert again.status_code == 304 and not again.data


def test_pages_are_not_compressed_here(gateway: Part) -> None:
    answer = browser(gateway, MAKI).get("/administration", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200 and "Content-Encoding" not in answer.headers
