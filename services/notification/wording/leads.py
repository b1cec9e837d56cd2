"""What is said of leads: assigned, taken back, not answered in time."""

from ..models import Notification
from .kinds import FIRST_RESPONSE_OVERDUE, LEAD_ASSIGNED, LEAD_TAKEN_BACK, OWN_LEADS, PRODUCT

SHOWN = 10  # so many leads are named in a mail; the page shows the rest

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
    leads = f"「{_person_ja(entry.items[0])}」" if entry.count == 1 and entry.items else f" {entry.count:,}件"
    return f"リード{leads}{'の割り当てが取り消されました' if entry.act in TAKEN_BACK else 'の担当から外れました'}"


def _taken_back_title_en(entry: Notification) -> str:
    several = f"{entry.count:,} {'lead' if entry.count == 1 else 'leads'}"
    leads = f"the lead {_person_en(entry.items[0])}" if entry.count == 1 and entry.items else several
    if entry.act in TAKEN_BACK:
        return f"The assignment of {leads} to you was taken back"
    return f"You are no longer the owner of {leads}"


def _taken_back_ja(entry: Notification) -> str:
    who = f"{entry.actor_name} さん" if entry.actor_name else PRODUCT
    if entry.act in TAKEN_BACK:
        did = f"{TAKEN_BACK[entry.act][0]}を取り消したため、"
    else:
        did = f"{_how(entry)[0]}担当者を変更したため、"
    told = f"{who}が{did}次のリード {entry.count:,}件はあなたの担当ではなくなりました。"
    see = "現在の担当リード" if entry.link == OWN_LEADS else "リード"
    return "\n".join([told, "", *_leads_ja(entry), "", f"{see}は次のページで確認できます。"])


def _taken_back_en(entry: Notification) -> str:
    what = "This lead is" if entry.count == 1 else f"These {entry.count:,} leads are"
    who = entry.actor_name or PRODUCT
    did = f"took {TAKEN_BACK[entry.act][1]} back" if entry.act in TAKEN_BACK else f"changed the owner{_how(entry)[1]}"
    told = f"{who} {did}. {what} not yours any more:"
    see = "See what is yours now:" if entry.link == OWN_LEADS else "See it here:"
    return "\n".join([told, "", *_leads_en(entry), "", see])


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


TITLES = {
    (LEAD_ASSIGNED, "ja"): _assigned_title_ja,
    (LEAD_ASSIGNED, "en"): _assigned_title_en,
    (LEAD_TAKEN_BACK, "ja"): _taken_back_title_ja,
    (LEAD_TAKEN_BACK, "en"): _taken_back_title_en,
    (FIRST_RESPONSE_OVERDUE, "ja"): _overdue_title_ja,
    (FIRST_RESPONSE_OVERDUE, "en"): _overdue_title_en,
}
BODIES = {
    (LEAD_ASSIGNED, "ja"): _assigned_ja,
    (LEAD_ASSIGNED, "en"): _assigned_en,
    (LEAD_TAKEN_BACK, "ja"): _taken_back_ja,
    (LEAD_TAKEN_BACK, "en"): _taken_back_en,
    (FIRST_RESPONSE_OVERDUE, "ja"): _overdue_ja,
    (FIRST_RESPONSE_OVERDUE, "en"): _overdue_en,
}
