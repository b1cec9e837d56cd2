"""The HTTP door: a route says who may use it, what it takes and what it answers; the door does the rest.

One request is one transaction. A view names what it wants of: session, actor, body, query, form, files, and the
parameters of its path. The same declaration is what the OpenAPI document is made of.

A view that answers an iterator of texts is streamed as it comes, and its transaction lasts until the last of them.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, get_origin

from flask import Flask, Response, json, request
from pydantic import BaseModel, ValidationError

from .auth import Allowed, Authenticator, admit
from .database import transaction
from .events import Cause
from .idempotency import earlier_answer, keep_answer
from .problems import Field, Problem, from_pydantic

View = Callable[..., Any]


@dataclass(frozen=True)
class Route:
    """One declared route. Shapes are pydantic models; `cause` names the kind of act in the change history. A
    `checkable` one may be asked with `?check=true`: it says what is wrong as ever, else 204, and nothing is done. It
    also says all that is wrong at once: what is no value of its field, and what is amiss in the rest."""

    method: str
    path: str
    view: View
    allow: Allowed
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    form: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    cause: str = "request"
    checkable: bool = False
    wants: frozenset[str] = field(default_factory=frozenset)


class Routes:
    """The routes of a service, in the order in which they are written."""

    def __init__(self) -> None:
        self.declared: list[Route] = []

    def _declare(self, method: str, path: str, options: dict[str, Any]) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            wants = frozenset(inspect.signature(view).parameters)
            self.declared.append(Route(method, path, view, wants=wants, **options))
            return view

        return decorate

    def get(self, path: str, **options: Any) -> Callable[[View], View]:
        return self._declare("GET", path, options)

    def post(self, path: str, **options: Any) -> Callable[[View], View]:
        return self._declare("POST", path, options)

    def patch(self, path: str, **options: Any) -> Callable[[View], View]:
        return self._declare("PATCH", path, options)

    def put(self, path: str, **options: Any) -> Callable[[View], View]:
        return self._declare("PUT", path, options)

    def delete(self, path: str, **options: Any) -> Callable[[View], View]:
        return self._declare("DELETE", path, options)

    def register(self, app: Flask, authenticator: Authenticator) -> None:
        for route in self.declared:
            endpoint = f"{route.method} {route.path}"
            door = _door(route, authenticator)
            door.allow = route.allow  # type: ignore[attr-defined]
            app.add_url_rule(route.path, endpoint.replace(".", "_"), door, methods=[route.method])


def _door(route: Route, authenticator: Authenticator) -> View:
    def door(**path_values: Any) -> Response:
        actor = admit(route.allow, authenticator)
        actor_id = actor.id if actor else None
        given = path_values | {"actor": actor}
        try:
            given |= _taken(route)
        except ValidationError as error:
            wrong = error.errors(include_url=False)
            raise from_pydantic(wrong, _wrong_besides(route, given, wrong)) from error
        with ExitStack() as held:
            session = held.enter_context(transaction(Cause.new(route.cause, actor_id)))
            earlier = earlier_answer(session, request, actor_id or 0)
            if earlier is not None:
                return earlier
            given["session"] = session
            result = route.view(**{name: given[name] for name in route.wants})
            if route.checkable and request.args.get("check") == "true":
                session.rollback()
                return Response(status=204)
            if isinstance(result, Iterator):
                response = Response(result, route.status, content_type="application/x-ndjson")
                response.call_on_close(held.pop_all().close)
                return response
            response = result if isinstance(result, Response) else _answered(route, result)
            keep_answer(session, request, actor_id or 0, response)
        return response

    return door


def _taken(route: Route) -> dict[str, Any]:
    """Body, query, form and files of the request, in the route's shapes. Raises ValidationError."""
    taken: dict[str, Any] = {}
    if route.body:
        taken["body"] = route.body.model_validate_json(request.get_data() or b"{}")
    if route.query:
        taken["query"] = route.query.model_validate(_plain(route.query, request.args))
    if route.form:
        taken["form"] = route.form.model_validate(_plain(route.form, request.form))
    if "files" in route.wants:
        taken["files"] = request.files
    return taken


def _wrong_besides(route: Route, given: dict[str, Any], wrong: list[Any]) -> tuple[Field, ...]:
    """What a checkable route says of the body without its wrong values; nothing where it cannot be without them."""
    if not (route.checkable and route.body):
        return ()
    try:
        rest = _without(json.loads(request.get_data()), [error["loc"] for error in wrong])
        body = route.body.model_validate_json(json.dumps(rest))
    except ValueError:
        return ()
    actor = given["actor"]
    try:
        with transaction(Cause.new(route.cause, actor.id if actor else None)) as session:
            known = given | {"body": body, "session": session}
            route.view(**{name: known[name] for name in route.wants})
            session.rollback()
    except Problem as problem:
        return problem.errors
    return ()


def _without(document: Any, places: list[tuple[str | int, ...]]) -> Any:
    """The document without the members at these places; of a list of plain values, without all of it."""
    for place in places:
        at, member = document, None
        for step in place:
            if isinstance(at, dict) and step in at:
                member = at, step
            elif not (isinstance(at, list) and isinstance(step, int)):
                break
            at = at[step]  # type: ignore[index]  # whatever JSON holds; looked at above
        if member:
            member[0].pop(member[1], None)
    return document


def _plain(shape: type[BaseModel], values: Any) -> dict[str, Any]:
    """Query or form values as a shape wants them: repeated keys as lists where it has a list; blanks are left out."""
    plain: dict[str, Any] = {}
    for key in values:
        known = shape.model_fields.get(key)
        if known is not None and _takes_many(known.annotation):
            plain[key] = [value for value in values.getlist(key) if value != ""]
        elif values[key] != "":
            plain[key] = values[key]
    return plain


def _takes_many(annotation: Any) -> bool:
    inner = getattr(annotation, "__args__", ())
    return get_origin(annotation) in (list, tuple, set) or any(
        get_origin(part) in (list, tuple, set) for part in inner if part is not type(None)
    )


def _answered(route: Route, result: Any) -> Response:
    if result is None:
        return Response(status=204 if route.status == 200 else route.status)
    if route.answer is None:
        return Response(json.dumps(result), route.status, content_type="application/json")
    shaped = result if isinstance(result, route.answer) else route.answer.model_validate(result)
    return Response(shaped.model_dump_json(), route.status, content_type="application/json")
