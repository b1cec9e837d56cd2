"""What every screen stands in: company time, page or dialog, redirects that htmx follows too, messages, error pages."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime
from functools import lru_cache
from time import time
from typing import Any
from urllib.parse import urlencode

from flask import Response, after_this_request, g, make_response, render_template, request
from flask_babel import gettext

from chassis.company_time import COMPANY_TIME
from chassis.problems import Problem
from gateway.authentication import came_from, current_user

TIMEZONE = str(COMPANY_TIME)
MESSAGE_COOKIE = "messages"
LARGEST_COOKIE = 3_900  # bytes of a value; browsers drop a cookie of more than 4,096 with its name and attributes


def today() -> date:
    return _day_in(int(time() // 60))


@lru_cache(2)
def _day_in(minute: int) -> date:
    """A page asks for every day on it; no day begins within a minute."""
    return datetime.fromtimestamp(minute * 60, COMPANY_TIME).date()


def is_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def swaps(target: str) -> bool:
    """Whether htmx asks for the fragment that goes into the element with this id."""
    return request.headers.get("HX-Target") == target


def address(path: str, query: dict[str, Any]) -> str:
    """A local address; lists repeat, blank values are left out."""
    pairs = [
        (name, str(value))
        for name, values in query.items()
        for value in (values if isinstance(values, list | tuple) else [values])
        if value not in (None, "")
    ]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def dialog(fragment: str, *, status: int = 200, **context: Any) -> Response:
    """A form that opens in a dialog, and is a page of its own without JavaScript."""
    page = fragment if swaps("dialog-body") else "dialog.html"
    return make_response(render_template(page, fragment=fragment, **context), status)


def go(to: str) -> Response:
    """On to another page, from a form post by the browser or by htmx."""
    if is_htmx():
        return Response(status=204, headers={"HX-Redirect": to})
    return Response(status=303, headers={"Location": to})


# -- messages: said by one answer, shown by the next page -------------------------------------------------------------


def say(text: str, tone: str = "green", **more: str) -> None:
    """A message for the next page, with a `link` (and `link_text`) and an `action` that its button posts to
    (`action_text`). It travels in a short-lived cookie, so no server needs to remember it; what makes the cookie larger
    than browsers keep, goes without its action rather than unsaid."""
    said: list[dict[str, str]] = g.setdefault("messages_said", [])
    said.append({"text": text, "tone": tone} | more)
    if len(value := _in_cookie(said)) > LARGEST_COOKIE:
        for name in ("action", "action_text"):
            said[-1].pop(name, None)
        value = _in_cookie(said)

    @after_this_request
    def remember(response: Response) -> Response:
        response.set_cookie(MESSAGE_COOKIE, value, max_age=60, httponly=True, samesite="Lax", secure=request.is_secure)
        return response


def _in_cookie(said: list[dict[str, str]]) -> str:
    return urlsafe_b64encode(json.dumps(said, ensure_ascii=False).encode()).decode()


def take_messages() -> list[dict[str, str]]:
    """The messages for this page; they are shown once."""
    try:
        messages = json.loads(urlsafe_b64decode(request.cookies.get(MESSAGE_COOKIE, "")))
    except ValueError:
        return []
    g.messages_shown = True
    return [message for message in messages if isinstance(message, dict)] if isinstance(messages, list) else []


def messages_are_shown(response: Response) -> Response:
    """After a page that showed the messages, they are gone."""
    if g.get("messages_shown") and not g.get("messages_said"):
        response.delete_cookie(MESSAGE_COOKIE)
    return response


# -- errors -----------------------------------------------------------------------------------------------------------


def what_to_do(status: int) -> tuple[str, str]:
    """A title for an error, and what helps."""
    return {
        401: (gettext("サインインが必要です"), gettext("もう一度サインインしてください。")),
        403: (
            gettext("この画面を開く権限がありません"),
            gettext(
                "必要な場合は、管理者に権限の追加を依頼してください。入力の途中だった場合は、画面を開き直してからもう一度お試しください。"
            ),
        ),
        404: (
            gettext("ページが見つかりません"),
            gettext("アドレスが変わったか、削除された可能性があります。メニューまたは検索から探してください。"),
        ),
        409: (gettext("ほかの人が先に更新しました"), gettext("最新の内容を開き直して、もう一度操作してください。")),
        413: (gettext("ファイルが大きすぎます"), gettext("ファイルを分けて、もう一度登録してください。")),
        503: (
            gettext("一時的に利用できません"),
            gettext("変更は保存されていません。しばらく待ってから、もう一度お試しください。"),
        ),
    }.get(
        status,
        (
            gettext("処理できませんでした"),
            gettext("もう一度お試しください。続く場合は、時刻とこの画面の内容を管理者に伝えてください。"),
        ),
    )


def error_page(problem: Problem) -> Response:
    """An error outside of /api as a page, or as a notice where htmx would have put the answer."""
    title, advice = what_to_do(problem.status)
    document, status = problem.as_json(), problem.status
    detail = document.get("detail", "")
    if status == 422 and request.method == "GET" and document.get("errors"):  # what the address asks for is no question
        title, advice = (
            gettext("アドレスの指定が正しくありません"),
            gettext("アドレスを直すか、画面をメニューから開き直してください。"),
        )
        named = (
            f"{error['field']}={request.args.get(error['field'], '')}: {error['message']}"
            for error in document["errors"]
        )
        detail, status = " ".join(named), status if is_htmx() else 400
    back = None
    if document.get("title") == "csrf":  # the page is older than the sign-in, or another page's form
        title, detail, back = gettext("画面の有効期限が切れました"), "", came_from()
        advice = gettext("送信した内容は登録していません。画面を読み込み直してから、もう一度お試しください。")
    template = "errors/_notice.html" if is_htmx() else "errors/show.html" if current_user() else "errors/plain.html"
    response = make_response(
        render_template(template, status=status, title=title, detail=detail, advice=advice, back=back), status
    )
    if problem.status in (429, 503):
        response.headers["Retry-After"] = str(problem.extra.get("retry_after", 5))
    return response
