"""営業引継ぎ・案件化, both patterns, in the words of the standard flow; the handover and taking a conversion back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook


@pytest.fixture(scope="module", params=[True, False], ids=["javascript", "plain"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module")
def lead_ids(running: Running, tmp_path_factory: pytest.TempPathFactory, javascript: bool) -> list[str]:
    """Nine leads of isamu's, in the history of two campaigns."""
    folder = tmp_path_factory.mktemp("handover")
    maki, name = running.by("maki"), "引継ぎ" if javascript else "引継ぎ静"
    people = [
        Someone(
            "引田",
            f"{n}@handover{n}{'a' if javascript else 'b'}.example",
            f"株式会社{name}{n}",
            f"06-5{int(javascript)}00-000{n}",
        )
        for n in range(9)
    ]
    for title in ("製造DX展", "導入セミナー"):
        draft = {"name": f"{name} {title}", "category": "seminar", "status": "running"}
        campaign = maki.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
        maki.bring_in(list_workbook(folder / f"{title}.xlsx", people), "participants", campaign)
    found = maki.get("/leads", campaign_id=campaign, sort="number")["items"]
    ids = [str(lead["id"]) for lead in found]
    maki.post("/leads/assignments", {"lead_ids": ids, "owner_id": running.people["isamu"]["id"]})
    return ids


def test_inside_sales_converts_and_the_salesperson_takes_over(
    running: Running, desk: Callable[..., Desk], javascript: bool, lead_ids: list[str]
) -> None:
    """パターン①「インサイドセールス担当者が案件化する」, then 差戻し, 依頼 to somebody else, 受領."""
    isamu, lead_id = desk("isamu", javascript=javascript), lead_ids[0]
    mails = len(running.mailbox.to(running.people["eiji"]["email"]))
    convert(isamu, lead_id, "江口 英二（営業部）")
    until(lambda: running.by("isamu").get(f"/leads/{lead_id}")["stage"]["label"] == "案件化", what="the stage")
    until(lambda: len(running.mailbox.to(running.people["eiji"]["email"])) == mails + 1, what="eiji's mail")
    assert running.by("isamu").get("/opportunities", lead_id=lead_id)["total"] == 1, "a double click makes one"
    read_what_came_of_it(isamu, lead_id)

    eiji = desk("eiji", javascript=javascript)
    eiji.page.locator("#portlet").get_by_role("link", name=re.compile("主担当になりました")).first.click()
    expect(eiji.page.locator("main")).to_contain_text("石田 勇 さんから 江口 英二 さんへの引継ぎ依頼")
    eiji.look("opportunity-handover")
    eiji.page.get_by_role("link", name="差戻し").click()
    eiji.form().get_by_label("差戻しの理由").fill("関西の担当に依頼してください")
    eiji.look("handover-return")
    eiji.form().get_by_role("button", name="差戻し").click()
    expect(eiji.message()).to_have_text(re.compile("引継ぎを差し戻しました"))

    title = re.compile("引継ぎが差し戻されました")
    until(lambda: title.search(str(running.by("isamu").get("/notifications")["items"][0])), what="isamu's notice")
    isamu.page.goto("/")
    isamu.page.locator("#portlet").get_by_role("link", name=title).first.click()
    expect(isamu.page.locator("main")).to_contain_text("関西の担当に依頼してください")
    isamu.page.get_by_role("link", name="ほかの人に依頼").click()
    isamu.form().get_by_label("引き継ぐ営業担当").select_option(label="林 凛（営業部）")
    isamu.look("handover-request")
    isamu.form().get_by_role("button", name="依頼").click()
    expect(isamu.message()).to_have_text(re.compile("林 凛 さんに引継ぎを依頼しました"))

    rin = desk("rin", javascript=javascript)
    rin.page.goto(isamu.page.url)
    rin.page.get_by_role("button", name="受領").click()
    expect(rin.message()).to_have_text(re.compile("引継ぎを受領しました"))
    expect(rin.page.get_by_label("活動と変更履歴")).to_be_visible()
    rin.page.get_by_role("link", name="変更履歴").click()
    expect(rin.page.locator("#history")).to_contain_text("差戻し済み")


