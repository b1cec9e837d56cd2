"""What people are told, in Japanese and English: the title in the portlet, the subject and text of the mail."""

from dataclasses import dataclass

from .models import Notification

LEAD_ASSIGNED = "lead_assigned"
LEAD_CONVERTED = "lead_converted"
HANDOVERS = {  # by what was said of a handover
    "requested": "handover_requested",
    "accepted": "handover_accepted",
    "returned": "handover_returned",
}
LEAD_TAKEN_BACK = "lead_taken_back"
FIRST_RESPONSE_OVERDUE = "first_response_overdue"

PRODUCT = "Tsunagi"
SHOWN = 10  # so many leads are named in a mail; the page shows the rest

INTO_EXISTING = "conversion_into_existing"
HOW = {  # by the kind of the act
    "list": ("リストの取り込みで", " by importing a list"),
    "bulk": ("一括変更で", " in a bulk change"),
    "undoing": ("一括変更の取消で", " by taking a bulk change back"),
    "list_undoing": ("リストの取消で", " by taking a list back"),
}
TAKEN_BACK = {
    "undoing": ("一括変更", "a bulk change"),
    "list_undoing": ("取り込んだリスト", "a list"),
}


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


def title(entry: Notification, language: str) -> str:
    """One line: what happened, and to whom if the reader is a deputy."""
    told = TITLES[entry.kind, "en" if language == "en" else "ja"](entry)
    if not entry.on_behalf_of:
        return told
    absent = entry.on_behalf_of
    return f"For {absent} (absent): {told}" if language == "en" else f"不在の{absent} さん宛：{told}"


def mail(entry: Notification, reader: str, language: str, public_url: str) -> Words:
    """The mail that goes with an entry. `public_url` has no slash at its end."""
    language = "en" if language == "en" else "ja"
    head, foot = ENVELOPES[language]
    told = BODIES[entry.kind, language](entry)
    if entry.on_behalf_of:
        told = f"{DEPUTY[language].format(absent=entry.on_behalf_of)}\n\n{told}"
    body = "\n".join([head.format(reader=reader), "", told, "", f"{public_url}{entry.link}", "", foot])
    return Words(subject=BRANDS[language] + title(entry, language), body=body + "\n")


BRANDS = {"ja": f"【{PRODUCT}】", "en": f"[{PRODUCT}] "}
DEPUTY = {
    "ja": "{absent} さんは不在のため、代理のあなたにもお知らせします。以下は{absent} さん宛の通知です。",
    "en": "{absent} is absent, and you are the deputy. This is what {absent} was told:",
}
ENVELOPES = {
    "ja": (
        "{reader} 様",
        "―\nこのメールは Tsunagi が自動で送信しています。ご返信いただいてもお答えできません。",
    ),
    "en": ("Dear {reader},", "--\nThis mail was sent by Tsunagi automatically. Please do not reply."),
}


# -- leads were assigned ---------------------------------------------------------------------------------------------


def _assigned_title_ja(entry: Notification) -> str:
    if entry.count == 1 and entry.items:
        return f"リード「{_person_ja(entry.items[0])}」の担当になりました"
    return f"リード {entry.count:,}件の担当になりました"


def _assigned_title_en(entry: Notification) -> str:
    if entry.count == 1 and entry.items:
        return f"You are now the owner of the lead {_person_en(entry.items[0])}"
    return f"You are now the owner of {entry.count:,} leads"


def _assigned_ja(entry: Notification) -> str:
    who = f"{entry.actor_name} さん" if entry.actor_name else PRODUCT
    leads = _leads_ja(entry)
    how = _how(entry)[0]
    told = f"{who}が{how}、次のリード {entry.count:,}件の担当者をあなたに変更しました。"
    return "\n".join([told, "", *leads, "", "対応をお願いいたします。リードは次のページで確認できます。"])


def _assigned_en(entry: Notification) -> str:
    leads = _leads_en(entry)
    what = "this lead" if entry.count == 1 else f"these {entry.count:,} leads"
    told = f"{entry.actor_name or PRODUCT} made you the owner of {what}{_how(entry)[1]}:"
    return "\n".join([told, "", *leads, "", "See them here:" if entry.count > 1 else "See it here:"])


def _taken_back_title_ja(entry: Notification) -> str:
    return f"リード {entry.count:,}件の割り当てが取り消されました"


def _taken_back_title_en(entry: Notification) -> str:
    return f"The assignment of {entry.count:,} {'lead' if entry.count == 1 else 'leads'} to you was taken back"


