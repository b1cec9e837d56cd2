"""添付ファイル: what may be attached, by content; twice is noticed; deleted and restored; nothing half stays."""

import errno
import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from chassis import files
from chassis.settings import settings
from tests.cast import EIJI, GAKU, ISAMU, MAKI, MANA, Person
from tests.parts import Part
from tests.workbooks import Someone, list_workbook

Create = Callable[..., dict[str, Any]]
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def attach(
    campaign: Part, campaign_id: str, content: bytes, name: str, by: Person = MAKI, kind: str = "", **headers: str
) -> Any:
    data = {"file": (io.BytesIO(content), name, kind or "application/octet-stream")}
    return campaign.by(by).post(f"/campaigns/{campaign_id}/attachments", data=data, headers=headers)


def kept_files() -> list[Path]:
    return [file for file in settings().files.rglob("*") if file.is_file()]


def zipped(**parts: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def test_a_file_comes_back_as_it_was(campaign: Part, create: Create) -> None:
    created = create()
    answer = attach(campaign, created["id"], PDF, "企画書 第2版.pdf", kind="application/x-pdf")
    assert answer.status_code == 201, answer.text
    told = answer.get_json()
    assert (told["name"], told["size"], told["type"]) == ("企画書 第2版.pdf", len(PDF), "application/pdf")
    assert (told["sha256"], told["declared_type"]) == (hashlib.sha256(PDF).hexdigest(), "application/x-pdf")
    assert (told["attached_by"], told["attached_by_name"]) == (str(MAKI.id), MAKI.name)
    shown = campaign.by(EIJI).get(f"/campaigns/{created['id']}").get_json()
    assert shown["attachments"] == [told]
    assert campaign.by(EIJI).get(f"/campaigns/{created['id']}/attachments").get_json()["items"] == [told]
    file = campaign.by(ISAMU).get(f"/campaigns/{created['id']}/attachments/{told['id']}")
    assert file.data == PDF
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Length"] == str(len(PDF))
    disposition = file.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%E4%BC%81%E7%94%BB%E6%9B%B8%20%E7%AC%AC2%E7%89%88.pdf" in disposition
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file.headers["Content-Security-Policy"]


def test_what_people_attach_is_let_in(campaign: Part, create: Create, tmp_path: Path) -> None:
    created = create()
    document = zipped(**{"[Content_Types].xml": "x", "word__document.xml": "x"})
    slides = zipped(**{"[Content_Types].xml": "x", "ppt__presentation.xml": "x"})
    given = {
        "名簿.xlsx": (list_workbook(tmp_path / "a.xlsx", [Someone("山田", "a@example.jp")]).read_bytes(), "sheet"),
        "台本.docx": (document, "wordprocessing"),
        "資料.PPTX": (slides, "presentation"),
        "見積.xls": (OLE, "application/vnd.ms-excel"),
        "鍵付き.xlsx": (OLE + b"1", "application/x-ole-storage"),
        "会場.png": (b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png"),
        "写真.jpeg": (b"\xff\xd8\xff\xe0" + bytes(40), "image/jpeg"),
        "控え.csv": ("氏名,会社\r\n山田,北斗\r\n".encode("cp932"), "text/plain"),
        "メモ.txt": ("当日の流れ\n".encode(), "text/plain"),
        "一式.zip": (zipped(readme="x"), "application/zip"),
    }
    for name, (content, kind) in given.items():
        answer = attach(campaign, created["id"], content, name)
        assert answer.status_code == 201, (name, answer.text)
        assert kind in answer.get_json()["type"], name


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("請求書.pdf", b"MZ\x90\x00" + bytes(200), "type_not_allowed"),
        ("page.txt", b"<!DOCTYPE html><script>alert(1)</script>", "type_not_allowed"),
        ("図.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "type_not_allowed"),
        ("図.txt", b'\xef\xbb\xbf <?xml version="1.0"?><svg/>', "type_not_allowed"),
        ("run.bat", b"@echo off\r\ndel *.*\r\n", "type_mismatch"),
        ("会場.exe", b"\x89PNG\r\n\x1a\n" + bytes(40), "type_mismatch"),
        ("会場", PDF, "type_mismatch"),
        ("壊れた.docx", b"PK\x03\x04" + bytes(300), "type_not_allowed"),
        ("本.xlsm", zipped(**{"xl__workbook.xml": "x"}), "type_mismatch"),
        ("空.pdf", b"", "empty"),
        ("長" * 150 + ".pdf", PDF, "name_too_long"),
    ],
)
def test_anything_else_is_refused_by_its_content(
    campaign: Part, create: Create, name: str, content: bytes, code: str
) -> None:
    created = create()
    answer = attach(campaign, created["id"], content, name)
    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.get_json()["errors"]] == [("file", code)]
    assert kept_files() == []