def test_the_salesperson_converts(
    running: Running, desk: Callable[..., Desk], javascript: bool, lead_ids: list[str]
) -> None:
    """パターン②「営業担当者が案件化する」: 編集 to 営業引継ぎ, the salesperson goes on; nobody has to take over."""
    isamu, lead_id = desk("isamu", javascript=javascript), lead_ids[1]
    isamu.page.goto(f"/leads/{lead_id}")
    isamu.page.get_by_role("link", name="編集").click()
    isamu.form().get_by_label("リード担当者").select_option(label="江口 英二（営業部）")
    isamu.form().get_by_label("リードステージ").select_option(label="営業引継ぎ")
    isamu.form().get_by_role("button", name="更新").click()
    expect(isamu.message()).to_have_text(re.compile("リードを更新しました"))

    eiji = desk("eiji", javascript=javascript)
    eiji.go("リード")
    eiji.page.get_by_label("自担当", exact=True).check()
    eiji.page.get_by_role("button", name="検索").click()
    eiji.page.locator(f'tbody a[href^="/leads/{lead_id}"]').first.click()
    expect(eiji.page.locator(".path [aria-current]")).to_have_text("営業引継ぎ")
    convert(eiji, lead_id, None)
    made = running.by("eiji").get(f"/leads/{lead_id}/conversion")
    assert running.by("eiji").get(f"/opportunities/{made['opportunity_id']}")["handover"] == ""


def test_a_conversion_is_taken_back(
    running: Running, desk: Callable[..., Desk], javascript: bool, lead_ids: list[str]
) -> None:
    isamu, lead_id = desk("isamu", javascript=javascript), lead_ids[2]
    system = running.by("isamu")
    before = system.get(f"/leads/{lead_id}")["stage"]["label"]
    convert(isamu, lead_id, "林 凛（営業部）")
    until(lambda: system.get(f"/leads/{lead_id}")["stage"]["label"] == "案件化", what="the stage")
    isamu.page.goto(f"/opportunities/{system.get(f'/leads/{lead_id}/conversion')['opportunity_id']}")
    isamu.page.get_by_role("link", name="案件化を取り消す").click()
    isamu.form().get_by_label("取消の理由").fill("別の会社だった")
    isamu.look("cancellation")
    isamu.form().get_by_role("button", name="案件化を取り消す").click()
    expect(isamu.message().first).to_have_text(re.compile("案件化を取り消しました"))
    expect(isamu.page.locator("#messages")).to_contain_text("登録した取引先は残り")
    until(lambda: system.get(f"/leads/{lead_id}")["stage"]["label"] == before, what="the stage before")


def test_what_is_not_chosen_is_said(
    running: Running, desk: Callable[..., Desk], javascript: bool, lead_ids: list[str]
) -> None:
    """The fields of a new opportunity are folded away: what is wrong with them would stand there unseen."""
    isamu = desk("isamu", javascript=javascript)
    isamu.page.goto(f"/leads/{lead_ids[3]}")
    isamu.page.wait_for_load_state()
    isamu.page.get_by_role("link", name="案件作成").click()
    form = isamu.form()
    form.get_by_label("既存の案件から選ぶ").check()
    form.get_by_role("button", name="確定").click()
    expect(form.get_by_text("案件を選んでください。")).to_be_visible()
    assert running.by("isamu").ask("GET", f"/leads/{lead_ids[3]}/conversion").status == 404


def test_a_lead_that_is_converted_already_says_so_at_once(
    running: Running, desk: Callable[..., Desk], javascript: bool, lead_ids: list[str]
) -> None:
    """By its address, and in a tab that was open before: what it became, by whom, and the way there."""
    isamu, lead_id = desk("isamu", javascript=javascript), lead_ids[7]
    isamu.page.goto(f"/leads/{lead_id}")
    isamu.page.wait_for_load_state()
    isamu.page.get_by_role("link", name="案件作成").click()
    isamu.form().get_by_label("案件主担当").select_option(label="林 凛（営業部）")
    mana = running.by("mana")
    campaign_id = mana.get(f"/leads/{lead_id}")["members"][0]["campaign_id"]
    wanted = {"name": "先に案件化した案件", "main_owner_id": running.people["rin"]["id"]}
    account = {"name": f"先んじ商事{lead_id}"}
    mana.post(f"/leads/{lead_id}/conversion", {"campaign_id": campaign_id, "account": account, "opportunity": wanted})
    isamu.form().get_by_role("button", name="確定").click()
    told = isamu.form().filter(has_text="このリードはすでに案件化されています")
    expect(told).to_contain_text("真鍋 愛")
    expect(told.get_by_role("button", name="確定")).to_have_count(0)

    isamu.page.goto(f"/leads/{lead_id}/conversion")
    expect(isamu.page.get_by_text("このリードはすでに案件化されています")).to_be_visible()
    isamu.look("conversion-done-already")
    isamu.page.get_by_role("link", name="案件を開く").click()
    expect(isamu.page.get_by_role("heading", level=2, name="先に案件化した案件")).to_be_visible()