def _taken_back_ja(entry: Notification) -> str:
    who = f"{entry.actor_name} さん" if entry.actor_name else PRODUCT
    what = TAKEN_BACK[entry.act][0]
    told = f"{who}が{what}を取り消したため、次のリード {entry.count:,}件はあなたの担当ではなくなりました。"
    return "\n".join([told, "", *_leads_ja(entry), "", "現在の担当リードは次のページで確認できます。"])


def _taken_back_en(entry: Notification) -> str:
    what = "This lead is" if entry.count == 1 else f"These {entry.count:,} leads are"
    told = f"{entry.actor_name or PRODUCT} took {TAKEN_BACK[entry.act][1]} back. {what} not yours any more:"
    return "\n".join([told, "", *_leads_en(entry), "", "See what is yours now:"])


def _overdue_title_ja(entry: Notification) -> str:
    return f"初回対応の期限を過ぎたリードが {entry.count:,}件あります"


def _overdue_title_en(entry: Notification) -> str:
    return f"The first response to {entry.count:,} {'lead is' if entry.count == 1 else 'leads is'} overdue"


def _overdue_ja(entry: Notification) -> str:
    told = f"初回対応期限までにアクションが登録されなかったリードが {entry.count:,}件あります。"
    asked = "次のページで確認し、担当者への声かけや割り当ての変更をお願いいたします。"
    return "\n".join([told, "", *_leads_ja(entry), "", asked])


def _overdue_en(entry: Notification) -> str:
    what = "this lead" if entry.count == 1 else f"these {entry.count:,} leads"
    told = f"Nobody has registered an action for {what} before the first response was due:"
    return "\n".join([told, "", *_leads_en(entry), "", "Ask the owners, or assign the leads to others:"])


def _leads_ja(entry: Notification) -> list[str]:
    leads = [f"・{_person_ja(item)}{_number(item)}" for item in entry.items[:SHOWN]]
    rest = entry.count - len(leads)
    return [*leads, f"　ほか {rest:,}件"] if rest else leads


def _leads_en(entry: Notification) -> list[str]:
    leads = [f"- {_person_en(item)}{_number(item)}" for item in entry.items[:SHOWN]]
    rest = entry.count - len(leads)
    return [*leads, f"  and {rest:,} more"] if rest else leads


def _how(entry: Notification) -> tuple[str, str]:
    return HOW.get(entry.act, ("", ""))


def _person_ja(item: dict[str, str]) -> str:
    return f"{item['name']} 様（{item['company']}）" if item.get("company") else f"{item['name']} 様"


def _person_en(item: dict[str, str]) -> str:
    return f"{item['name']} ({item['company']})" if item.get("company") else item["name"]


def _number(item: dict[str, str]) -> str:
    return f" {item['number']}" if item.get("number") else ""


# -- a lead was converted --------------------------------------------------------------------------------------------


def _converted_title_ja(entry: Notification) -> str:
    if entry.act == INTO_EXISTING:
        return f"あなたの案件「{entry.items[0]['name']}」にリードが案件化されました"
    return f"案件「{entry.items[0]['name']}」の主担当になりました"


def _converted_title_en(entry: Notification) -> str:
    if entry.act == INTO_EXISTING:
        return f"A lead was converted into your opportunity {entry.items[0]['name']}"
    return f"You are now the main owner of the opportunity {entry.items[0]['name']}"


def _converted_ja(entry: Notification) -> str:
    who = f"{entry.actor_name} さん" if entry.actor_name else PRODUCT
    item = entry.items[0]
    did = "既存の案件に案件化しました。" if entry.act == INTO_EXISTING else "案件化し、あなたを主担当に指定しました。"
    lines = [f"{who}がリードを{did}", ""]
    lines += [f"案件　　: {item['name']}", f"取引先　: {item['company']}"]
    if item.get("lead"):
        lines.append(f"リード　: {item['lead']} 様")
    if item.get("amount"):
        lines.append(f"見込金額: {int(item['amount']):,}円")
    if item.get("note"):
        lines += ["", "引継ぎメモ:", item["note"]]
    into_existing = entry.act == INTO_EXISTING
    wish = "案件は次のページで確認できます。" if into_existing else HANDOVER_TEXTS_JA["handover_requested"][2]
    return "\n".join([*lines, "", wish])


