"""Who writes a program against the API reads what there is: one document of all parts, and a page."""

import json
import re

import pytest

from chassis import openapi
from chassis.service import SERVICES, load
from gateway.api import document
from gateway.api.public_calls import CALLS
from tests.gateway.upstream import Upstream
from tests.parts import Part


@pytest.fixture
def described(gateway: Part, upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> dict:
    """The document when every service tells about itself, each at a path of its own."""
    from chassis.settings import settings

    for name in SERVICES:
        monkeypatch.setitem(settings().service_urls, name, f"{upstream.url}/{name}")
        upstream.answers(f"/{name}/openapi.json", openapi.document(load(name)))
    document.forget()
    answer = gateway.by(None).get("/api/v1/openapi.json", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.get_json()


def test_a_default_is_a_value_that_the_field_takes(described: dict) -> None:
    kinds = {"string": str, "integer": int, "boolean": bool, "array": list}

    def wrong(told: object, name: str = "") -> list[str]:
        if isinstance(told, list):
            return [each for part in told for each in wrong(part, name)]
        if not isinstance(told, dict):
            return []
        own = "default" in told and not isinstance(told["default"], kinds.get(str(told.get("type")), object))
        return [name] * own + [each for key, part in told.items() for each in wrong(part, f"{name}.{key}")]

    assert wrong(described) == []


def test_every_public_call_is_described_with_what_its_owner_says(described: dict) -> None:
    assert described["openapi"] == "3.1.0"
    for call in CALLS:
        operation = described["paths"][call.path][call.method.lower()]
        assert operation["summary"] == call.en
        assert "x-roles" in operation or call.service in ("", "gateway"), f"{call.method} {call.path}"
        assert {"401", "422", "503"} <= operation["responses"].keys()
    assert described["paths"]["/leads"]["post"]["requestBody"]
    assert "multipart/form-data" in described["paths"]["/lists"]["post"]["requestBody"]["content"]


def test_what_may_be_checked_before_it_is_done_says_so(described: dict) -> None:
    for path in ("/leads/{id}/conversion", "/accounts"):
        assert "check" in [parameter["name"] for parameter in described["paths"][path]["post"]["parameters"]], path


def test_the_gateways_own_calls_are_there_too(described: dict) -> None:
    assert {"/session", "/me", "/users", "/departments", "/tokens"} <= described["paths"].keys()
    assert described["paths"]["/session"]["post"]["security"] == []
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_every_reference_leads_somewhere_and_every_operation_has_its_own_name(described: dict) -> None:
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert references <= described["components"]["schemas"].keys()
    assert "Problem" in references
    names = [told["operationId"] for path in described["paths"].values() for told in path.values()]
    assert len(names) == len(set(names))


def test_every_path_parameter_is_declared(described: dict) -> None:
    for path, operations in described["paths"].items():
        for operation in operations.values():
            declared = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert declared == set(re.findall(r"\{(\w+)\}", path)), path


def test_shapes_of_the_same_name_are_kept_apart(gateway: Part, upstream: Upstream, monkeypatch) -> None:
    from chassis.settings import settings

    for name, kind in (("campaign", "string"), ("lead", "integer")):
        monkeypatch.setitem(settings().service_urls, name, f"{upstream.url}/{name}")
        shape = {"type": "object", "properties": {"x": {"type": kind}}}
        answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}}
        operation = {"parameters": [], "responses": {"200": {"description": "Done"} | answer}}
        path = "/campaigns" if name == "campaign" else "/leads"
        told = {"paths": {path: {"get": operation}}, "components": {"schemas": {"Item": shape}}}
        upstream.answers(f"/{name}/openapi.json", told)
    document.forget()
    made = gateway.by(None).get("/api/v1/openapi.json").get_json()

    def shape_of(path: str) -> dict:
        schema = made["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        return made["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]["x"]

    assert shape_of("/campaigns") == {"type": "string"} and shape_of("/leads") == {"type": "integer"}


def test_a_part_that_is_down_is_described_by_name_and_asked_again_soon(gateway: Part, upstream: Upstream) -> None:
    first = gateway.by(None).get("/api/v1/openapi.json").get_json()
    assert first["paths"]["/leads"]["get"]["summary"] == "リード一覧"
    assert document.FRESH_WHEN_INCOMPLETE < document.FRESH


def test_the_page_shows_every_call_in_both_languages_without_any_script(gateway: Part, described: dict) -> None:
    visitor = gateway.by(None)
    page = visitor.get("/api/v1/docs", headers={"Accept-Language": "ja"})
    assert page.status_code == 200
    assert "<script" not in page.text and "style=" not in page.text
    for call in CALLS:
        assert call.path in page.text and call.ja in page.text
    assert "Search leads" in visitor.get("/api/v1/docs", headers={"Accept-Language": "en"}).text
    style = re.search(r'href="([^"]+\.css)"', page.text)
    assert style and visitor.get(style[1]).status_code == 200