def test_every_mistake_is_told_at_once_and_the_duplicate_with_them(
    running: Running, desk: Callable[..., Desk], javascript: bool, lead_ids: list[str]
) -> None:
    name = f"重なる商事{'動' if javascript else '静'}"
    known = running.by("eiji").post("/accounts", {"name": f"株式会社{name}"})
    isamu = desk("isamu", javascript=javascript)
    isamu.page.goto(f"/leads/{lead_ids[6]}")
    isamu.page.wait_for_load_state()
    isamu.page.get_by_role("link", name="案件作成").click()
    form = isamu.form()
    form.get_by_role("group", name="取引先の選択").get_by_label("新規作成").check()
    form.get_by_label("取引先名", exact=False).fill(name)
    form.get_by_label("法人番号").fill("7000012050003")
    form.get_by_label("案件名").fill("")
    form.get_by_label("見込金額（円）").fill("百万")
    form.get_by_role("button", name="確定").click()
    form = isamu.form()
    expect(form.get_by_role("alert").filter(has_text="同じ会社かもしれない")).to_contain_text(f"株式会社{name}")
    for field in ("account.corporate_number", "opportunity.name", "opportunity.main_owner_id", "opportunity.amount"):
        expect(form.locator(f'[id="{field}-error"]')).to_be_visible()
    isamu.look("conversion-mistakes")
    form.get_by_role("button", name="この取引先を使う").click()
    form = isamu.form()
    expect(form.get_by_label("既存の取引先から選ぶ")).to_be_checked()
    expect(form.locator("#accounts").get_by_role("radio")).to_be_checked()
    expect(form.locator("#accounts")).to_contain_text(f"株式会社{name}")
    expect(form.get_by_label("見込金額（円）")).to_have_value("百万")
    form.get_by_label("案件名").fill("重なる案件")
    form.get_by_label("見込金額（円）").fill("1,000,000")
    form.get_by_label("案件主担当").select_option(label="林 凛（営業部）")
    form.get_by_role("button", name="確定").click()
    expect(isamu.message()).to_have_text(re.compile("リードを案件化しました"))
    (made,) = running.by("isamu").get("/opportunities", lead_id=lead_ids[6])["items"]
    assert (made["account_id"], made["account_name"]) == (known["id"], f"株式会社{name}")


def test_two_clicks_one_after_the_other_say_the_same(
    running: Running, desk: Callable[..., Desk], javascript: bool, lead_ids: list[str]
) -> None:
    """The second finds the account that the first has just made: no question of a duplicate, no refusal."""
    isamu, lead_id = desk("isamu", javascript=javascript), lead_ids[8]
    with isamu.page.expect_request(lambda request: request.method == "POST") as sent:
        convert(isamu, lead_id, "江口 英二（営業部）")
    assert "リードを案件化しました" in isamu.send_again(sent.value)
    assert running.by("isamu").get("/opportunities", lead_id=lead_id)["total"] == 1


def test_the_page_waits_for_the_stage(
    running: Running, desk: Callable[..., Desk], javascript: bool, lead_ids: list[str]
) -> None:
    """The lead hears of its conversion a moment later; until then nobody is offered a second one."""
    isamu, lead_id = desk("isamu", javascript=javascript), lead_ids[4]
    running.house.kill("lead-worker")
    try:
        convert(isamu, lead_id, "江口 英二（営業部）")
        expect(isamu.page.get_by_text("リードステージに反映しています")).to_be_visible()
        expect(isamu.page.get_by_role("link", name="案件作成")).to_have_count(0)
    finally:
        running.house.restart("lead-worker")
    if not javascript:
        until(lambda: running.by("isamu").get(f"/leads/{lead_id}")["stage"]["label"] == "案件化", what="the stage")
        isamu.page.reload()
    expect(isamu.page.locator(".path [aria-current]")).to_have_text("案件化", timeout=20_000)
    expect(isamu.page.get_by_text("リードステージに反映しています")).to_have_count(0)


