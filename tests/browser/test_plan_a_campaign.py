"""企画の立案 as the standard flow tells it: a campaign in four blocks, its files, and what comes of it; also plain."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook

PDF = b"%PDF-1.7\n" + b"0" * 2000
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(300)


@pytest.fixture(params=[True, False], ids=["javascript", "plain"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, Path]:
    """Files as they lie on somebody's desk."""
    given = {"企画書.pdf": PDF, "会場図.png": PICTURE, "請求.pdf": b"MZ" + bytes(300), "控え.pdf": PDF}
    for name, content in given.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in given}


def draft(name: str, **more: Any) -> dict[str, Any]:
    """A campaign as another system would register it."""
    dates = {"start_date": "2026-11-01", "end_date": "2026-11-30"}
    return {"name": name, "category": "seminar", "status": "running", **dates, **more}


def fill_in(page: Page, name: str) -> None:
    page.get_by_label("キャンペーン名").fill(name)
    page.get_by_label("分類").select_option(label="自社イベント")
    page.get_by_label("開始日").fill("2026-12-01")
    page.get_by_label("終了日").fill("2026-12-02")
    page.get_by_label("開催形式").select_option(label="ハイブリッド")
    page.get_by_label("会場").fill("大阪産業ホール")
    page.get_by_label("招待数（件）").fill("４００")
    page.get_by_label("アポ（件）").fill("20")
    costs = page.get_by_role("group", name="費用 1")
    costs.get_by_label("予算（円）").fill("300,000")


def test_a_campaign_is_planned(
    running: Running, desk: Callable[..., Desk], javascript: bool, papers: dict[str, Path]
) -> None:
    name = f"企画の立案 {'動く' if javascript else '静か'}"
    maki = desk("maki", javascript=javascript)
    page = maki.page
    maki.go("キャンペーン")
    page.get_by_role("link", name="新規登録").first.click()
    for block in ("キャンペーン情報", "キャンペーン目標", "キャンペーン関係者", "添付ファイル"):
        expect(page.get_by_role("heading", name=block)).to_be_visible()
    fill_in(page, name)
    for row in ("関係者 2", "関係者 3"):
        page.get_by_role("button", name="関係者を追加").click()
        expect(page.get_by_role("group", name=row)).to_be_visible()
    page.get_by_role("button", name="関係者 1 を削除").click()
    expect(page.get_by_role("group", name="関係者 3")).to_have_count(0)
    own, organiser = page.get_by_role("group", name="関係者 1"), page.get_by_role("group", name="関係者 2")
    own.get_by_label("自社の担当者").select_option(label="石田 勇（インサイドセールス部）")
    organiser.get_by_label("区分").select_option(label="運営会社")
    organiser.get_by_label("会社名").fill("臨海イベント")
    organiser.get_by_label("メールアドレス").fill("住所ではない")
    page.get_by_label("ファイルをここにドロップ").set_input_files([papers["企画書.pdf"], papers["請求.pdf"]])
    page.get_by_role("button", name="登録", exact=True).click()
    expect(organiser.get_by_label("メールアドレス")).to_have_attribute("aria-invalid", "true")
    maki.look("campaign-stakeholder-refused")
    organiser.get_by_label("メールアドレス").fill("info@rinkai.example.jp")
    if not javascript:  # a browser forgets chosen files with the page
        page.get_by_label("ファイルをここにドロップ").set_input_files([papers["企画書.pdf"], papers["請求.pdf"]])
    page.get_by_role("button", name="登録", exact=True).click()
    expect(maki.message().first).to_have_text(re.compile("キャンペーンを登録しました"))
    expect(maki.message().filter(has_text="請求.pdf")).to_contain_text("この形式のファイルは添付できません")
    expect(page.get_by_text("石田 勇")).to_be_visible()
    expect(page.get_by_text("臨海イベント")).to_be_visible()
    attach_more(maki, papers)
    maki.look("campaign-planned")


