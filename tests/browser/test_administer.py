"""管理 in a browser: users come, change and leave; departments in order; absence; passwords; without scripts, too."""

import re
from collections.abc import Callable
from typing import Any

import psycopg
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until


def test_a_new_user_comes_in_by_a_first_password_and_replaces_it(running: Running, desk: Callable[..., Desk]) -> None:
    admin = desk("admin")
    admin.go("管理")
    admin.page.get_by_role("link", name="ユーザー登録").click()
    form = admin.form()
    form.get_by_label("姓").fill("新井")
    form.get_by_label("名", exact=True).fill("葵")
    form.get_by_label("ログイン ID").fill("ISAMU")
    form.get_by_label("メールアドレス").fill("aoi@tsunagi.example.jp")
    form.get_by_label("組織").select_option(label="インサイドセールス部")
    form.get_by_role("button", name="登録").click()
    expect(admin.form().locator("#roles-error")).to_be_visible()
    expect(admin.form().locator("#login-error")).to_be_visible()
    admin.form().get_by_label("インサイドセールス", exact=True).check()
    admin.form().get_by_label("ログイン ID").fill("aoi")
    admin.form().get_by_role("button", name="登録").click()
    admin.look("first-password")
    shown = admin.form().get_by_label("仮パスワード")
    assert shown.evaluate("(field) => field.scrollWidth <= field.clientWidth"), "it is seen whole"
    password = shown.input_value()
    admin.form().get_by_role("link", name="ユーザーの一覧へ").click()
    expect(admin.page.get_by_role("row", name=re.compile("新井 葵"))).to_be_visible()

    aoi = desk("rin", javascript=False)
    aoi.context.clear_cookies()
    aoi.page.goto("/sign-in")
    aoi.page.get_by_label("ログイン ID").fill("aoi")
    aoi.page.get_by_label("パスワード").fill(password)
    aoi.page.get_by_role("button", name="サインイン").click()
    aoi.page.goto("/leads")
    expect(aoi.page).to_have_url(re.compile("/settings/password"))
    for repeated in ("a-new-password?", "a-new-password!"):
        aoi.page.get_by_label("現在のパスワード").fill(password)
        aoi.page.locator("#password").fill("a-new-password!")
        aoi.page.get_by_label("新しいパスワード（確認）").fill(repeated)
        aoi.page.get_by_role("button", name="変更").click()
    expect(aoi.message()).to_have_text(re.compile("パスワードを変更しました"))
    expect(aoi.page.get_by_role("heading", name="ホーム")).to_be_visible()


def test_two_administrators_change_one_user(running: Running, desk: Callable[..., Desk]) -> None:
    admin, api = desk("admin"), running.by("admin")
    draft = {"login": "twice", "family_name": "二見", "email": "twice@ex.jp", "roles": ["sales"]}
    user = api.post("/users", draft)
    admin.page.goto("/administration?q=twice")
    admin.page.get_by_role("link", name="編集").click()
    admin.form().get_by_label("名", exact=True).fill("一")
    admin.form().get_by_label("マネージャー").check()
    changed = {"version": user["version"], "given_name": "二"}
    assert api.ask("PATCH", f"/users/{user['id']}", changed).status == 200
    admin.form().get_by_role("button", name="更新").click()
    expect(admin.page.locator(".versus")).to_contain_text("二")
    admin.look("user-conflict")
    admin.page.get_by_label("名 相手の値 二").check()
    admin.form().get_by_role("button", name="更新").click()
    expect(admin.message()).to_have_text(re.compile("ユーザーを更新しました"))
    (kept,) = api.get("/users", q="twice")["items"]
    assert (kept["given_name"], sorted(kept["roles"])) == ("二", ["manager", "sales"])

    admin.page.goto(f"/administration/users/{running.people['admin']['id']}/edit")
    admin.page.get_by_label("管理者", exact=True).uncheck()
    admin.page.get_by_label("営業", exact=True).check()
    admin.page.get_by_role("button", name="更新").click()
    expect(admin.form().get_by_text("自分自身の管理者権限")).to_be_visible()


