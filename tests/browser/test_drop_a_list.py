"""A file on its way in: dropped on the list, shown with name and size, refused before it travels when it is no list."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.workbooks import Someone, list_workbook

Sit = Callable[..., Desk]

# `names`: of one file or of several; `place`: what they are dropped on; whether each event was caught, and veiled.
DROP = """([base64, names, place]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const carried = new DataTransfer();
    for (const name of [names].flat()) carried.items.add(new File([bytes], name));
    window.caught = [];
    for (const kind of ["dragover", "drop"]) {
        const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried });
        document.querySelector(place ?? "main").dispatchEvent(event);
        window.caught.push(event.defaultPrevented);
        window[kind] = document.querySelector("[data-veil]")?.hidden === false;
    }
}"""


def test_a_file_dropped_on_the_list_opens_the_registration(running: Running, desk: Sit, tmp_path: Path) -> None:
    draft: dict[str, Any] = {"name": "ファイルを落とす会", "category": "seminar", "status": "running"}
    campaign = running.by("maki").post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})
    maki = desk("maki")
    page = maki.page
    page.goto(f"/leads?campaign_id={campaign['id']}")
    file = list_workbook(tmp_path / "落とす.xlsx", [Someone("落下", "dropped@example.jp", "株式会社落下")])
    page.evaluate(DROP, [b64encode(file.read_bytes()).decode(), file.name])
    assert page.evaluate("[window.dragover, window.drop]") == [True, False]
    form = maki.form()
    expect(form.locator("[data-chosen]")).to_contain_text("落とす.xlsx")
    expect(form.locator("[data-chosen]")).to_contain_text("KB")
    expect(form.locator("#campaign_id")).to_be_focused()
    maki.look("list-dropped")
    form.get_by_role("button", name="ファイルを外す").click()
    expect(form.get_by_label("リストファイル")).to_be_visible()
    form.get_by_label("リストファイル").set_input_files(file)
    form.locator("#campaign_id").select_option(campaign["id"])
    form.get_by_label("招待リスト取込").check()
    form.get_by_role("button", name="決定").click()
    expect(page.get_by_text("完了日時")).to_be_visible(timeout=30_000)
    expect(page.locator(".tile", has_text="新規")).to_contain_text("1")


def test_a_photo_is_refused_before_it_travels_in_the_words_of_the_server(
    running: Running, desk: Sit, campaign: dict[str, Any], tmp_path: Path
) -> None:
    maki = desk("maki")
    photo = tmp_path / "写真.xlsx"
    for content in (b"\x89PNG\r\n\x1a\n" + bytes(100), b""):
        photo.write_bytes(content)
        answer = running.by("maki").upload(photo, "invited", campaign["id"])
        (told,) = answer.json["errors"]
        maki.page.goto("/lists/new")
        maki.page.get_by_label("リストファイル").set_input_files(photo)
        expect(maki.page.locator("#file-error")).to_have_text(told["message"])
        assert maki.page.get_by_label("リストファイル").input_value() == ""


def test_a_dropped_export_opens_the_update_and_on_a_list_with_open_rows_the_correction(
    running: Running, desk: Sit, tmp_path: Path, places: dict[str, str]
) -> None:
    maki = desk("maki")
    page = maki.page
    people = [Someone("落下", "not an address", "株式会社落下")]
    content = b64encode(list_workbook(tmp_path / "落とす.xlsx", people).read_bytes()).decode()
    for path, name, opened in (
        ("/leads", "リード_20261126-0904.xlsx", "リスト更新"),
        ("/lists", "リード_20261126-0904 (1).xlsx", "リスト更新"),
        ("/lists/exports", "リード_20261126-0904 (1).xlsx", "リスト更新"),
        (f"/lists/{places['list_id']}", "直した.xlsx", "直したファイルを取り込む"),
        (f"/lists/{places['undone_id']}", "落とす.xlsx", "リスト登録"),
    ):
        page.goto(path)
        page.wait_for_load_state()
        page.evaluate(DROP, [content, name])
        form = maki.form()
        expect(form.get_by_role("heading", name=opened)).to_be_visible()
        expect(form.locator("[data-chosen]")).to_contain_text(name)
