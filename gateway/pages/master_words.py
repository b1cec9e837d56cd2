"""What the masters, their meanings, and what their values decide are called."""

from flask_babel import gettext, ngettext


def groups() -> dict[str, dict[str, str]]:
    """Masters by subject, in the order of the page."""
    return {
        ngettext("リード", "リード", 2): {
            "lead-stages": gettext("リードステージ"),
            "member-statuses": gettext("メンバー状況"),
            "action-results": gettext("アクション結果"),
            "action-types": gettext("アクション種別"),
            "action-reached": gettext("接触相手"),
            "lead-sources": gettext("リードソース"),
            "temperatures": gettext("温度感"),
            "person-statuses": gettext("在籍状況"),
        },
        ngettext("キャンペーン", "キャンペーン", 2): {
            "campaign-categories": gettext("キャンペーン分類"),
            "campaign-statuses": gettext("キャンペーン状況"),
            "stakeholder-kinds": gettext("関係者の種類"),
            "venue-types": gettext("開催形式"),
            "cost-kinds": gettext("費用の種類"),
        },
        gettext("取引先・案件"): {
            "opportunity-phases": gettext("フェーズ"),
            "account-relations": gettext("取引先との関係"),
            "activity-types": gettext("活動種別"),
        },
    }


def meaning_names() -> dict[str, str]:
    """Meanings as people read them; a meaning that says no more than the label is left out."""
    return {
        "open": gettext("対応中"),
        "appointment": gettext("アポ獲得"),
        "handed_over": gettext("営業引継ぎ"),
        "converted": gettext("案件化"),
        "dropped": gettext("終了（理由が必要）"),
        "response": gettext("反応あり"),
        "none": gettext("反応・接触なし"),
        "contact": gettext("接触"),
        "reached": gettext("本人に接触"),
        "phone": gettext("電話"),
        "mail": gettext("メール"),
        "meeting": gettext("面談"),
        "letter": gettext("手紙"),
        "person": gettext("本人"),
        "other": gettext("本人以外"),
        "present": gettext("在籍"),
        "gone": gettext("在籍していない"),
        "hot": gettext("高い"),
        "warm": gettext("中くらい"),
        "cold": gettext("低い"),
        "planned": gettext("計画段階"),
        "preparing": gettext("準備段階"),
        "running": gettext("実施段階"),
        "ended": gettext("終了"),
        "cancelled": gettext("中止"),
        "called_off": gettext("中止"),
        "own_staff": gettext("自社の担当"),
        "won": gettext("受注"),
        "lost": gettext("失注"),
        "on_hold": gettext("保留"),
        "new": gettext("新規"),
        "existing": gettext("既存"),
        "dormant": gettext("休眠"),
        "competitor": gettext("競合"),
        "no_dealings": gettext("取引禁止"),
    }


def extra_names() -> dict[str, str]:
    return {
        "rank": gettext("順位（高い方が残る）"),
        "contact": gettext("接触とみなす"),
        "reached": gettext("本人に接触"),
        "next_stage": gettext("次のステージ"),
        "days": gettext("次回まで（日）"),
        "do_not_call": gettext("架電禁止"),
        "probability": gettext("確度（%）"),
    }