def test_whoever_leaves_hands_the_leads_over(running: Running, desk: Callable[..., Desk]) -> None:
    admin, api = desk("admin"), running.by("admin")
    draft = {"login": "leaver", "family_name": "去川", "email": "leaver@ex.jp", "roles": ["inside_sales"]}
    user = api.post("/users", draft)
    person = {"family_name": "残間", "email": "zanma@example.jp"}

    def owned() -> bool:
        lead = {"person": person, "owner_id": user["id"], "register_anyway": True}
        return bool(running.by("maki").ask("POST", "/leads", lead).status == 201)

    until(owned, what="lead to hear of the new user")
    admin.page.goto("/administration?q=leaver")
    admin.page.get_by_role("link", name="無効にする").click()
    expect(admin.form().get_by_role("link", name="リードを引き継ぐ")).to_be_visible()
    admin.look("deactivation")
    admin.form().get_by_role("link", name="リードを引き継ぐ").click()
    expect(admin.page.locator("#dialog-body #bulk-change")).to_be_visible()
    admin.form().get_by_label("リード担当者").select_option(running.people["isamu"]["id"])
    expect(admin.page.locator("#dialog .tiles")).to_be_visible()
    admin.form().get_by_role("button", name="更新").click()
    until(lambda: running.by("maki").get("/leads", owner=user["id"])["total"] == 0, what="the leads to go over")

    plain = desk("admin", javascript=False)
    plain.page.goto(f"/administration/users/{user['id']}/deactivation")
    plain.page.get_by_role("button", name="無効にする").click()
    expect(plain.message()).to_have_text(re.compile("ユーザーを無効にしました"))
    plain.page.goto("/administration?q=leaver&state=inactive")
    plain.page.get_by_role("button", name="有効にする").click()
    expect(plain.message()).to_have_text(re.compile("ユーザーを有効にしました"))


def test_departments_are_kept_in_order(running: Running, desk: Callable[..., Desk]) -> None:
    admin = desk("admin")
    admin.page.goto("/administration/departments")
    for name in ("新規事業部", "海外営業部"):
        admin.page.get_by_role("link", name="組織登録").click()
        admin.form().get_by_label("組織名").fill(name)
        admin.form().get_by_role("button", name="登録").click()
        expect(admin.page.get_by_role("row", name=re.compile(name))).to_be_visible()
    admin.page.get_by_role("button", name="海外営業部: 上へ").click()
    expect(admin.page.get_by_role("button", name="海外営業部: 上へ")).to_be_focused()
    rows = admin.page.locator("tbody th")
    expect(rows.nth(-2)).to_have_text(re.compile("海外営業部"))
    admin.page.get_by_role("row", name=re.compile("海外営業部")).get_by_role("link", name="編集").click()
    admin.form().get_by_label("上位の組織").select_option(label="新規事業部")
    admin.form().get_by_role("button", name="更新").click()
    expect(rows.nth(-1)).to_have_text(re.compile("海外営業部"))
    admin.look("departments-tree")
    admin.page.get_by_role("row", name=re.compile("新規事業部")).get_by_role("button", name="廃止").click()
    expect(admin.message()).to_have_text(re.compile("先に移してください"))
    for name in ("海外営業部", "新規事業部"):
        admin.page.get_by_role("row", name=re.compile(name)).get_by_role("button", name="廃止").click()
        expect(admin.message()).to_have_text(re.compile("組織を廃止しました"))


def test_roles_are_shown_as_the_calls_declare_them(desk: Callable[..., Desk]) -> None:
    mana = desk("mana")
    mana.page.goto("/administration/roles")
    row = mana.page.get_by_role("row", name=re.compile("一括変更"))
    expect(row.first.get_by_role("cell")).to_have_text(
        [re.compile(word) for word in (*["^\\s*可$"] * 4, "不可", "不可")]
    )
    mana.look("roles")


