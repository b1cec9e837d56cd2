"""添付ファイル: attached, listed, deleted and restored. The file lies in chassis.files, what it is in the database."""

from datetime import UTC, datetime, timedelta
from typing import IO

from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis import files
from chassis.auth import Actor
from chassis.problems import Conflict, Field, Invalid, NotFound, Problem

from .file_types import OLD_OFFICE, SHOWN, kind_of
from .models import Attachment, Campaign, UserCopy
from .schemas import AttachmentDetails

LARGEST = 50 << 20  # bytes
LONGEST_NAME = 150
MOST = 100  # files of one campaign
RESTORABLE = timedelta(days=1)


def attach_file(
    session: Session, actor: Actor, campaign_id: int, file: IO[bytes], file_name: str, declared_type: str
) -> AttachmentDetails:
    """Keeps a file. Raises NotFound, Invalid, a 413 Problem, Conflict for content that is attached already, Unavailable
    when the disk is full; then nothing of it is kept."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(ja="このキャンペーンはありません。", en="There is no such campaign.")
    name = _plain_name(file_name)
    kind = _checked(file, name)
    _forget_deleted(session)
    known = session.scalar(_present(campaign_id).with_only_columns(func.count())) or 0
    if known >= MOST:
        raise _wrong("too_many", f"添付できるのは {MOST} 件までです。", f"At most {MOST} files can be attached.")
    stored = files.store(file, LARGEST)
    files.forget_after_rollback(session, stored.key)
    attached = Attachment(
        campaign_id=campaign_id,
        file_key=stored.key,
        name=name,
        size=stored.size,
        sha256=stored.sha256,
        declared_type=declared_type[:200],
        type=kind,
        attached_by=actor.id,
    )
    _keep(session, attached)
    return _details(session, [attached])[0]


def attachments_of(session: Session, campaign_id: int) -> list[AttachmentDetails]:
    """The files of a campaign, the latest first."""
    return _details(session, list(session.scalars(_present(campaign_id).order_by(Attachment.id.desc())).all()))


def attachment(session: Session, campaign_id: int, attachment_id: int, deleted: bool = False) -> Attachment:
    """One file; a deleted one if it is asked for. Raises NotFound."""
    found = session.scalars(
        select(Attachment).where(
            Attachment.id == attachment_id,
            Attachment.campaign_id == campaign_id,
            Attachment.deleted_at.is_not(None) if deleted else Attachment.deleted_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        raise NotFound(ja="この添付ファイルはありません。", en="There is no such attachment.")
    return found


def delete_attachment(session: Session, actor: Actor, campaign_id: int, attachment_id: int) -> None:
    found = attachment(session, campaign_id, attachment_id)
    found.deleted_at, found.deleted_by = datetime.now(UTC), actor.id
    _forget_deleted(session)


def restore_attachment(session: Session, campaign_id: int, attachment_id: int) -> AttachmentDetails:
    """Raises Conflict when the same content was attached meanwhile."""
    found = attachment(session, campaign_id, attachment_id, deleted=True)
    _keep(session, found)
    return _details(session, [found])[0]


def _present(campaign_id: int) -> Select[Attachment]:
    return select(Attachment).where(Attachment.campaign_id == campaign_id, Attachment.deleted_at.is_(None))


def _keep(session: Session, attached: Attachment) -> None:
    """Writes it as present. Raises Conflict when one that is there has the same content."""
    name, same = attached.name, _present(attached.campaign_id).where(Attachment.sha256 == attached.sha256)
    try:
        with session.begin_nested():
            attached.deleted_at = attached.deleted_by = None
            session.add(attached)
    except IntegrityError as error:
        twin = session.scalars(same).first()
        there = twin.name if twin else name
        ja = f"「{name}」と同じ内容のファイル「{there}」がすでに添付されています。"
        en = f"A file with the content of “{name}” is attached already: “{there}”."
        raise Conflict(code="same_content", ja=ja, en=en, errors=[Field("file", "same_content", ja, en)]) from error


def _checked(file: IO[bytes], name: str) -> str:
    """The type of the content. Raises Invalid or a 413 Problem that names the file."""
    if len(name) > LONGEST_NAME:
        ja = f"ファイル名が長すぎます（{LONGEST_NAME}文字まで）。短くしてから添付してください。"
        raise _wrong("name_too_long", f"「{name[:30]}…」: {ja}", f"“{name[:30]}…”: the name is too long.")
    size = file.seek(0, 2)
    if size > LARGEST:
        megabytes = LARGEST >> 20
        ja = f"「{name}」: ファイルが大きすぎます。{megabytes} MB までのファイルを添付できます。"
        en = f"“{name}”: too large; at most {megabytes} MB."
        raise Problem(413, "too_large", ja=ja, en=en, errors=[Field("file", "too_large", ja, en)])
    if size == 0:
        raise _wrong("empty", f"「{name}」: ファイルが空です。", f"“{name}”: the file is empty.")
    kind = kind_of(file)
    if kind is None:
        ja = f"「{name}」: この形式のファイルは添付できません。添付できる形式: {SHOWN}"
        raise _wrong("type_not_allowed", ja, f"“{name}”: files of this kind cannot be attached. Allowed: {SHOWN}")
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in kind.endings:
        ja = f"「{name}」: 拡張子とファイルの内容が一致しません（内容は {kind.endings[0].upper()} 形式です）。"
        en = f"“{name}”: the name does not fit the content, which is {kind.endings[0].upper()}."
        raise _wrong("type_mismatch", ja, en)
    return OLD_OFFICE.get(ending, kind.type)


def _wrong(code: str, ja: str, en: str) -> Invalid:
    return Invalid([Field("file", code, ja, en)], code=code)


def _plain_name(file_name: str) -> str:
    """The last part of the name that was sent, without what is invisible or turns the writing direction."""
    name = "".join(sign for sign in file_name.replace("\\", "/").rsplit("/", 1)[-1] if sign.isprintable())
    return name.strip().lstrip(".") or "file"


def _forget_deleted(session: Session) -> None:
    """What was deleted more than a day ago goes for good; the files once that is certain."""
    old = Attachment.deleted_at < datetime.now(UTC) - RESTORABLE
    for key in session.scalars(delete(Attachment).where(old).returning(Attachment.file_key)).all():
        files.forget_after_commit(session, key)


def _details(session: Session, found: list[Attachment]) -> list[AttachmentDetails]:
    people = select(UserCopy.user_id, UserCopy.name).where(UserCopy.user_id.in_({one.attached_by for one in found}))
    names = {row.user_id: row.name for row in session.execute(people)} if found else {}
    return [
        AttachmentDetails.model_validate(vars(one) | {"attached_by_name": names.get(one.attached_by, "")})
        for one in found
    ]
