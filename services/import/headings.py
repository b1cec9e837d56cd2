"""How the columns of a list were read, what nobody took of it, and what headings mean to whoever uploads them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import language

from .columns import BY_CODE, column_in, letter, plain, row_in
from .gate import LIMITS
from .models import HeaderMeaning, UploadedList
from .schemas import ReadColumn, ReadColumns, Warning


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
            letter="" if cell.get("added") else letter(cell["index"]),
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


def warnings(header: dict[str, Any], english: bool, kind: str = "") -> list[Warning]:
    """What was noticed when a sheet with this header (header.Header) was read. `kind`: of the list whose file it is;
    a corrected file has none: the columns that it lacks stay as the list has them."""
    found = _no_version(header, english) if kind == "update" else []
    found += _undecided(header.get("undecided"), english)
    if unknown := header.get("unknown"):
        said = (
            f"These columns are not part of the list layout and were not read: {_quoted(unknown, english)}."
            if english
            else f"次の列はリストの項目にないため、取り込んでいません：{_quoted(unknown, english)}"
        )
        found.append(Warning(code="unknown_columns", message=said, columns=unknown))
    idle = {letter(cell["index"]): cell["name"] for cell in header.get("cells", ())}
    unnamed = [(column_in(cell), row_in(cell)) for cell in header.get("unnamed", ())]
    found += _idle([idle[column] for column, _ in unnamed if column in idle], english)
    found += _unnamed([place for place in unnamed if place[0] not in idle], english)
    found += _beyond(header.get("beyond", ""), english)
    found += _hidden_columns(header.get("hidden_columns", []), english)
    return found + _hidden_rows(header.get("hidden_rows", 0), header.get("first_hidden", 0), english)


def _no_version(header: dict[str, Any], english: bool) -> list[Warning]:
    """Without the version that was exported, a row cannot tell what the screen has newer than the file."""
    own = {cell["code"] for cell in header.get("cells", ()) if not cell.get("added")}
    if "lead_id" not in own or "version" in own:
        return []
    said = (
        "The file has no column 版 (Version), so values that were changed on the screen after the list was exported "
        "are replaced by those of the file, too. An exported list hides that column: to keep what was changed on the "
        "screen, copy all columns including the hidden one, or export the list again and edit that file."
        if english
        else "「版」の列がないため、リストを出力したあとに画面で変更された値も、ファイルの値に置き換わります。"
        "「版」は、出力したリストでは非表示の列です。"
        "画面の変更を残すには、非表示の列も含めてすべての列をコピーするか、リストを出力し直してから編集してください。"
    )
    return [Warning(code="no_version", message=said)]


def _undecided(rows: dict[str, Any] | None, english: bool) -> list[Warning]:
    """Conflicts that an error workbook did not decide (commands/deciding.py)."""
    if not rows:
        return []
    named, more = rows["rows"], rows["count"] - len(rows["rows"])
    if english:
        those = f"Row {named[0]} is a conflict" if rows["count"] == 1 else f"Rows {', '.join(map(str, named))}"
        those += "" if rows["count"] == 1 else f" and {more:,} more are conflicts" if more else " are conflicts"
        why = (
            "that changed since this file was taken out, so what was written into the cells decided nothing. Look at "
            "the values on the screen"
            if rows["dated"]
            else "and the file has no sheet 出力情報, which tells by which values it was rewritten, so what was "
            "written into the cells decided nothing"
        )
        said = f"{those} {why}. Choose on the page of the list, or take the error workbook out again and write there."
    else:
        those = "、".join(f"{row}行目" for row in named) + (f"ほか{more:,}行" if more else "")
        why = (
            "このファイルを出力した後に内容が変わったため、書き換えた値では決めていません。"
            if rows["dated"]
            else "ファイルに「出力情報」のシートがなく、どの時点の値を見て書き換えたか分からないため、"
            "書き換えた値では決めていません。"
        )
        said = (
            f"衝突している{those}は、{why}リストの画面でどちらの値にするか選ぶか、"
            "行をもう一度Excelで出力して書き換えてください。"
        )
    return [Warning(code="undecided_conflicts", message=said)]


def _quoted(names: list[str], english: bool) -> str:
    return ", ".join(f"“{name}”" for name in names) if english else "".join(f"「{name}」" for name in names)


def _unnamed(places: list[tuple[str, str]], english: bool) -> list[Warning]:
    if not places:
        return []
    if english:
        names = ", ".join(f"{column} (from row {row})" if row else column for column, row in places)
        said = f"These columns have values but no header and were not read: {names}."
    else:
        names = "、".join(f"{column}列（{row}行目から）" if row else f"{column}列" for column, row in places)
        said = f"次の列は値がありますが、見出しが空のため取り込んでいません：{names}"
    return [Warning(code="unnamed_columns", message=said, columns=[column for column, _ in places])]


def _idle(names: list[str], english: bool) -> list[Warning]:
    """Columns of the campaign history in a list update."""
    if not names:
        return []
    said = (
        "A list update does not change the campaign history, so these columns were not used: "
        f"{_quoted(names, english)}. To change it, register the file as participants of the campaign."
        if english
        else "リスト更新ではキャンペーンの履歴は変わらないため、次の列は使っていません："
        f"{_quoted(names, english)}。"
        "変更するには、キャンペーンを選んで参加者リスト取込で登録してください。"
    )
    return [Warning(code="history_columns", message=said, columns=names)]


def _beyond(first: str, english: bool) -> list[Warning]:
    """`first`: the first cell right of all columns that are read, or ""."""
    if not first:
        return []
    last = letter(LIMITS.columns - 1)
    said = (
        f"There are values to the right of column {last}, the {LIMITS.columns}th (the first is {first}), which were "
        "not read. Move those that matter to the left."
        if english
        else f"{last}列（{LIMITS.columns}列目）より右に値がありますが（最初は{first}）、取り込んでいません。"
        "必要な値は、左の列に移して登録してください。"
    )
    return [Warning(code="beyond_columns", message=said, columns=[column_in(first)])]


def _hidden_columns(names: list[str], english: bool) -> list[Warning]:
    if not names:
        return []
    said = (
        f"These columns are hidden in the sheet and were read: {_quoted(names, english)}. "
        "Delete from the file what shall not be taken in."
        if english
        else f"シートで非表示になっている列も読み取りました：{_quoted(names, english)}。"
        "取り込みたくない列は、ファイルから削除して登録してください。"
    )
    return [Warning(code="hidden_columns", message=said, columns=names)]


def _hidden_rows(count: int, first: int, english: bool) -> list[Warning]:
    if not count:
        return []
    if english:
        said = (
            f"{count:,} rows are hidden in the sheet, such as by a filter (the first is row {first}). They were read "
            "like those that are seen."
            if count > 1
            else f"1 row is hidden in the sheet, such as by a filter (row {first}). It was read like those that are "
            "seen."
        )
        said += " To take in only what is seen, copy it into a new workbook and register that."
    else:
        said = (
            f"シートで非表示になっている行（フィルターなど）が{count:,}行あり（最初は{first}行目）、"
            "表示されている行と同じように読み取りました。"
            "表示されている行だけを取り込むには、その行を新しいブックにコピーして登録してください。"
        )
    return [Warning(code="hidden_rows", message=said)]
