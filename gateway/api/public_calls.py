"""Every call of the public API, and who answers it: the path after /api/v1 is the service's own.

Who may use a call is said once, by its owner, and shown in the document. The gateway's own are in gateway/routes.
"""

from dataclasses import dataclass

# Who keeps which master; `/masters/{name}` goes there.
MASTERS = {
    "campaign-categories": "campaign",
    "campaign-statuses": "campaign",
    "stakeholder-kinds": "campaign",
    "venue-types": "campaign",
    "cost-kinds": "campaign",
    "lead-stages": "lead",
    "member-statuses": "lead",
    "action-results": "lead",
    "action-types": "lead",
    "action-reached": "lead",
    "person-statuses": "lead",
    "lead-sources": "lead",
    "temperatures": "lead",
    "opportunity-phases": "opportunity",
    "account-relations": "opportunity",
    "activity-types": "opportunity",
}


@dataclass(frozen=True)
class PublicCall:
    """One public call. `service` "" is found by the master's name; "gateway" is the gateway itself."""

    method: str
    path: str
    service: str
    ja: str
    en: str


CALLS = (
    PublicCall("POST", "/session", "gateway", "サインイン", "Sign in"),
    PublicCall("DELETE", "/session", "gateway", "サインアウト", "Sign out"),
    PublicCall("GET", "/me", "gateway", "サインインしている本人", "Who I am"),
    PublicCall("PATCH", "/me", "gateway", "個人設定（言語・通知・不在）", "My own settings"),
    PublicCall("PUT", "/me/password", "gateway", "パスワードの変更", "Change my password"),
    PublicCall("GET", "/users", "gateway", "ユーザー一覧", "Search users"),
    PublicCall("POST", "/users", "gateway", "ユーザーの登録", "Create a user"),
    PublicCall("PATCH", "/users/{id}", "gateway", "ユーザーの更新", "Change a user"),
    PublicCall("GET", "/departments", "gateway", "組織一覧", "All departments"),
    PublicCall("POST", "/departments", "gateway", "組織の登録", "Create a department"),
    PublicCall("PATCH", "/departments/{id}", "gateway", "組織の更新・並べ替え・廃止", "Change a department"),
    PublicCall("GET", "/tokens", "gateway", "自分のAPIトークン", "My personal tokens"),
    PublicCall("POST", "/tokens", "gateway", "APIトークンの発行", "Make a personal token"),
    PublicCall("DELETE", "/tokens/{id}", "gateway", "APIトークンの失効", "Revoke a personal token"),
    PublicCall("GET", "/saved-searches", "gateway", "保存した検索の一覧", "Saved searches"),
    PublicCall("POST", "/saved-searches", "gateway", "検索の保存", "Save a search"),
    PublicCall("GET", "/saved-searches/{id}", "gateway", "保存した検索", "A saved search"),
    PublicCall("PATCH", "/saved-searches/{id}", "gateway", "保存した検索の更新", "Change a saved search"),
    PublicCall("DELETE", "/saved-searches/{id}", "gateway", "保存した検索の削除", "Delete a saved search"),
    PublicCall("GET", "/masters/{name}", "", "マスタの選択肢", "The choices of a master"),
    PublicCall("POST", "/masters/{name}", "", "マスタの選択肢の追加", "Add a choice"),
    PublicCall("PATCH", "/masters/{name}/{code}", "", "マスタの選択肢の更新・並べ替え・停止", "Change a choice"),
    PublicCall("GET", "/campaigns", "campaign", "キャンペーン一覧", "Search campaigns"),
    PublicCall("POST", "/campaigns", "campaign", "キャンペーンの登録", "Create a campaign"),
    PublicCall("GET", "/campaigns/{id}", "campaign", "キャンペーン詳細（目標と実績）", "A campaign, goals and results"),
    PublicCall("PATCH", "/campaigns/{id}", "campaign", "キャンペーンの更新", "Change a campaign"),
    PublicCall("GET", "/campaigns/{id}/attachments", "campaign", "添付ファイルの一覧", "Files attached to a campaign"),
    PublicCall("POST", "/campaigns/{id}/attachments", "campaign", "ファイルの添付", "Attach a file"),
    PublicCall(
        "GET",
        "/campaigns/{id}/attachments/{attachment_id}",
        "campaign",
        "添付ファイルのダウンロード",
        "Download an attachment",
    ),
    PublicCall(
        "DELETE",
        "/campaigns/{id}/attachments/{attachment_id}",
        "campaign",
        "添付ファイルの削除",
        "Delete an attachment",
    ),
    PublicCall(
        "POST",
        "/campaigns/{id}/attachments/{attachment_id}/restoration",
        "campaign",
        "削除した添付ファイルの復元",
        "Restore a deleted attachment",
    ),
    PublicCall("POST", "/lists", "import", "リスト登録・リスト更新", "Upload a list"),
    PublicCall("GET", "/lists", "import", "リストの取込履歴", "Lists that were uploaded"),
    PublicCall("GET", "/lists/{id}", "import", "リストの進み具合", "How far a list is"),
    PublicCall("GET", "/lists/{id}/rows", "import", "リストの行ごとの結果", "What became of each row"),
    PublicCall("GET", "/lists/{id}/file", "import", "取り込んだファイルのダウンロード", "The file as it was uploaded"),
    PublicCall("GET", "/lists/{id}/errors.xlsx", "import", "取り込めなかった行のExcel", "The error workbook"),
    PublicCall(
        "POST",
        "/lists/{id}/errors",
        "import",
        "取り込めなかった行のExcelの作成（行が多いとき）",
        "Have a long error workbook written, as an export",
    ),
    PublicCall("POST", "/lists/{id}/corrections", "import", "直したエラー行の取込", "Bring corrected rows back"),
    PublicCall(
        "POST",
        "/lists/{id}/answer",
        "import",
        "シートと項目の確認",
        "Say which sheet is read, and what its columns are",
    ),
    PublicCall("POST", "/lists/{id}/cancellation", "import", "処理中のリストの中止", "Stop a list that runs"),
    PublicCall("POST", "/lists/{id}/resumption", "import", "中止したリストの再開", "Go on with a stopped list"),
    PublicCall("POST", "/lists/{id}/retry", "import", "失敗・中止したリストのやり直し", "Try a list again"),
    PublicCall("POST", "/lists/{id}/commitment", "import", "下書きの確定", "Commit a plan"),
    PublicCall("POST", "/lists/{id}/disposal", "import", "下書きの破棄", "Discard a plan"),
    PublicCall("POST", "/lists/{id}/choices", "import", "衝突した行の値の選択", "Choose between file and screen"),
    PublicCall("POST", "/lists/{id}/undoing", "import", "リストの取消", "Take a list back"),
    PublicCall("GET", "/list-template.xlsx", "import", "空のリスト", "An empty list"),
    PublicCall("POST", "/exports", "import", "リスト出力", "Export a search"),
    PublicCall("GET", "/exports/{id}", "import", "リスト出力の進み具合", "How far an export is"),
    PublicCall("GET", "/exports/{id}/file", "import", "出力したリストのダウンロード", "Download an export"),
    PublicCall("GET", "/export-ledger", "import", "リスト出力の台帳", "Who took which data out"),
    PublicCall("GET", "/leads", "lead", "リード一覧", "Search leads"),
    PublicCall("POST", "/leads", "lead", "リードの登録", "Create a lead"),
    PublicCall("GET", "/leads/{id}", "lead", "リード詳細", "A lead"),
    PublicCall("PATCH", "/leads/{id}", "lead", "リードの更新", "Change a lead"),
    PublicCall("POST", "/leads/assignments", "lead", "一括変更（担当者・ステージ）", "Assign leads in bulk"),
    PublicCall("GET", "/leads/assignments/{act}", "lead", "一括変更の結果", "What a bulk change did"),
    PublicCall("POST", "/leads/assignments/{act}/undoing", "lead", "一括変更を元に戻す", "Take a bulk change back"),
    PublicCall("POST", "/leads/{id}/members", "lead", "キャンペーン履歴への追加", "Add a lead to a campaign"),
    PublicCall(
        "PATCH",
        "/leads/{id}/members/{campaign_id}",
        "lead",
        "キャンペーン履歴の更新",
        "Where a lead stands in a campaign",
    ),
    PublicCall("GET", "/leads/{id}/actions", "lead", "アクション履歴", "Actions of a lead"),
    PublicCall("POST", "/leads/{id}/actions", "lead", "アクションの登録", "Register an action"),
    PublicCall("PATCH", "/leads/{id}/actions/{action_id}", "lead", "アクションの訂正", "Correct an action"),
    PublicCall("DELETE", "/leads/{id}/actions/{action_id}", "lead", "アクションの削除", "Take an action back"),
    PublicCall("GET", "/actions", "lead", "期間内のアクション", "Actions in a span of days"),
    PublicCall("GET", "/actions/counts", "lead", "担当者ごとの対応件数", "Who did how much"),
    PublicCall("GET", "/leads/{id}/memo-versions", "lead", "共有メモの版", "Versions of the shared memo"),
    PublicCall("GET", "/leads/{id}/changes", "lead", "変更履歴", "History of changes"),
    PublicCall("POST", "/leads/{id}/conversion", "opportunity", "案件化", "Convert a lead"),
    PublicCall("GET", "/leads/{id}/conversion", "opportunity", "案件化の内容", "The conversion of a lead"),
    PublicCall("POST", "/leads/{id}/conversion/cancellation", "opportunity", "案件化の取消", "Take a conversion back"),
    PublicCall("GET", "/persons", "lead", "パーソン一覧", "Search persons"),
    PublicCall("POST", "/persons", "lead", "パーソンの登録", "Create a person, who is a lead"),
    PublicCall("GET", "/persons/{id}", "lead", "パーソン詳細", "A person"),
    PublicCall("PATCH", "/persons/{id}", "lead", "パーソンの更新", "Change a person"),
    PublicCall("GET", "/persons/{id}/changes", "lead", "パーソンの変更履歴", "History of a person"),
    PublicCall("GET", "/accounts", "opportunity", "取引先一覧", "Search accounts"),
    PublicCall("POST", "/accounts", "opportunity", "取引先の登録", "Create an account"),
    PublicCall(
        "GET", "/accounts/possible-duplicates", "opportunity", "同じ会社かもしれない取引先", "Possible duplicates"
    ),
    PublicCall("GET", "/accounts/{id}", "opportunity", "取引先詳細", "An account"),
    PublicCall("PATCH", "/accounts/{id}", "opportunity", "取引先の更新", "Change an account"),
    PublicCall("GET", "/accounts/{id}/changes", "opportunity", "取引先の変更履歴", "History of an account"),
    PublicCall("GET", "/opportunities", "opportunity", "案件一覧", "Search opportunities"),
    PublicCall("GET", "/opportunities/board", "opportunity", "案件のボード（フェーズごと）", "Opportunities by phase"),
    PublicCall("POST", "/opportunities", "opportunity", "案件の登録", "Create an opportunity"),
    PublicCall("GET", "/opportunities/{id}", "opportunity", "案件詳細", "An opportunity"),
    PublicCall("PATCH", "/opportunities/{id}", "opportunity", "案件の更新", "Change an opportunity"),
    PublicCall("GET", "/opportunities/{id}/changes", "opportunity", "案件の変更履歴", "History of an opportunity"),
    PublicCall("GET", "/opportunities/{id}/handover", "opportunity", "引継ぎの状況", "The handover of an opportunity"),
    PublicCall("POST", "/opportunities/{id}/handover", "opportunity", "引継ぎの依頼", "Ask somebody to take it over"),
    PublicCall("POST", "/opportunities/{id}/handover/acceptance", "opportunity", "引継ぎの受領", "Accept a handover"),
    PublicCall("POST", "/opportunities/{id}/handover/return", "opportunity", "引継ぎの差戻し", "Return a handover"),
    PublicCall("POST", "/opportunities/{id}/handover/nurturing", "opportunity", "再育成", "Back to nurturing"),
    PublicCall("GET", "/opportunities/{id}/activities", "opportunity", "活動の一覧", "Activities of an opportunity"),
    PublicCall("POST", "/opportunities/{id}/activities", "opportunity", "活動の登録", "Register an activity"),
    PublicCall("GET", "/opportunities/{id}/activities/{activity_id}", "opportunity", "活動", "An activity"),
    PublicCall(
        "PATCH", "/opportunities/{id}/activities/{activity_id}", "opportunity", "活動の更新", "Correct an activity"
    ),
    PublicCall("GET", "/notifications", "notification", "通知", "The caller's notifications"),
    PublicCall(
        "POST", "/notifications/{id}/reading", "notification", "通知を既読にする", "Mark a notification as read"
    ),
    PublicCall("POST", "/notifications/reading", "notification", "すべて既読にする", "Mark all as read"),
)
