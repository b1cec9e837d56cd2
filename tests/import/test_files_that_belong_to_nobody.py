"""A process that dies between its file and its commit leaves a file that belongs to nobody: it goes after a day."""

import io
import os
import time
from pathlib import Path

from chassis import files
from tests.parts import Part

from .exporting import Leads, export
from .making import module, people
from .registering import read_and_check, settle, upload

DAY = 86_400
tidying, models = module("commands.tidying"), module("models")


def kept(content: bytes, age: float) -> Path:
    """A file that no row names, so many seconds old."""
    path = files.path(files.store(io.BytesIO(content)).key)
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_files_that_nobody_names_go_and_all_others_stay(importing: Part, leads: Leads) -> None:
    list_id = upload(importing, people(3)).get_json()["id"]
    (prepared,) = read_and_check(importing)
    settle(importing, prepared)
    export_id = export(importing)
    with importing.transaction() as session:
        owners = (models.UploadedList, list_id), (models.Export, export_id)
        paths = [files.path(session.get_one(table, int(number)).file_key) for table, number in owners]
    for path in paths:
        os.utime(path, (time.time() - 40 * DAY,) * 2)
    stray, fresh, partial = kept(b"stray", 2 * DAY), kept(b"fresh", DAY / 2), kept(b"half", 2 * DAY)
    half = partial.rename(partial.with_suffix(".partial"))
    for minute in range(files.PARTS):
        with importing.transaction() as session:
            tidying.forget_strays(session, time.time() + 60 * minute)
    assert [path.exists() for path in (stray, half)] == [False, False]
    assert all(path.exists() for path in (*paths, fresh))