def test_a_renamed_stage_stands_everywhere_and_new_results_are_chosen(
    running: Running, desk: Callable[..., Desk]
) -> None:
    admin, api = desk("admin"), running.by("admin")
    admin.go("管理")
    admin.page.get_by_role("link", name="マスタ").click()
    admin.page.get_by_role("row", name=re.compile("育成中")).get_by_role("link", name="編集").click()
    admin.form().get_by_label("名前（日本語）").fill("育成フォロー")
    admin.form().get_by_role("button", name="更新").click()
    expect(admin.message()).to_have_text(re.compile("選択肢を更新しました"))
    admin.page.get_by_role("button", name="育成フォロー: 上へ").click()
    expect(admin.page.locator("tbody th").nth(2)).to_have_text(re.compile("育成フォロー"))
    for way, place in (("上へ", 1), ("上へ", 0), ("下へ", 1), ("下へ", 2)):  # from the first place it only goes down
        expect(admin.page.get_by_role("button", name=f"育成フォロー: {way}")).to_be_focused()
        admin.until_settled()
        admin.page.keyboard.press("Enter")
        expect(admin.page.locator("tbody th").nth(place)).to_have_text(re.compile("育成フォロー"))
    admin.page.goto("/leads")
    expect(admin.page.locator("#search").get_by_text("育成フォロー")).to_be_visible()

    admin.page.goto("/administration/masters/lead-stages")
    admin.page.get_by_role("row", name=re.compile("案件化")).get_by_role("button", name="停止").click()
    expect(admin.message()).to_have_text(re.compile("使用を停止できません"))

    admin.page.goto("/administration/masters/action-results")
    admin.look("masters-results")
    admin.page.get_by_role("link", name="選択肢を追加").click()
    admin.form().get_by_label("名前（日本語）").fill("訪問希望")
    admin.form().get_by_label("名前（英語）").fill("Wants a visit")
    admin.form().get_by_label("次回まで（日）").fill("すぐ")
    admin.form().get_by_role("button", name="追加").click()
    expect(admin.form().locator("[id='extra.days-error']")).to_be_visible()
    admin.form().get_by_label("次回まで（日）").fill("2")
    admin.form().get_by_label("本人に接触").check()
    admin.form().get_by_role("button", name="追加").click()
    expect(admin.page.get_by_role("row", name=re.compile("訪問希望"))).to_contain_text("2")
    made = next(each for each in api.get("/masters/action-results")["items"] if each["label_ja"] == "訪問希望")
    assert made["extra"]["days"] == 2 and made["extra"]["reached"]

    plain = desk("admin", javascript=False)
    plain.page.goto("/administration/masters/campaign-categories")
    plain.page.get_by_role("row", name=re.compile("DM")).get_by_role("button", name="停止").click()
    expect(plain.page.get_by_role("row", name=re.compile("DM"))).to_contain_text("停止中")
    plain.page.get_by_role("row", name=re.compile("DM")).get_by_role("button", name="再開").click()
    plain.page.goto("/administration/masters/lead-stages")
    plain.page.get_by_role("row", name=re.compile("育成フォロー")).get_by_role("link", name="編集").click()
    plain.form().get_by_label("名前（日本語）").fill("育成中")
    plain.form().get_by_role("button", name="更新").click()
    plain.page.get_by_role("button", name="育成中: 下へ").click()
    expect(plain.page.locator("tbody th").nth(3)).to_have_text(re.compile("育成中"))


def _knows_the_absence(running: Running) -> bool:
    with psycopg.connect(running.house.database_url("notification")) as connection:
        row: Any = connection.execute("SELECT count(*) FROM user_copy WHERE absent_from IS NOT NULL").fetchone()
        return bool(row[0])


def test_absence_stands_beside_the_name_and_the_deputy_is_told(running: Running, desk: Callable[..., Desk]) -> None:
    rin, eiji = desk("rin"), running.people["eiji"]
    rin.page.locator("[popovertarget=user-panel]").click()
    rin.page.get_by_role("link", name="個人設定").click()
    rin.page.get_by_label("不在の開始日").fill("2020-01-01")
    rin.page.get_by_label("不在の終了日").fill("2099-12-31")
    rin.page.get_by_label("代理").select_option(eiji["id"])
    rin.page.get_by_label("リードの担当になったとき: メール").select_option(label="1日1回まとめて")
    rin.page.get_by_label("引継ぎが受領されたとき: 画面").uncheck()
    rin.look("personal")
    rin.page.get_by_role("button", name="保存").click()
    expect(rin.message()).to_have_text(re.compile("個人設定を保存しました"))
    expect(rin.page.get_by_label("リードの担当になったとき: メール")).to_have_value("digest")
    expect(rin.page.get_by_label("引継ぎが受領されたとき: 画面")).not_to_be_checked()

    maki = running.by("maki")
    person = {"family_name": "不破", "email": "fuwa@example.jp", "company": "不破商会"}
    lead = maki.post("/leads", {"person": person})
    until(lambda: _knows_the_absence(running), what="notification to hear of the absence")
    desk_maki = desk("maki", javascript=False)
    desk_maki.page.goto(f"/leads/bulk-change?lead_id={lead['id']}")
    option = desk_maki.page.locator("option", has_text="林 凛（営業部） 不在（代理: 江口 英二）")
    expect(option.first).to_be_attached()
    maki.post("/leads/assignments", {"lead_ids": [lead["id"]], "owner_id": running.people["rin"]["id"]})

    def told(login: str) -> list[str]:
        return [entry["title"] for entry in running.by(login).get("/notifications")["items"]]

    until(lambda: any("不在の林 凛 さん宛" in title for title in told("eiji")), what="the deputy to be told")
    until(lambda: any("リード" in title for title in told("rin")), what="rin to be told")
    assert (
        running.by("rin").ask("PATCH", "/me", {"absent_from": None, "absent_until": None, "preferences": {}}).status
        == 200
    )
