"""リスト出力: the current search as an .xlsx in the list layout; written in the background, then downloaded."""

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
    search = _search()
    try:
        job = call("import").post("/exports", {"kind": _kind(), "search": search.filters})
    except Problem as problem:
        if not is_htmx():
            say(Form(problem=problem).detail, tone="red")
            return go(search.address())
        raise
    if not is_htmx():
        return go(address(f"/exports/{job['id']}", {"search": search.text, "kind": _kind()}))
    return _show(job["id"], search)


@pages.get("/<int:export_id>")
@allow(LIST_KEEPERS)
def show(export_id: int) -> Response:
    return _show(export_id, _search())


def _kind() -> str:
    return "persons" if request.values.get("kind") == "persons" else "leads"


def _search() -> LeadSearch | PersonSearch:
    search = PersonSearch if _kind() == "persons" else LeadSearch
    return search.of_text(request.values.get("search", ""))


def _show(export_id: int | str, search: LeadSearch | PersonSearch) -> Response:
    job = call("import").get(f"/exports/{export_id}")
    context = {"job": job, "running": job["status"] not in ("finished", "failed"), "back": search.address()}
    context["same_search"] = address("", job["search"]).lstrip("?")
    if request.headers.get("HX-Target") == "export-progress":
        return Response(render_template("exports/_progress.html", **context))
    parent = (
        ("/persons", gettext("パーソン")) if job["kind"] == "persons" else ("/leads", ngettext("リード", "リード", 2))
    )
    return dialog("exports/_show.html", title=gettext("リスト出力"), parent=parent, **context)


@pages.get("/<int:export_id>/file")
@allow(LIST_KEEPERS)
def download(export_id: int) -> Response:
    return call("import").download(f"/exports/{export_id}/file")
