"""リスト登録 / リスト更新: a file comes in. It is looked at (gate.py), stored and announced; nothing is read yet."""

from collections.abc import Mapping
from typing import IO

from sqlalchemy.orm import Session

from chassis import files
from chassis.auth import Actor
from chassis.calls import call
from chassis.database import current_cause
from chassis.problems import Field, Invalid, PassedOn, Problem

from ..columns import WRITTEN
from ..gate import LIMITS, inspect
from ..models import CampaignCopy, UploadedList
from ..refusal import Refused
from .announcing import announce_file, once_at_work

LONGEST_NAME = 200
# Fields of a known lead that a registration may write; the others belong to its campaign history.
OVERWRITABLE = {column.code for column in WRITTEN} - {
    *("lead_id", "version", "member_status", "responded_on", "survey", "note"),
}


def register_list(
    session: Session,
    actor: Actor,
    *,
    file: IO[bytes],
    file_name: str,
    kind: str,
    campaign_id: int | None,
    mode: str,
    overwrite: Mapping[str, str],
    erase_blanks: bool,
    asks: bool = False,
) -> UploadedList:
    """Takes a file in and answers the new list. Raises Invalid, 413, or Conflict while the same file is at work."""
    _check_choices(kind, overwrite, erase_blanks)
    check_campaign(session, actor, kind, campaign_id)
    try:
        seen = inspect(file, LIMITS)
    except Refused as refused:
        raise as_problem(refused, file_name) from refused
    file.seek(0)
    stored = files.store(file, LIMITS.file_bytes)
    files.forget_after_rollback(session, stored.key)
    uploaded = UploadedList(
        kind=kind,
        campaign_id=campaign_id,
        mode=mode,
        overwrite={field: choice for field, choice in overwrite.items() if choice != "keep"},
        erase_blanks=erase_blanks,
        status="received",
        file_key=stored.key,
        file_name=plain_name(file_name),
        file_size=stored.size,
        sha256=stored.sha256,
        sheet=seen.visible[0].name,
        reading_bytes=seen.bytes,
        asks=asks,
        cause_id=current_cause(session).id,
    )
    with once_at_work(session, uploaded, actor.id):
        session.add(uploaded)
    announce_file(session, uploaded.id, seen.bytes)
    return uploaded


def _check_choices(kind: str, overwrite: Mapping[str, str], erase_blanks: bool) -> None:
    """A registration leaves known leads alone but for the fields that were chosen; an update writes what it has."""
    if erase_blanks and kind != "update":
        ja, en = "空白での上書きは、リスト更新でだけ選べます。", "Only an update can erase by blanks."
        raise Invalid([Field("erase_blanks", "not_allowed", ja=ja, en=en)])
    if overwrite and kind == "update":
        ja, en = "項目ごとの選択は、リスト登録でだけ使えます。", "Only a registration chooses field by field."
        raise Invalid([Field("overwrite", "not_allowed", ja=ja, en=en)])
    unknown = overwrite.keys() - OVERWRITABLE
    if unknown or overwrite.get("stage") == "fill":
        names = "、".join(sorted(unknown)) or "stage: fill"
        ja, en = f"この項目は選べません：{names}", f"This cannot be chosen: {names}"
        raise Invalid([Field("overwrite", "unknown_field", ja=ja, en=en)])


def check_campaign(session: Session, actor: Actor, kind: str, campaign_id: int | None) -> None:
    """A registration needs a campaign that is open; an update has none."""
    if kind == "update":
        if campaign_id is not None:
            ja, en = "リスト更新にはキャンペーンを指定できません。", "An update has no campaign."
            raise Invalid([Field("campaign_id", "not_allowed", ja=ja, en=en)])
        return
    if campaign_id is None:
        raise Invalid([Field("campaign_id", "missing", ja="キャンペーンを選んでください。", en="Choose a campaign.")])
    known = session.get(CampaignCopy, campaign_id)
    name, is_open = (known.name, True) if known and known.open_for_lists else _asked(actor, campaign_id)
    if not is_open:
        raise Invalid(
            [
                Field(
                    "campaign_id",
                    "campaign_closed",
                    ja=f"キャンペーン「{name}」は中止されているため、リストを登録できません。"
                    "別のキャンペーンを選ぶか、ステータスを戻してください。",
                    en=f"The campaign “{name}” was called off; no list can be "
                    "registered for it. Choose another one, or change its status back.",
                )
            ]
        )


def _asked(actor: Actor, campaign_id: int) -> tuple[str, bool]:
    """Name and openness of a campaign that this service has not heard of yet, or only that it takes no lists."""
    try:
        campaign = call("campaign", actor.token).get(f"/campaigns/{campaign_id}")
    except PassedOn as problem:
        if problem.status != 404:
            raise
        ja, en = "そのキャンペーンはありません。", "There is no such campaign."
        raise Invalid([Field("campaign_id", "unknown_campaign", ja=ja, en=en)]) from problem
    return str(campaign["name"]), bool(campaign.get("open_for_lists", True))


def as_problem(refused: Refused, file_name: str) -> Problem:
    """What the person who sent the file is told: 413 or 422 about the field `file`."""
    name = plain_name(file_name)
    field = Field("file", refused.code, ja=f"「{name}」: {refused.ja}", en=f"“{name}”: {refused.en}")
    if refused.code == "too_large":
        return Problem(413, refused.code, ja=field.ja, en=field.en, errors=[field])
    return Invalid([field], code=refused.code)


def plain_name(file_name: str) -> str:
    """The last part of the name that was sent, without what is invisible."""
    name = "".join(sign for sign in file_name.replace("\\", "/").rsplit("/", 1)[-1] if sign.isprintable())
    return name.strip()[-LONGEST_NAME:] or "list.xlsx"