def attach_more(maki: Desk, papers: dict[str, Path]) -> None:
    """On the campaign's page: one more, one again, one taken away and back, one downloaded."""
    card, chooser = maki.page.locator("#attachments"), maki.page.get_by_label("ファイルをここにドロップ")
    expect(card.locator(".file-name")).to_have_text(["企画書.pdf"])
    chooser.set_input_files([papers["会場図.png"], papers["控え.pdf"]])
    if not maki.javascript:
        card.get_by_role("button", name="添付").click()
    expect(card.locator(".file-name")).to_have_text(["会場図.png", "企画書.pdf"])
    expect((card if maki.javascript else maki.page).get_by_text("がすでに添付されています")).to_be_visible()
    card.get_by_role("button", name="会場図.pngを削除").click()
    expect(card.locator(".file-name")).to_have_text(["企画書.pdf"])
    card.get_by_role("button", name="元に戻す").click()
    expect(card.locator(".file-name")).to_have_text(["会場図.png", "企画書.pdf"])
    with maki.page.expect_download() as downloading:
        card.get_by_role("link", name="企画書.pdf").click()
    assert downloading.value.suggested_filename == "企画書.pdf"
    assert downloading.value.path().read_bytes() == PDF


def test_rows_are_added_faster_than_the_network(desk: Callable[..., Desk], papers: dict[str, Path]) -> None:
    page = desk("maki").page
    page.goto("/campaigns/new")
    page.wait_for_load_state()
    page.get_by_label("ファイルをここにドロップ").set_input_files(papers["企画書.pdf"])
    held: list[Route] = []
    hold = [True]
    page.route("**/campaigns/new", lambda route: held.append(route) if hold else route.continue_())
    for button in ("関係者を追加", "費用を追加", "関係者を追加"):
        page.get_by_role("button", name=button).click()
    page.get_by_label("目的").fill("待つ間に書いた目的")
    hold.clear()
    for route in held:
        route.continue_()
    expect(page.get_by_role("group", name="費用 2")).to_be_visible()
    expect(page.get_by_role("group", name="関係者 3")).to_be_visible()
    expect(page.get_by_label("目的")).to_have_value("待つ間に書いた目的")
    chosen = page.get_by_label("ファイルをここにドロップ")
    assert chosen.evaluate("(field) => [...field.files].map((file) => file.name)") == ["企画書.pdf"]
    expect(page.locator("#files-chosen li")).to_have_text(["企画書.pdf 2 KB"])
    chosen.set_input_files([papers["企画書.pdf"], papers["会場図.png"]])
    expect(page.locator("#files-chosen li")).to_have_text(["企画書.pdf 2 KB", "会場図.png 1 KB"])


def test_every_number_opens_what_it_counts(running: Running, desk: Callable[..., Desk], tmp_path: Path) -> None:
    maki, people = running.by("maki"), running.people
    campaign = maki.post("/campaigns", draft("数える展示会", goals={"invited": 4, "appointments": 2}))
    path = f"/campaigns/{campaign['id']}"
    invited = [Someone("招待", f"counted{n}@example.jp", f"株式会社勘定{n}") for n in range(4)]
    came = invited[:2] + [Someone("当日", f"walked{n}@example.jp", f"株式会社当日{n}") for n in range(5)]
    maki.bring_in(list_workbook(tmp_path / "招待.xlsx", invited), "invited", campaign["id"])
    maki.bring_in(list_workbook(tmp_path / "参加.xlsx", came), "participants", campaign["id"])
    leads = maki.get("/leads", campaign_id=campaign["id"], sort="number", page_size=50)["items"]
    for lead, result in zip(leads, ("connected", "appointment", "appointment", "no_answer"), strict=False):
        action = {"type": "call_out", "campaign_id": campaign["id"], "result": result}
        running.by("isamu").post(f"/leads/{lead['id']}/actions", action)
    opportunity = {"name": "数える案件", "main_owner_id": people["eiji"]["id"], "amount": 800_000}
    conversion = {"campaign_id": campaign["id"], "account": {"name": "株式会社勘定1"}, "opportunity": opportunity}
    running.by("isamu").post(f"/leads/{leads[1]['id']}/conversion", conversion | {"notify": False})
    expected = {"招待": 4, "反応": 7, "接触": 3, "アポ": 2, "引継ぎ": 1, "案件化": 1, "受注": 0}
    counted = ("invited", "responded", "contacted", "appointments", "handed_over", "converted", "won")
    until(lambda: [maki.get(path)["results"][name] for name in counted] == [*expected.values()], what="the counts")

    mana = desk("mana")
    page = mana.page
    page.goto(path)
    mana.look("campaign-funnel")
    expect(page.locator(".funnel svg")).to_have_attribute("aria-label", re.compile("反応 7、接触 3（反応比 42.9%）"))
    expect(page.get_by_role("link", name="反応のうち招待外 5件")).to_be_visible()
    links = page.locator(".funnel .figure, .goal .figure a, .card > header > a.push")
    numbers = links.filter(has_text=re.compile(r"\d")).all()
    shown = [(link.inner_text(), link.get_attribute("href") or "") for link in numbers]
    assert len(shown) == 7 + 8 + 1
    for text, address in shown:
        if text.startswith("¥"):
            continue
        page.goto(address)
        expect(page.locator("tbody tr")).to_have_count(int(re.sub(r"\D", "", text)))


