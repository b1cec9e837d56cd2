"""A list of more rows than are read at once, over real HTTP, RabbitMQ and PostgreSQL: every row goes in once. And one
whose file breaks far below, when its first rows are in: nothing of it is left, and its owners hear nothing."""

import re
import zipfile
from pathlib import Path

from tests.journeys.test_a_list_is_planned_and_taken_back import once
from tests.journeys.test_a_list_travels import campaign, portlet_count
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook

ROWS = 9_000
BROKEN = 8_900  # the row of the sheet


def people(name: str) -> list[Someone]:
    owner = {"リード担当者": "sara"}
    return [Someone(name, f"{name}{number}@portions.example.jp", more=owner) for number in range(ROWS)]


def test_a_long_list_is_read_in_portions(running: Running, tmp_path: Path) -> None:
    maki, campaign_id = running.by("maki"), campaign(running, "長いリスト")
    state = maki.bring_in(list_workbook(tmp_path / "長い.xlsx", people("long")), "participants", campaign_id)
    assert (state["status"], state["rows_read"], state["reading"]) == ("finished", ROWS, False)
    assert state["outcomes"]["created"] == ROWS
    assert maki.get("/leads", campaign_id=campaign_id)["total"] == ROWS


def test_a_file_that_breaks_far_below_leaves_nothing(running: Running, tmp_path: Path) -> None:
    maki, campaign_id = running.by("maki"), campaign(running, "途中で壊れたリスト")
    entries = portlet_count(running, "sara")
    whole, broken = list_workbook(tmp_path / "前.xlsx", people("broken")), tmp_path / "壊れた.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                cell = re.compile(rb'(<c r="F%d")[^>]*>.*?</c>' % BROKEN)
                part, count = cell.subn(rb'\1 t="s"><v>999999</v></c>', part)
                assert count == 1
            copy.writestr(name, part)
    state = maki.bring_in(broken, "participants", campaign_id)
    assert (state["status"], state["problem_code"], state["rows_read"]) == ("failed", "damaged", 0)
    assert (state["undoing"], state["may_retry"]) == (None, False)
    assert maki.get("/leads", campaign_id=campaign_id)["total"] == 0
    results = once(maki, f"/campaigns/{campaign_id}", ("results", "responded"), 0)["results"]
    assert results["new_leads"] == 0
    once_more = maki.bring_in(whole, "participants", campaign_id)
    assert once_more["outcomes"]["created"] == ROWS
    until(lambda: portlet_count(running, "sara") == entries + 1, what="sara's notice of the list that went in")
