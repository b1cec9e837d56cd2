"""Errors as people and programs read them: RFC 9457 problem+json, in the language that the request asks for.

Both languages stand where the error is raised: `raise NotFound(ja="…", en="…")`.
"""

from dataclasses import dataclass
from typing import Any

from flask import Response, g, has_request_context, json, request

LANGUAGES = ("ja", "en")


def language() -> str:
    """The language of this request: what the signed-in user chose, else what the client asks for, else Japanese."""
    if not has_request_context():
        return "ja"
    return str(getattr(g, "language", None) or wished_language() or "ja")


def wished_language() -> str | None:
    """What the client asks for, by Accept-Language; en-GB is English."""
    for wish, quality in request.accept_languages:  # the most wanted first
        language = wish.partition("-")[0].lower()
        if quality > 0 and language in LANGUAGES:
            return language
    return None


def text(ja: str, en: str) -> str:
    """One of two wordings, by the language of the request."""
    return en if language() == "en" else ja


@dataclass(frozen=True)
class Field:
    """What is wrong with one field of a request."""

    field: str
    code: str
    ja: str
    en: str

    def as_json(self) -> dict[str, str]:
        return {"field": self.field, "code": self.code, "message": text(self.ja, self.en)}


class Problem(Exception):
    """A request cannot be answered as asked. `extra` becomes members of the problem document."""

    def __init__(
        self, status: int, code: str, *, ja: str, en: str, errors: tuple[Field, ...] | list[Field] = (), **extra: Any
    ) -> None:
        super().__init__(en)
        self.status, self.code, self.ja, self.en = status, code, ja, en
        self.errors, self.extra = tuple(errors), extra

    def as_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "type": f"urn:tsunagi:problem:{self.code}",
            "title": self.code,
            "status": self.status,
            "detail": text(self.ja, self.en),
        }
        if self.errors:
            document["errors"] = [error.as_json() for error in self.errors]
        return document | self.extra

    def as_response(self) -> Response:
        response = Response(json.dumps(self.as_json()), self.status, content_type="application/problem+json")
        if self.status in (429, 503):
            response.headers["Retry-After"] = str(self.extra.get("retry_after", 5))
        return response


class PassedOn(Problem):
    """A problem that another service answered with; goes to the caller as it came."""

    def __init__(self, document: dict[str, Any]) -> None:
        detail = document.get("detail") or document.get("title") or "error"
        super().__init__(int(document.get("status", 502)), str(document.get("title", "error")), ja=detail, en=detail)
        self.document = document

    def as_json(self) -> dict[str, Any]:
        return self.document


class NotFound(Problem):
    def __init__(self, *, ja: str = "見つかりません。", en: str = "Not found.", **extra: Any) -> None:
        super().__init__(404, extra.pop("code", "not_found"), ja=ja, en=en, **extra)


class Forbidden(Problem):
    def __init__(
        self, *, ja: str = "この操作を行う権限がありません。", en: str = "You may not do this.", **extra: Any
    ) -> None:
        super().__init__(403, extra.pop("code", "forbidden"), ja=ja, en=en, **extra)


class Conflict(Problem):
    """The state is not what the caller believes; `current` tells what it is."""

    def __init__(self, *, ja: str, en: str, **extra: Any) -> None:
        super().__init__(409, extra.pop("code", "conflict"), ja=ja, en=en, **extra)


class Invalid(Problem):
    """422 with what is wrong in which field."""

    def __init__(self, errors: list[Field] | tuple[Field, ...], **extra: Any) -> None:
        first = errors[0]
        super().__init__(422, extra.pop("code", "invalid"), ja=first.ja, en=first.en, errors=errors, **extra)


class Unavailable(Problem):
    """A part is down for the moment; nothing was changed."""

    def __init__(
        self,
        *,
        ja: str = "一時的に利用できません。しばらくしてからもう一度お試しください。",
        en: str = "Not available for the moment. Try again shortly.",
        **extra: Any,
    ) -> None:
        super().__init__(503, extra.pop("code", "unavailable"), ja=ja, en=en, **extra)


# How pydantic's error types read to the person who filled in the form.
WORDINGS: dict[str, tuple[str, str]] = {
    "missing": ("必須です。", "This field is required."),
    "string_too_short": ("{min_length}文字以上で入力してください。", "At least {min_length} characters."),
    "string_too_long": ("{max_length}文字以内で入力してください。", "At most {max_length} characters."),
    "too_short": ("{min_length}つ以上選んでください。", "Choose at least {min_length}."),
    "too_long": ("{max_length}個までにしてください。", "At most {max_length}."),
    "string_type": ("文字で入力してください。", "Must be text."),
    "int_parsing": ("数字で入力してください。", "Must be a whole number."),
    "int_type": ("数字で入力してください。", "Must be a whole number."),
    "bool_parsing": ("はい／いいえで指定してください。", "Must be true or false."),
    "greater_than_equal": ("{ge}以上で入力してください。", "Must be {ge} or more."),
    "less_than_equal": ("{le}以下で入力してください。", "Must be {le} or less."),
    "date_parsing": ("日付を 2026-01-31 の形で入力してください。", "Write the date as 2026-01-31."),
    "date_from_datetime_parsing": ("日付を 2026-01-31 の形で入力してください。", "Write the date as 2026-01-31."),
    "datetime_parsing": ("日時を正しく入力してください。", "Write a date and time."),
    "datetime_from_date_parsing": ("日時を正しく入力してください。", "Write a date and time."),
    "date_type": ("日付を入力してください。", "Give a date."),
    "datetime_type": ("日時を入力してください。", "Give a date and time."),
    "float_parsing": ("数字で入力してください。", "Must be a number."),
    "float_type": ("数字で入力してください。", "Must be a number."),
    "timezone_aware": ("日時に時差を付けてください。", "Give the time a time zone."),
    "literal_error": ("選択肢にない値です。", "Not one of the choices."),
    "enum": ("選択肢にない値です。", "Not one of the choices."),
    "extra_forbidden": ("この項目はありません。", "There is no such field."),
    "json_invalid": ("JSON の形が正しくありません。", "This is not valid JSON."),
}

BLANK = ("入力してください。", "Fill this in.")


def from_pydantic(errors: list[Any], others: tuple[Field, ...] = ()) -> Invalid:
    """A 422 from pydantic's list of errors; a validator's own `Field` goes through as it is. `others`: what else is
    wrong."""
    fields = []
    for error in errors:
        context = error.get("ctx") or {}
        own = getattr(context.get("error"), "field_problem", None)
        name = ".".join(str(part) for part in error["loc"]) or "body"
        if own:
            fields.append(Field(own.field or name, own.code, own.ja, own.en))
            continue
        blank = error["type"] == "string_too_short" and context.get("min_length") == 1
        ja, en = BLANK if blank else WORDINGS.get(error["type"], ("値が正しくありません。", "Not a valid value."))
        fields.append(Field(name, error["type"], ja.format(**context), en.format(**context)))
    told = {field.field for field in fields}
    return Invalid([*fields, *(field for field in others if field.field not in told)])


class FieldError(ValueError):
    """Raised inside a pydantic validator, to say in both languages what is wrong."""

    def __init__(self, code: str, *, ja: str, en: str, field: str = "") -> None:
        super().__init__(en)
        self.field_problem = Field(field, code, ja, en)