def test_two_people_change_a_campaign(running: Running, desk: Callable[..., Desk]) -> None:
    other, maki = running.by("mana"), desk("maki")
    campaign = other.post("/campaigns", draft("二人の企画", stakeholders=[{"kind": "speaker", "name": "田所 一郎"}]))
    path = f"/campaigns/{campaign['id']}"

    def meanwhile(**changed: Any) -> None:
        version = other.get(path)["version"]
        assert other.ask("PATCH", path, {"version": version, **changed}).status == 200

    maki.page.goto(f"{path}/edit")
    maki.page.get_by_label("会場").fill("東京")
    meanwhile(objective="別の人の目的")
    maki.page.get_by_role("button", name="更新", exact=True).click()
    expect(maki.message()).to_have_text(re.compile("キャンペーンを更新しました"))
    assert (other.get(path)["venue"], other.get(path)["objective"]) == ("東京", "別の人の目的")

    maki.page.goto(f"{path}/edit")
    maki.page.get_by_label("会場").fill("大阪")
    maki.page.get_by_role("group", name="関係者 1").get_by_label("氏名").fill("田所 二郎")
    meanwhile(venue="名古屋", target="製造業", stakeholders=[{"kind": "speaker", "name": "田所 三郎"}])
    maki.page.get_by_role("button", name="更新", exact=True).click()
    told = maki.page.locator(".versus")
    for word in ("大阪", "名古屋", "講師 田所 二郎", "講師 田所 三郎"):
        expect(told).to_contain_text(word)
    expect(told).not_to_contain_text("製造業")
    maki.look("campaign-conflict")
    told.get_by_label("会場 相手の値 名古屋").check()
    maki.page.get_by_role("button", name="更新", exact=True).click()
    expect(maki.message()).to_have_text(re.compile("キャンペーンを更新しました"))
    saved = other.get(path)
    assert (saved["venue"], saved["target"], saved["stakeholders"][0]["name"]) == ("名古屋", "製造業", "田所 二郎")


def test_a_campaign_is_found_copied_and_called_off(running: Running, desk: Callable[..., Desk]) -> None:
    costs = [{"kind": "venue", "budget": 100, "actual": 90}]
    parent = running.by("maki").post("/campaigns", draft("親の企画", venue="札幌ドーム", budget_lines=costs))
    running.by("maki").post("/campaigns", draft("子の企画", parent_id=parent["id"]))
    maki = desk("maki")
    page = maki.page
    maki.go("キャンペーン")
    page.get_by_label("キーワード").fill("札幌どーむ")
    page.get_by_label("分類").select_option(label="セミナー")
    page.get_by_label("主担当").select_option(label="牧野 真紀（マーケティング部）")
    page.get_by_label("期間の初日").fill("2026-11-15")
    expect(page.locator("tbody tr")).to_have_count(1)
    maki.look("campaigns-found")
    page.get_by_role("link", name="親の企画").click()
    expect(page.get_by_role("heading", name="下位のキャンペーン")).to_be_visible()
    maki.look("campaign-parent")

    page.get_by_role("link", name="コピーして新規登録").click()
    expect(page.get_by_label("キャンペーン名")).to_have_value("親の企画 のコピー")
    expect(page.get_by_label("会場", exact=True)).to_have_value("札幌ドーム")
    for blank in ("コード", "開始日", "実績（円）"):
        expect(page.get_by_label(blank)).to_have_value("")
    page.get_by_label("開始日").fill("2027-01-10")
    page.get_by_label("終了日").fill("2027-01-11")
    page.get_by_role("button", name="登録", exact=True).click()
    expect(page.locator("h2 .badge")).to_have_text("企画中")

    page.get_by_role("link", name="中止").click()
    maki.form().get_by_role("button", name="中止にする").click()
    expect(page.locator("h2 .badge")).to_have_text("中止")
    expect(page.get_by_role("link", name="リスト登録")).to_have_count(0)
