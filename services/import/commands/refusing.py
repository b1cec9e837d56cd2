"""Why a list does not take an act as it is now, and what to do instead."""

from chassis.problems import Conflict

from ..models import UploadedList

AT_WORK = (
    "list_at_work",
    "このリストは処理中です。終わるまでお待ちください。",
    "This list is at work. Wait until it has finished.",
)
# By status. What is finished takes most acts; the others say themselves why they find nothing to do.
STATES = {
    "received": AT_WORK,
    "asking": (
        "list_at_work",
        "このリストは、ファイルの読み方の確認を待っています。先に画面で回答してください。",
        "This list waits for somebody to say how its file is read. Answer that on its page first.",
    ),
    "reading": (
        "list_at_work",
        "このリストは、直したファイルを読んでいるところです。読み終わるまでお待ちください。",
        "A corrected file of this list is being read. Wait until that is done.",
    ),
    "planning": AT_WORK,
    "planned": (
        "list_planned",
        "このリストは確認待ちで、まだ何も取り込んでいません。「確定」か「破棄」を選んでください。",
        "This list is a plan that waits for a decision; nothing of it is in yet. Confirm or discard it.",
    ),
    "committing": AT_WORK,
    "undoing": (
        "undone_already",
        "このリストは取消の処理中です。もう一度取り込むには、終わってからファイルを登録してください。",
        "This list is being taken back. To take it in again, register the file when that is done.",
    ),
    "undone": (
        "undone_already",
        "このリストはすでに取り消されています。もう一度取り込むには、ファイルを登録し直してください。",
        "This list was taken back already. To take it in again, register the file once more.",
    ),
    "failed": (
        "not_taken_in",
        "このリストは取り込めませんでした。ファイルを直して、もう一度登録してください。",
        "This list was not taken in. Put the file right and register it again.",
    ),
    "discarded": (
        "not_taken_in",
        "この確認は破棄されています。取り込むには、ファイルをもう一度登録してください。",
        "This plan was discarded. To take the list in, register the file once more.",
    ),
    "cancelled": (
        "not_taken_in",
        "このリストは取り込む前に中止されています。取り込むには、「同じファイルでやり直す」を選んでください。",
        "This list was stopped before any of it was in. To take it in, choose “Try the same file again”.",
    ),
}


def not_now(uploaded: UploadedList, code: str = "") -> Conflict:
    """`code`: in place of that of the status, for those who go by one for the act. The list is not finished."""
    own, ja, en = STATES[uploaded.status]
    return Conflict(code=code or own, ja=ja, en=en)
