"""What is said of opportunities: a lead converted, a conversion taken back, a handover and what became of it."""

from ..models import Notification
from .kinds import CONVERSION_CANCELLED, HANDOVERS, INTO_EXISTING, LEAD_CONVERTED, PRODUCT

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


# -- a conversion was taken back -------------------------------------------------------------------------------------


def _cancelled_title_ja(entry: Notification) -> str:
    into = "へのリードの案件化" if entry.act == INTO_EXISTING else "の案件化"
    return f"案件「{entry.items[0]['name']}」{into}が取り消されました"


def _cancelled_title_en(entry: Notification) -> str:
    what = "of a lead into" if entry.act == INTO_EXISTING else "that made"
    return f"The conversion {what} the opportunity {entry.items[0]['name']} was taken back"


def _cancelled_ja(entry: Notification) -> str:
    who = f"{entry.actor_name} さん" if entry.actor_name else PRODUCT
    item = entry.items[0]
    lines = [f"{who}がリードの案件化を取り消しました。", "", f"案件　: {item['name']}", f"取引先: {item['company']}"]
    if item.get("lead"):
        lines.append(f"リード: {item['lead']} 様")
    if item.get("note"):
        lines += ["", "理由:", item["note"]]
    left = "案件は取消済みとして残り、一覧と集計には入りません。受領や差戻しは不要です。"
    return "\n".join([*lines, "", "案件はもとのまま残っています。" if entry.act == INTO_EXISTING else left])


def _cancelled_en(entry: Notification) -> str:
    item = entry.items[0]
    lines = [f"{entry.actor_name or PRODUCT} took the conversion of a lead back:", ""]
    lines += [f"Opportunity: {item['name']}", f"Account: {item['company']}"]
    if item.get("lead"):
        lines.append(f"Lead: {item['lead']}")
    if item.get("note"):
        lines += ["", "Reason:", item["note"]]
    left = "It stays to be read, outside of lists and figures. There is nothing to accept or return any more."
    return "\n".join([*lines, "", "The opportunity stays as it was." if entry.act == INTO_EXISTING else left])


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
    (LEAD_CONVERTED, "ja"): _converted_title_ja,
    (LEAD_CONVERTED, "en"): _converted_title_en,
    (CONVERSION_CANCELLED, "ja"): _cancelled_title_ja,
    (CONVERSION_CANCELLED, "en"): _cancelled_title_en,
    **{(kind, "ja"): _handover_title_ja for kind in HANDOVERS.values()},
    **{(kind, "en"): _handover_title_en for kind in HANDOVERS.values()},
}
BODIES = {
    (LEAD_CONVERTED, "ja"): _converted_ja,
    (LEAD_CONVERTED, "en"): _converted_en,
    (CONVERSION_CANCELLED, "ja"): _cancelled_ja,
    (CONVERSION_CANCELLED, "en"): _cancelled_en,
    **{(kind, "ja"): _handover_ja for kind in HANDOVERS.values()},
    **{(kind, "en"): _handover_en for kind in HANDOVERS.values()},
}
