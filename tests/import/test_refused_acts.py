"""Every act on a list in every state that refuses it: why, and what to do."""

import io
from typing import Any

import pytest
from sqlalchemy import text

from tests.cast import MAKI
from tests.parts import Part

from .making import people
from .registering import read_and_check, settle, upload

DONE, GONE = "取り消されています。もう一度取り込むには、ファイルを登録し直してください。", "取消の処理中です。"
AGAIN, DISCARDED = (
    "ファイルを直して、もう一度登録してください。",
    "破棄されています。取り込むには、ファイルをもう一度登録",
)
STOPPED, PLANNED = "「同じファイルでやり直す」を選んでください。", "「確定」か「破棄」を選んでください。"
WAIT, READING, ASKING = (
    "処理中です。終わるまでお待ちください。",
    "直したファイルを読んでいるところです。",
    "先に画面で回答",
)
OVER = {
    "undoing": ("undone_already", GONE),
    "undone": ("undone_already", DONE),
    "failed": ("not_taken_in", AGAIN),
    "discarded": ("not_taken_in", DISCARDED),
    "cancelled": ("not_taken_in", STOPPED),
}
AT_WORK = {
    **dict.fromkeys(("received", "planning", "committing"), ("list_at_work", WAIT)),
    "reading": ("list_at_work", READING),
    "asking": ("list_at_work", ASKING),
}
WAITS = {"planned": ("list_planned", PLANNED)}
NOT_RUNNING = ("not_running", "処理中ではないため、中止できません。")
NOT_FAILED = ("not_failed", "失敗も中止もしていないか、取り込んだ行があるため")
ACTS: dict[str, dict[str, tuple[str, str]]] = {
    "corrections": AT_WORK | OVER | {"finished": ("nothing_open", "直す行がありません。")},
    "choices": AT_WORK | OVER | {"finished": ("no_conflicts", "衝突している行はありません。")},
    "undoing": AT_WORK | WAITS | OVER,
    "resumption": AT_WORK | WAITS | OVER | {"finished": ("nothing_stopped", "取り込んでいない行がありません。")},
    "commitment": {status: ("no_plan", words) for status, (_, words) in (AT_WORK | OVER).items()}
    | {"finished": ("no_plan", "すでに確定されたか、確認せずに取り込んだリストです。")},
    "cancellation": dict.fromkeys(("finished", "undone", "failed", "discarded", "cancelled"), NOT_RUNNING)
    | {"reading": ("not_running", READING), "planned": ("not_running", PLANNED), "undoing": ("not_running", GONE)},
    "retry": dict.fromkeys(("finished", "planned", "committing", "undoing", "undone", "discarded"), NOT_FAILED),
}  # fmt: skip
ACTS["disposal"] = ACTS["commitment"]


@pytest.fixture
def list_id(importing: Part) -> str:
    """A finished list, all of it in."""
    made = str(upload(importing, people(2)).get_json()["id"])
    for prepared in read_and_check(importing):
        settle(importing, prepared)
    return made


def refusal(service: Part, list_id: str, act: str, language: str = "ja") -> Any:
    sent: dict[str, Any] = {}
    if act == "choices":
        sent = {"json": {"take": "file"}}
    if act == "corrections":
        sent = {"data": {"file": (io.BytesIO(people(2)), "直した行.xlsx")}}
    answer = service.by(MAKI).post(f"/lists/{list_id}/{act}", headers={"Accept-Language": language}, **sent)
    assert answer.status_code == 409, answer.text
    problem = answer.get_json()
    return problem["type"].rpartition(":")[2], problem["detail"]


@pytest.mark.parametrize("act", ACTS)
def test_who_is_refused_is_told_why_and_what_to_do(importing: Part, list_id: str, act: str) -> None:
    for status, (code, words) in ACTS[act].items():
        with importing.transaction() as session:
            session.execute(text("UPDATE uploaded_list SET status = :status"), {"status": status})
        told = refusal(importing, list_id, act)
        assert told[0] == code and words in told[1], (status, told)
        assert max(refusal(importing, list_id, act, "en")[1]) < "あ"


def test_what_is_stopped_already_is_said_to_be(importing: Part, list_id: str) -> None:
    stopped = "UPDATE uploaded_list SET status = 'committing', cancelled_at = now()"
    with importing.transaction() as session:
        session.execute(text(stopped))
    assert refusal(importing, list_id, "cancellation") == (
        "not_running",
        "このリストはもう止まっています。処理中の行が終わるまでお待ちください。",
    )
