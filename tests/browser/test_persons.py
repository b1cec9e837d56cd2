"""パーソン in a browser: found, registered, changed by two people, consent noted, taken out and invited again."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_is_registered_once(running: Running, desk: Callable[..., Desk], javascript: bool) -> None:
    sara = desk("sara", javascript=javascript)
    family, address = ("千葉", "chiba@example.jp") if javascript else ("岐阜", "gifu@example.jp")
    sara.go("パーソン")
    sara.page.get_by_role("link", name="新規登録").first.click()
    form = sara.form()
    form.get_by_label("姓").fill("　")
    form.get_by_label("メールアドレス2").fill("chiba")
    form.get_by_role("button", name="登録", exact=True).click()
    for wrong in ("family_name", "email", "second_email"):
        expect(sara.form().locator(f"#{wrong}-error")).to_be_visible()
    sara.form().get_by_label("姓").fill(family)
    sara.form().get_by_label("メールアドレス2").fill("")
    sara.form().get_by_label("メールアドレス", exact=True).fill(address)
    sara.form().get_by_label("会社名").fill(f"{family}工業")
    sara.form().get_by_role("button", name="登録", exact=True).click()
    expect(sara.message()).to_have_text(re.compile("パーソンを登録しました"))
    expect(sara.page.get_by_role("heading", level=2, name=family)).to_be_visible()

    sara.go("パーソン")
    sara.page.get_by_role("link", name="新規登録").first.click()
    sara.form().get_by_label("姓").fill(family)
    sara.form().get_by_label("メールアドレス", exact=True).fill(address)
    sara.form().get_by_role("button", name="登録", exact=True).click()
    expect(sara.page.get_by_role("link", name="登録済みのリードを開く")).to_be_visible()
    sara.look("person-known")
    sara.form().get_by_label("別人として登録する").check()
    sara.form().get_by_role("button", name="登録", exact=True).click()
    expect(sara.message()).to_have_text(re.compile("パーソンを登録しました"))
    assert running.by("sara").get("/persons", q=address)["total"] == 2


def test_two_people_change_one_person_and_each_field_is_chosen(
    running: Running, desk: Callable[..., Desk], company: Company
) -> None:
    person_id, isamu, other = company.person_id, desk("isamu"), running.by("mana")
    isamu.page.goto(f"/persons/{person_id}")
    isamu.look("person-before")
    isamu.page.get_by_role("link", name="編集").click()
    form = isamu.form()
    form.get_by_label("役職").fill("部長")
    form.get_by_label("部署").fill("営業部")
    form.get_by_label("FAX").fill("03-9999-0000")

    version = other.get(f"/persons/{person_id}")["version"]
    changed = {"version": version, "title": "次長", "department": "総務部", "rank": "B"}
    assert other.ask("PATCH", f"/persons/{person_id}", changed).status == 200

    isamu.form().get_by_role("button", name="更新").click()
    told = isamu.page.locator(".versus")
    expect(told).to_contain_text("次長")
    expect(told).not_to_contain_text("03-9999-0000")
    told.get_by_label("部署 相手の値 総務部").check()
    isamu.look("person-conflict")
    isamu.form().get_by_role("button", name="更新").click()
    expect(isamu.message()).to_have_text(re.compile("パーソンを更新しました"))
    now = other.get(f"/persons/{person_id}")
    assert (now["title"], now["department"], now["fax"], now["rank"]) == ("部長", "総務部", "0399990000", "B")


def test_a_refusal_is_noted_with_its_evidence(running: Running, desk: Callable[..., Desk], company: Company) -> None:
    sara = desk("sara", phone=True)
    person_id = running.by("sara").get(f"/leads/{company.lead_ids[5]}")["person"]["id"]
    sara.page.goto(f"/persons/{person_id}")
    sara.page.get_by_role("link", name="編集").click()
    form = sara.form()
    mail = form.locator("[id='consent.mail']")
    mail.select_option(label="拒否")
    form.get_by_role("button", name="更新").click()
    expect(sara.form().locator("[id='consent_evidence.mail.how-error']")).to_be_visible()
    sara.form().locator("[id='consent_evidence.mail.on']").fill("2026-11-20")
    sara.form().locator("[id='consent_evidence.mail.how']").fill("配信停止フォーム")
    sara.form().get_by_role("button", name="更新").click()
    expect(sara.message()).to_have_text(re.compile("パーソンを更新しました"))
    expect(sara.page.get_by_text("配信停止フォーム").first).to_be_visible()
    expect(sara.page.locator(".head").get_by_text("メール禁止")).to_be_visible()
    sara.look("person-refused")


def test_persons_of_a_search_go_out_and_are_invited_as_they_are(
    running: Running, desk: Callable[..., Desk], company: Company, tmp_path: Path
) -> None:
    maki, api = desk("maki"), running.by("maki")
    maki.go("パーソン")
    maki.page.get_by_label("会社名").fill("見本2")
    maki.page.get_by_label("会社名").press("Enter")
    expect(maki.page.locator("tbody tr")).to_have_count(10)
    maki.look("persons-found")
    maki.page.get_by_role("columnheader", name="会社名").get_by_role("link").click()
    expect(maki.page.get_by_role("columnheader", name="会社名")).to_have_attribute("aria-sort", "ascending")
    maki.page.get_by_role("button", name="リスト出力").click()
    with maki.page.expect_download() as download:
        maki.form().get_by_role("link", name=re.compile("xlsx")).click()
    file = tmp_path / "招待.xlsx"
    download.value.save_as(file)
    assert download.value.suggested_filename.startswith("パーソン_")
    assert openpyxl.load_workbook(file)["リスト"].max_row == 11

    draft = {"name": "パーソンの再招待", "category": "seminar", "status": "running", "start_date": "2026-12-01"}
    draft["end_date"] = "2026-12-02"
    state = api.bring_in(file, "invited", api.post("/campaigns", draft)["id"])
    assert state["outcomes"]["history_only"] == 10 and state["outcomes"]["created"] == 0, state

    maki.page.goto("/lists/exports")
    expect(maki.page.locator("tbody tr").first).to_contain_text("会社名: 見本2")
    mana = desk("mana")
    mana.page.goto("/lists/exports")
    expect(mana.page.get_by_role("row").filter(has_text="牧野 真紀").first).to_contain_text("会社名: 見本2")
    mana.look("exports")


def test_long_names_do_not_push_the_owner_off_the_list(running: Running, desk: Callable[..., Desk]) -> None:
    name = "株式会社ながいながいなまえのかいしゃホールディングス西日本"
    person = {"family_name": "長宗我部", "given_name": "元親", "family_kana": "チョウソカベ", "given_kana": "モトチカ"}
    person |= {"company": name, "email": "chosokabe.motochika@long-name-of-a-company.example.jp"}
    person |= {"department": "西日本第二営業本部", "title": "代表取締役社長", "phone": "0120-000-000"}
    running.by("sara").post("/leads", {"person": person})
    sara = desk("sara")
    sara.page.goto("/persons?q=長宗我部")
    expect(sara.page.locator("tbody tr")).to_have_count(1)
    width, shown = sara.page.locator(".table-frame").evaluate("(frame) => [frame.scrollWidth, frame.clientWidth]")
    assert width <= shown
    sara.look("persons-long-names")
