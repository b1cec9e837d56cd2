"""How the columns of a list were read, what nobody took of it, and what headings mean to whoever uploads them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import language

from .columns import BY_CODE, letter, plain
from .models import HeaderMeaning, UploadedList
from .schemas import ReadColumn, ReadColumns, Warning
from .uncovered import column_of, row_of


def remembered_meanings(session: Session, user_id: int | None) -> dict[str, str]:
    """What headers mean to somebody: plain name → code, "" where the column is not read."""
    kept = select(HeaderMeaning.name, HeaderMeaning.code).where(HeaderMeaning.user_id == user_id)
    return {name: code for name, code in session.execute(kept)}


def read_columns(session: Session, actor: Actor, uploaded: UploadedList) -> ReadColumns | None:
    """None before the list is read."""
    if uploaded.header is None:
        return None
    remembered, english = remembered_meanings(session, uploaded.created_by), language() == "en"

    def label(code: str) -> str:
        return BY_CODE[code].en if english else BY_CODE[code].ja

    taken = [
        ReadColumn(
            letter=letter(cell["index"]),
            name=cell["name"],
            label=label(cell["code"]),
            remembered=remembered.get(plain(cell["name"])) == cell["code"],
        )
        for cell in sorted(uploaded.header["cells"], key=lambda cell: int(cell["index"]))
    ]
    others = [*uploaded.header.get("left_out", []), *uploaded.header.get("unknown", [])]
    left_out = [
        ReadColumn(letter="", name=name, label="", remembered=remembered.get(plain(name)) == "") for name in others
    ]
    known = any(column.remembered for column in [*taken, *left_out])
    return ReadColumns(
        row=uploaded.header["row"],
        taken=taken,
        left_out=left_out,
        may_forget=known and actor.id == uploaded.created_by,
    )


def names(uploaded: UploadedList) -> set[str]:
    """The headings of the list, as they are remembered."""
    header = uploaded.header or {}
    taken = [cell["name"] for cell in header.get("cells", [])]
    return {plain(name) for name in [*taken, *header.get("left_out", []), *header.get("unknown", [])]}


def warnings(uploaded: UploadedList, english: bool) -> list[Warning]:
    header, found = uploaded.header or {}, []
    if unknown := header.get("unknown"):
        names = ", ".join(f"“{name}”" for name in unknown) if english else "".join(f"「{name}」" for name in unknown)
        said = (
            f"These columns are not part of the list layout and were not read: {names}."
            if english
            else f"次の列はリストの項目にないため、取り込んでいません：{names}"
        )
        found.append(Warning(code="unknown_columns", message=said, columns=unknown))
    if unnamed := header.get("unnamed"):
        idle = {letter(cell["index"]): cell["name"] for cell in header["cells"]}
        found += _idle([idle[column] for cell in unnamed if (column := column_of(cell)) in idle], english)
        places = [(column, row_of(cell)) for cell in unnamed if (column := column_of(cell)) not in idle]
        if not places:
            return found
        if english:
            names = ", ".join(f"{column} (from row {row})" if row else column for column, row in places)
            said = f"These columns have values but no header and were not read: {names}."
        else:
            names = "、".join(f"{column}列（{row}行目から）" if row else f"{column}列" for column, row in places)
            said = f"次の列は値がありますが、見出しが空のため取り込んでいません：{names}"
        found.append(Warning(code="unnamed_columns", message=said, columns=[column for column, _ in places]))
    return found


def _idle(names: list[str], english: bool) -> list[Warning]:
    """Columns of the campaign history in a list update."""
    if not names:
        return []
    said = (
        "A list update does not change the campaign history, so these columns were not used: "
        f"{', '.join(f'“{name}”' for name in names)}. To change it, register the file as participants of the campaign."
        if english
        else "リスト更新ではキャンペーンの履歴は変わらないため、次の列は使っていません："
        f"{''.join(f'「{name}」' for name in names)}。"
        "変更するには、キャンペーンを選んで参加者リスト取込で登録してください。"
    )
    return [Warning(code="history_columns", message=said, columns=names)]
