"""リスト出力: the current search as an .xlsx in the list layout; written in the background, then downloaded. So are the
rows of a list that did not go in, where they are many."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext, ngettext

from chassis.problems import Problem
from contracts.roles import LIST_KEEPERS
from gateway.authentication import allow
from gateway.calling import call

from .forms import Form
from .frame import address, dialog, go, is_htmx, say
from .lead_search import LeadSearch
from .person_search import PersonSearch

pages = Blueprint("exports", __name__, url_prefix="/exports")


@pages.post("")
@allow(LIST_KEEPERS)
def create() -> Response:
    if request.form.get("kind") == "errors":
        list_id = request.form.get("list_id", 0, type=int)
        return _created(f"/lists/{list_id}/errors", None, f"/lists/{list_id}", {})
    search = _search()
    wish = {"kind": _kind(), "search": search.filters}
    return _created("/exports", wish, search.address(), {"search": search.text, "kind": _kind()})


def _created(path: str, wish: dict[str, Any] | None, back: str, query: dict[str, Any]) -> Response:
    try:
        job = call("import").post(path, wish)
    except Problem as problem:
        if not is_htmx():
            say(Form(problem=problem).detail, tone="red")
            return go(back)
        raise
    return _show(job["id"]) if is_htmx() else go(address(f"/exports/{job['id']}", query))


@pages.get("/<int:export_id>")
@allow(LIST_KEEPERS)
def show(export_id: int) -> Response:
    return _show(export_id)


def _kind() -> str:
    return "persons" if request.values.get("kind") == "persons" else "leads"


def _search() -> LeadSearch | PersonSearch:
    search = PersonSearch if _kind() == "persons" else LeadSearch
    return search.of_text(request.values.get("search", ""))


def _show(export_id: int | str) -> Response:
    job = call("import").get(f"/exports/{export_id}")
    of_list = job["kind"] == "errors"
    context = {"job": job, "running": job["status"] not in ("finished", "failed"), "of_list": of_list}
    context["back"] = f"/lists/{job['list_id']}" if of_list else _search().address()
    context["same_search"] = address("", {} if of_list else job["search"]).lstrip("?")
    if request.headers.get("HX-Target") == "export-progress":
        return Response(render_template("exports/_progress.html", **context))
    if of_list:
        uploaded = call("import").get(f"/lists/{job['list_id']}")
        title = gettext("取り込めない行") if uploaded["is_draft"] else gettext("取り込めなかった行")
        parent = (f"/lists/{job['list_id']}", gettext("リスト"))
        return dialog("exports/_show.html", title=title, parent=parent, list=uploaded, **context)
    parent = (
        ("/persons", gettext("パーソン")) if job["kind"] == "persons" else ("/leads", ngettext("リード", "リード", 2))
    )
    return dialog("exports/_show.html", title=gettext("リスト出力"), parent=parent, **context)


@pages.get("/<int:export_id>/file")
@allow(LIST_KEEPERS)
def download(export_id: int) -> Response:
    return call("import").download(f"/exports/{export_id}/file")