def test_the_account_of_the_lead_is_filled_in(
    running: Running, desk: Callable[..., Desk], javascript: bool, lead_ids: list[str]
) -> None:
    """取引先情報: リードが取引先に紐づいている場合は初期表示する; 通知しない tells nobody."""
    lead_id, system = lead_ids[5], running.by("isamu")
    name = f"紐づき商事 {'動' if javascript else '静'}"
    account = running.by("eiji").post("/accounts", {"name": name, "register_anyway": True})
    version = system.get(f"/leads/{lead_id}")["version"]
    linked = system.ask("PATCH", f"/leads/{lead_id}", {"version": version, "account_id": account["id"]})
    assert linked.status == 200, linked.content
    told = running.by("rin").get("/notifications")["total"]
    isamu = desk("isamu", javascript=javascript)
    isamu.page.goto(f"/leads/{lead_id}")
    isamu.page.get_by_role("link", name="案件作成").click()
    form = isamu.form()
    expect(form.get_by_role("group", name="取引先の選択").get_by_label(name)).to_be_checked()
    form.get_by_label("案件主担当").select_option(label="林 凛（営業部）")
    form.get_by_label("通知しない").check()
    isamu.look("conversion-of-a-known-account")
    form.get_by_role("button", name="確定").click()
    expect(isamu.message()).to_have_text(re.compile("リードを案件化しました"))
    (made,) = system.get("/opportunities", lead_id=lead_id)["items"]
    assert made["account_id"] == account["id"]
    until(lambda: system.get(f"/leads/{lead_id}")["stage"]["label"] == "案件化", what="the stage")
    assert running.by("rin").get("/notifications")["total"] == told


def read_what_came_of_it(desk: Desk, lead_id: str) -> None:
    """リード詳細: 案件化状況, and 関連情報 with numbers that open what they count."""
    page = desk.page
    page.goto(f"/leads/{lead_id}")
    page.get_by_role("link", name="変更履歴").click()
    expect(page.locator("#history")).to_contain_text("案件化")
    for name, count in (("案件", 1), ("取引先", 1), ("キャンペーン", 2)):
        line = page.locator("section", has_text="関連情報").locator("dl > div", has_text=name)
        expect(line.get_by_role("link", name=f"{count}件")).to_be_visible()
    page.locator("section", has_text="関連情報").locator("dl > div", has_text="案件").get_by_role("link").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.go_back()
    page.locator("section", has_text="案件化状況").get_by_role("link", name=re.compile("新規案件")).click()
    expect(page.get_by_role("heading", level=2, name=re.compile("新規案件"))).to_be_visible()


def convert(desk: Desk, lead_id: str, main_owner: str | None) -> None:
    """リード案件作成: キャンペーン基本情報, 取引先情報, 案件情報, 通知, 確定; a double click makes one."""
    page = desk.page
    page.goto(f"/leads/{lead_id}")
    page.get_by_role("link", name="案件作成").click()
    form = desk.form()
    form.get_by_role("group", name="キャンペーン基本情報").get_by_role("radio").first.check()
    form.get_by_role("group", name="取引先の選択").get_by_label("新規作成").check()
    form.get_by_role("group", name="案件の選択").get_by_label("新規作成").check()
    if main_owner:
        form.get_by_label("案件主担当").select_option(label=main_owner)
    form.get_by_label("見込金額（円）").fill("１，２００，０００")
    form.get_by_label("引継ぎメモ").fill("来期予算で検討。決裁者は工場長。")
    form.get_by_label("通知する").check()
    desk.look("conversion-new")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    form.get_by_role("button", name="確定").dblclick()
    expect(desk.message()).to_have_text(re.compile("リードを案件化しました"))
    if desk.javascript:
        assert len(sent) == 1, "the page itself sends a form once"
