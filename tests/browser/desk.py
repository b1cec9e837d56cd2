"""A person at a desk: a browser of their own, signed in, that notices what pages must not do."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, Response, ViewportSize, expect

from tests.waiting import until

PASSWORD = "tsunagi-demo"
# A refused form is an answer, not a failure; the browser notes its status all the same.
ANSWERED = re.compile(r"status of 4\d\d")
# A page's scripts listen a moment after its links stand there; nobody clicks as fast as a test. Such a click waits.
PATIENCE = """
addEventListener("click", (event) => {
  if (document.readyState === "complete") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  addEventListener("load", () => setTimeout(() => event.target.click()), { once: true });
}, true);
"""
# What axe-core is asked: the dark repeats colours only, a phone all but colours.
AXE = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
    "phone": {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}},
}
LOOKS: dict[str, dict[str, bool]] = {"light": {}, "dark": {"dark": True}, "phone": {"phone": True}}
MOST_ASSETS = 100 * 1024  # bytes of scripts and styles of a page as they travel
SCREENSHOTS = os.environ.get("TSUNAGI_SCREENSHOTS")
DESKTOP, PHONE = ViewportSize(width=1440, height=860), ViewportSize(width=390, height=800)


class Desk:
    """`page` is where the person is; `complaints` are console errors, reports of the CSP and failures of the server.

    `sent_without_scripts` are the addresses that desks without JavaScript have posted forms to; `signed_in` the cookies
    by login.
    """

    sent_without_scripts: ClassVar[set[str]] = set()
    signed_in: ClassVar[dict[str, list[Any]]] = {}

    def __init__(
        self, browser: Browser, url: str, *, javascript: bool = True, dark: bool = False, phone: bool = False
    ) -> None:
        self.javascript = javascript
        self.complaints: list[str] = []
        self.context = browser.new_context(
            reduced_motion="reduce",
            java_script_enabled=javascript,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            base_url=url,
        )
        self.context.set_default_timeout(15_000)
        if javascript:
            self.context.add_init_script(PATIENCE)
        self.page: Page = self.context.new_page()
        self.turn(dark=dark, phone=phone)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._answered)
        if not javascript:
            self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not ANSWERED.search(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        if request.method == "POST":
            self.sent_without_scripts.add(urlsplit(request.url).path)

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} {response.url}")

    def sign_in(self, login: str) -> "Desk":
        """Whoever signed in in a test before is signed in still, unless that was ended."""
        self.context.add_cookies(self.signed_in.get(login, []))
        self.page.goto("/")
        if urlsplit(self.page.url).path == "/sign-in":
            self.page.get_by_label("ログイン ID").fill(login)
            self.page.get_by_label("パスワード").fill(PASSWORD)
            self.page.get_by_role("button", name="サインイン").click()
        expect(self.page.get_by_role("heading", name="ホーム")).to_be_visible()
        self.signed_in[login] = self.context.cookies()
        return self

    def go(self, menu: str) -> None:
        """By the menu on the left."""
        self.page.locator("#menu").get_by_role("link", name=menu, exact=True).click()
        expect(self.page.get_by_role("heading", level=1, name=menu)).to_be_visible()

    def until_offered(self, campaign: str) -> None:
        """The filter of リード may hear of a campaign some seconds late."""
        options = self.page.get_by_label("キャンペーン", exact=True).locator("option")
        self.until_reloaded(lambda: campaign in options.all_inner_texts(), campaign)

    def until_reloaded(self, seen: Callable[[], Any], what: str) -> None:
        """Loads the page anew until it is seen. A page that is just going to another one cannot be."""

        def there() -> Any:
            if not (found := seen()):
                try:
                    self.page.reload()
                except Error as error:
                    if "ERR_ABORTED" not in str(error):
                        raise
            return found

        until(there, what=what)

    def until_settled(self) -> None:
        """htmx listens to what it has put somewhere a moment after it has put it there."""
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)

    def form(self) -> Any:
        """The form that was opened: in the dialog, or without JavaScript as a page of its own."""
        place = self.page.locator("#dialog-body" if self.javascript else ".dialog-page")
        expect(place).to_be_visible()
        # htmx listens to what it has put there a moment after it has put it there; nobody types as fast as a test.
        expect(place).not_to_have_class(re.compile("htmx-(swapping|settling|request)"))
        expect(place.locator(".htmx-added")).to_have_count(0)
        return place

    def take_out(self, file: Path) -> Path:
        """画面右上の「リスト出力」, and the file that comes of it."""
        self.page.locator(".toolbar").get_by_role("button", name="リスト出力").click()
        place = self.form()
        link = place.get_by_role("link", name=re.compile(r"\.xlsx"))
        again = place.get_by_role("link", name="進み具合を確認")
        if not self.javascript:
            until(lambda: link.count() > 0 or again.click() is not None, what="the file")
        with self.page.expect_download() as download:
            link.click(timeout=30_000)
        download.value.save_as(file)
        self.look("list-export")
        place.get_by_role("link", name="閉じる").click()
        return file

    def send_again(self, request: Request) -> str:
        """The page that the same form brings when it is sent once more, as a second click does after the first."""
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(request.url))
        headers = {"Content-Type": request.headers["content-type"], "Origin": origin}
        answer = self.context.request.post(request.url, data=request.post_data_buffer, headers=headers)
        assert answer.ok, f"{answer.status} {answer.url}"
        return answer.text()

    def message(self) -> Any:
        return self.page.locator("#messages .notice")

    def shoot(self, what: str) -> None:
        """Takes a screenshot where TSUNAGI_SCREENSHOTS names a folder."""
        if SCREENSHOTS:
            Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SCREENSHOTS}/{what}-{self.name}.png", full_page=True)

    def turn(self, *, dark: bool = False, phone: bool = False) -> None:
        """The same page in the dark, or on a phone."""
        self.dark, self.phone = dark, phone
        plain = [] if self.javascript else ["plain"]
        self.name = "-".join(["phone" if phone else "desktop", "dark" if dark else "light", *plain])
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.set_viewport_size(PHONE if phone else DESKTOP)

    def look(self, what: str) -> None:
        """Takes a screenshot and asks what is wrong with the page as it is."""
        self.shoot(what)
        if self.javascript:
            found = self.faults()
            assert not found, f"{what} ({self.page.url}): {found}"

    def look_in_every_way(self, what: str) -> list[str]:
        """The same by light, in the dark and on a phone; what is wrong."""
        found = []
        for name, look in LOOKS.items():
            self.turn(**look)
            self.shoot(what)
            found += [f"{what}, {name}: {fault}" for fault in self.faults()]
        self.turn()
        return found

    def faults(self) -> list[str]:
        """What axe-core finds, and a page that is wider than the screen or needs too much beside itself."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        asked = AXE["dark" if self.dark else "phone" if self.phone else "light"]
        violations = self.page.evaluate("(options) => axe.run(options).then((found) => found.violations)", asked)
        found = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations]
        width, screen = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        if width > screen:
            found.append(f"{width} px wide on a screen of {screen}")
        assets = self.page.evaluate(
            """performance.getEntriesByType("resource").filter((one) => one.name.includes("/static/"))
               .reduce((sum, one) => sum + one.encodedBodySize, 0)"""
        )
        if not 0 < assets <= MOST_ASSETS:
            found.append(f"{assets} bytes of scripts and styles")
        return found