def _converted_en(entry: Notification) -> str:
    item = entry.items[0]
    did = "into your opportunity" if entry.act == INTO_EXISTING else "and named you as the main owner"
    lines = [f"{entry.actor_name or PRODUCT} converted a lead {did}:", ""]
    lines += [f"Opportunity: {item['name']}", f"Account: {item['company']}"]
    if item.get("lead"):
        lines.append(f"Lead: {item['lead']}")
    if item.get("amount"):
        lines.append(f"Amount: {int(item['amount']):,} yen")
    if item.get("note"):
        lines += ["", "Handover memo:", item["note"]]
    return "\n".join([*lines, "", "See it here:" if entry.act == INTO_EXISTING else "Accept or return it here:"])


# -- an opportunity is handed over -----------------------------------------------------------------------------------


def _handover_title_ja(entry: Notification) -> str:
    return f"案件「{entry.items[0]['name']}」{HANDOVER_TITLES[entry.kind][0]}"


def _handover_title_en(entry: Notification) -> str:
    return f"{HANDOVER_TITLES[entry.kind][1]} {entry.items[0]['name']}"


def _handover_ja(entry: Notification) -> str:
    who = f"{entry.actor_name} さん" if entry.actor_name else PRODUCT
    item, (told, label, wish) = entry.items[0], HANDOVER_TEXTS_JA[entry.kind]
    lines = [f"{who}が{told}", "", f"案件　: {item['name']}", f"取引先: {item['company']}"]
    if item.get("note"):
        lines += ["", f"{label}:", item["note"]]
    return "\n".join([*lines, "", wish])


def _handover_en(entry: Notification) -> str:
    item, (told, label) = entry.items[0], HANDOVER_TEXTS_EN[entry.kind]
    lines = [f"{entry.actor_name or PRODUCT} {told}", "", f"Opportunity: {item['name']}", f"Account: {item['company']}"]
    if item.get("note"):
        lines += ["", f"{label}:", item["note"]]
    return "\n".join([*lines, "", "See it here:"])


HANDOVER_TITLES = {
    "handover_requested": ("の引継ぎを依頼されました", "You are asked to take over the opportunity"),
    "handover_accepted": ("の引継ぎが受領されました", "Taken over: the opportunity"),
    "handover_returned": ("の引継ぎが差し戻されました", "Returned to you: the opportunity"),
}
HANDOVER_TEXTS_JA = {
    "handover_requested": (
        "案件の引継ぎを依頼しました。",
        "伝言",
        "次のページで内容を確認し、受領または差戻しを選んでください。",
    ),
    "handover_accepted": ("案件の引継ぎを受領しました。", "", "案件は次のページで確認できます。"),
    "handover_returned": (
        "案件の引継ぎを差し戻しました。",
        "理由",
        "次のページから、ほかの営業担当への依頼または再育成を選んでください。",
    ),
}
HANDOVER_TEXTS_EN = {
    "handover_requested": ("asks you to take this opportunity over:", "Message"),
    "handover_accepted": ("took this opportunity over:", ""),
    "handover_returned": ("returned this opportunity to you:", "Reason"),
}

TITLES = {
    (LEAD_ASSIGNED, "ja"): _assigned_title_ja,
    (LEAD_ASSIGNED, "en"): _assigned_title_en,
    (LEAD_TAKEN_BACK, "ja"): _taken_back_title_ja,
    (LEAD_TAKEN_BACK, "en"): _taken_back_title_en,
    (FIRST_RESPONSE_OVERDUE, "ja"): _overdue_title_ja,
    (FIRST_RESPONSE_OVERDUE, "en"): _overdue_title_en,
    (LEAD_CONVERTED, "ja"): _converted_title_ja,
    (LEAD_CONVERTED, "en"): _converted_title_en,
    **{(kind, "ja"): _handover_title_ja for kind in HANDOVERS.values()},
    **{(kind, "en"): _handover_title_en for kind in HANDOVERS.values()},
}
BODIES = {
    (LEAD_ASSIGNED, "ja"): _assigned_ja,
    (LEAD_ASSIGNED, "en"): _assigned_en,
    (LEAD_TAKEN_BACK, "ja"): _taken_back_ja,
    (LEAD_TAKEN_BACK, "en"): _taken_back_en,
    (FIRST_RESPONSE_OVERDUE, "ja"): _overdue_ja,
    (FIRST_RESPONSE_OVERDUE, "en"): _overdue_en,
    (LEAD_CONVERTED, "ja"): _converted_ja,
    (LEAD_CONVERTED, "en"): _converted_en,
    **{(kind, "ja"): _handover_ja for kind in HANDOVERS.values()},
    **{(kind, "en"): _handover_en for kind in HANDOVERS.values()},
}
