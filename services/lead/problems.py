"""What can be wrong with a change of a lead, in both languages, at one place for screens and lists."""

from chassis.problems import Field, Invalid

STAGE_BY_CONVERSION = Field(
    "stage", "stage_by_conversion", "案件化は案件作成によってのみ設定されます。", "Only a conversion sets this stage."
)
ALREADY_CONVERTED = Field(
    "stage", "already_converted", "案件化済みのリードのステージは変更できません。", "The lead is converted already."
)
ACCOUNT_OF_CONVERSION = Field(
    "account_id",
    "account_of_conversion",
    "案件化済みのリードの取引先は、案件の取引先です。ここでは変更できません。",
    "The lead is converted: its account is the opportunity's.",
)
DROP_REASON = Field(
    "drop_reason",
    "drop_reason",
    "見送り・対象外にするには理由が必要です。",
    "Passing on a lead needs a reason.",
)
NO_CALL_REASON = Field(
    "do_not_call_reason", "missing", "架電禁止の理由を入力してください。", "Say why nobody may call."
)
NO_MAIL_REASON = Field(
    "do_not_mail_reason", "missing", "メール禁止の理由を入力してください。", "Say why nobody may mail."
)
# News of a user who was made a moment ago are on their way.
UNKNOWN_OWNER = Field(
    "owner_id",
    "unknown_owner",
    "この担当者は選択できません。登録されたばかりの場合は、数秒おいてもう一度お試しください。",
    "This person cannot be the owner. If made just now, try again in a few seconds.",
)
INACTIVE_OWNER = Field(
    "owner_id",
    "inactive_owner",
    "無効になったユーザーは担当者にできません。",
    "An inactive user cannot be the owner.",
)
UNKNOWN_CAMPAIGN = Field(
    "campaign_id", "unknown_campaign", "そのキャンペーンはありません。", "There is no such campaign."
)
ALREADY_IN_CAMPAIGN = Field(
    "campaign_id",
    "already_in_campaign",
    "このキャンペーンはすでに履歴にあります。",
    "The campaign is in the history of the lead already.",
)
NOT_IN_CAMPAIGN = Field(
    "campaign_id",
    "not_in_campaign",
    "このリードのキャンペーン履歴にないキャンペーンです。",
    "The lead has no history with this campaign.",
)

# Why a row of a list is not merged; the fields are those of the list layout.
ROW_PROBLEMS = {
    "lead_unknown": Field(
        "lead_id", "not_found", "このリードIDのリードはありません。", "There is no lead with this ID."
    ),
    "no_match": Field("email", "no_match", "一致するリードがありません。", "No lead matches this row."),
    "several_matches": Field(
        "email",
        "several_matches",
        "一致するリードが複数あります（{leads}）。",
        "Several leads match this row: {leads}.",
    ),
    "address_taken": Field(
        "email",
        "address_taken",
        "このメールアドレスは、ほかのリード（{leads}）のものです。",
        "Another lead has this address: {leads}.",
    ),
    "both_changed": Field(
        "",
        "both_changed",
        "出力した後に、画面でも変更されています。",
        "This was changed on the screen, too, after it had been exported.",
    ),
    "inactive_owner": INACTIVE_OWNER,
    "nothing_left": Field(
        "",
        "nothing_left",
        "空白で上書きすると、メールアドレス・電話番号・携帯電話・会社名がすべて空になります。どれか1つを書いてください。",
        "The blanks would leave no email, phone, mobile or company. Write at least one of them.",
    ),
    "stage_by_conversion": STAGE_BY_CONVERSION,
    "already_converted": ALREADY_CONVERTED,
    "drop_reason": Field(
        "note", "drop_reason", "見送り・対象外にする理由を備考に記入してください。", "Give the reason in the note."
    ),
    "unknown_stage": Field("stage", "unknown_choice", "このリードステージはありません。", "There is no such stage."),
    "unknown_source": Field("source", "unknown_choice", "このリードソースはありません。", "There is no such source."),
    "unknown_temperature": Field("temperature", "unknown_choice", "この温度感はありません。", "Not a temperature."),
    "unknown_member_status": Field(
        "member_status", "unknown_choice", "このメンバー状況はありません。", "There is no such member status."
    ),
}

# Why a cell of a row that is merged is not written. {row} is a later row.
LATER_ROW = Field(
    "",
    "later_row",
    "{row}行目も同じリードで値が違うため、後の{row}行目の値を使います。",
    "Row {row} is about the same lead and has another value; that of the later row is used.",
)


def retired_choice(field: str, value: tuple[str, str], usable: list[tuple[str, str]]) -> Field:
    """Of a row that gives a choice which was retired. The values by their labels, Japanese and English."""
    labels_ja, labels_en = "、".join(ja for ja, _ in usable), ", ".join(en for _, en in usable)
    return Field(
        field,
        "retired_choice",
        f"「{value[0]}」は使用が停止されています。ほかの値を選んでください。選択肢：{labels_ja}",
        f"“{value[1]}” can no longer be chosen. Choose another value: {labels_en}",
    )


def no_family_name(place: str) -> Field:
    """`place`: what the person's fields stand under in the request."""
    return Field(f"{place}family_name", "missing", "姓は必須です。", "The family name is required.")


def not_known_by_anything(place: str) -> Field:
    return Field(
        f"{place}email",
        "missing",
        "メールアドレス、電話番号、会社名のいずれかが必要です。",
        "Give an e-mail address, a phone number or a company.",
    )


def invalid(*fields: Field) -> Invalid:
    return Invalid(fields)
