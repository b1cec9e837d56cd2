"""A person at a desk: a browser of their own, signed in, that notices what pages must not do."""

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

PASSWORD = "tsunagi-demo"
# A refused form is an answer, not a failure; the browser and htmx report it all the same.
ANSWERED = re.compile(r"status of 4\d\d|Response Status Error Code 4\d\d")
# A page's scripts listen a moment after its links stand there; nobody clicks as fast as a test. Such a click waits.
PATIENCE = """
addEventListener("click", (event) => {
  if (document.readyState === "complete") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  addEventListener("load", () => setTimeout(() => event.target.click()), { once: true });
}, true);
"""
SCREENSHOTS = os.environ.get("TSUNAGI_SCREENSHOTS")
DESKTOP, PHONE = {"width": 1440, "height": 860}, {"width": 390, "height": 800}


class Desk:
    """`page` is where the person is; `complaints` are console errors, reports of the CSP and failures of the server."""

    def __init__(
        self, browser: Browser, url: str, *, javascript: bool = True, dark: bool = False, phone: bool = False
    ) -> None:
        self.javascript, self.dark, self.phone = javascript, dark, phone
        self.complaints: list[str] = []
        self.name = "-".join(
            ["phone" if phone else "desktop", "dark" if dark else "light", *([] if javascript else ["plain"])]
        )
        self.context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            base_url=url,
        )
        self.context.set_default_timeout(15_000)
        if javascript:
            self.context.add_init_script(PATIENCE)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not ANSWERED.search(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} {response.url}")

    def sign_in(self, login: str) -> "Desk":
        self.page.goto("/sign-in")
        self.page.get_by_label("ログイン ID").fill(login)
        self.page.get_by_label("パスワード").fill(PASSWORD)
        self.page.get_by_role("button", name="サインイン").click()
        expect(self.page.get_by_role("heading", name="ホーム")).to_be_visible()
        return self

    def go(self, menu: str) -> None:
        """By the menu on the left."""
        self.page.locator("#menu").get_by_role("link", name=menu, exact=True).click()
        expect(self.page.get_by_role("heading", level=1, name=menu)).to_be_visible()

    def form(self) -> Any:
        """The form that was opened: in the dialog, or without JavaScript as a page of its own."""
        place = self.page.locator("#dialog-body" if self.javascript else ".dialog-page")
        expect(place).to_be_visible()
        # htmx listens to what it has put there a moment after it has put it there; nobody types as fast as a test.
        expect(place).not_to_have_class(re.compile("htmx-(swapping|settling|request)"))
        expect(place.locator(".htmx-added")).to_have_count(0)
        return place

    def message(self) -> Any:
        return self.page.locator("#messages .notice")

    def shoot(self, what: str) -> None:
        """Takes a screenshot where TSUNAGI_SCREENSHOTS names a folder."""
        if SCREENSHOTS:
            Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SCREENSHOTS}/{what}-{self.name}.png")

    def look(self, what: str) -> None:
        """The same, and asks axe-core about the page: in the dark about colours only, on a phone about all the rest."""
        self.shoot(what)
        if self.javascript:
            options: dict[str, Any] = {"runOnly": ["color-contrast"]} if self.dark else {}
            if self.phone:
                options = {"rules": {"color-contrast": {"enabled": False}}}
            found = Axe().run(self.page, options=options).response["violations"]
            told = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
            assert not told, f"{what} ({self.page.url}): {told}"