def test_a_name_is_a_name_only(campaign: Part, create: Create) -> None:
    told = attach(campaign, create()["id"], PDF, "../../etc/\u202e企画.pdf").get_json()
    assert told["name"] == "企画.pdf"


def test_too_large_is_said_and_leaves_nothing(campaign: Part, create: Create, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.campaign.attachments.LARGEST", 4096)
    answer = attach(campaign, create()["id"], PDF, "大きい.pdf")
    assert answer.status_code == 413
    assert "大きい.pdf" in answer.get_json()["detail"]
    assert kept_files() == []


def test_the_same_content_twice_is_noticed(campaign: Part, create: Create) -> None:
    created, other = create(), create()
    attach(campaign, created["id"], PDF, "企画書.pdf")
    answer = attach(campaign, created["id"], PDF, "企画書 コピー.pdf", MANA)
    assert answer.status_code == 409
    assert "企画書.pdf" in answer.get_json()["detail"]
    assert answer.get_json()["errors"][0]["code"] == "same_content"
    assert len(kept_files()) == 1
    assert attach(campaign, other["id"], PDF, "企画書.pdf").status_code == 201


def test_a_repeated_request_attaches_once(campaign: Part, create: Create) -> None:
    created = create()
    first, again = (attach(campaign, created["id"], PDF, "企画書.pdf", Idempotency_Key="k1") for _ in range(2))
    assert first.get_json() == again.get_json()
    assert len(kept_files()) == 1


def test_deleted_restored_and_gone_after_a_day(campaign: Part, create: Create) -> None:
    created = create()
    path = f"/campaigns/{created['id']}/attachments"
    one = attach(campaign, created["id"], PDF, "企画書.pdf").get_json()["id"]
    assert campaign.by(MANA).delete(f"{path}/{one}").status_code == 204
    assert campaign.by(MANA).get(f"{path}/{one}").status_code == 404
    assert campaign.by(MANA).get(path).get_json()["total"] == 0
    assert campaign.by(MAKI).post(f"{path}/{one}/restoration").status_code == 200
    assert campaign.by(MANA).get(f"{path}/{one}").data == PDF
    campaign.by(MAKI).delete(f"{path}/{one}")
    attach(campaign, created["id"], PDF, "もう一度.pdf")
    assert campaign.by(MAKI).post(f"{path}/{one}/restoration").status_code == 409
    with campaign.transaction() as session:
        day_before = {"at": datetime.now(UTC) - timedelta(hours=25)}
        session.execute(text("UPDATE attachment SET deleted_at = :at WHERE deleted_at IS NOT NULL"), day_before)
    attach(campaign, created["id"], OLE, "次.doc")
    assert campaign.by(MAKI).post(f"{path}/{one}/restoration").status_code == 404
    assert len(kept_files()) == 2


def test_who_may(campaign: Part, create: Create) -> None:
    created = create()
    path = f"/campaigns/{created['id']}/attachments"
    one = attach(campaign, created["id"], PDF, "企画書.pdf").get_json()["id"]
    assert attach(campaign, created["id"], OLE, "次.doc", EIJI).status_code == 403
    assert campaign.by(EIJI).delete(f"{path}/{one}").status_code == 403
    assert campaign.by(EIJI).get(f"{path}/{one}").status_code == 200
    assert campaign.by(GAKU).get(f"{path}/{one}").status_code == 403
    assert campaign.by(None).get(f"{path}/{one}").status_code == 401
    assert campaign.by(MAKI).get(f"/campaigns/{create()['id']}/attachments/{one}").status_code == 404
    assert attach(campaign, "999999", PDF, "企画書.pdf").status_code == 404


def test_a_full_disk_is_said_and_leaves_nothing(
    campaign: Part, create: Create, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = create()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    answer = attach(campaign, created["id"], PDF, "企画書.pdf")
    assert answer.status_code == 503
    assert answer.get_json()["title"] == "storage_full"
    assert "空き容量" in answer.get_json()["detail"]
    assert kept_files() == []
    assert campaign.by(MAKI).get(f"/campaigns/{created['id']}/attachments").get_json()["total"] == 0
