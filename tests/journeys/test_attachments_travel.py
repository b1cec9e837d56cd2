"""Another system attaches a large file to a campaign and gets it back; nobody on the way holds it whole."""

import hashlib
import os
import re
from pathlib import Path

from tests.journeys.system import Answer
from tests.journeys.test_a_list_travels import campaign
from tests.running import Running

SIZE, LEEWAY = 40 << 20, 24 << 20  # bytes


def peaks(running: Running) -> dict[str, int]:
    """The most memory that each web process and its children ever took, in bytes."""
    found: dict[str, int] = {}
    webs = {running.house.roles[name].pid: name for name in ("gateway-web", "campaign-web")}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = status.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parent, peak = re.search(r"PPid:\s+(\d+)", told), re.search(r"VmHWM:\s+(\d+)", told)
        name = webs.get(int(status.parent.name)) or webs.get(int(parent[1]) if parent else 0)
        if name and peak:
            found[name] = max(found.get(name, 0), int(peak[1]) << 10)
    return found


def test_a_large_file_goes_in_and_out(running: Running) -> None:
    maki, path = running.by("maki"), f"/campaigns/{campaign(running, '大きな資料')}/attachments"
    content = b"%PDF-1.7\n" + os.urandom(SIZE)
    digest = hashlib.sha256(content).hexdigest()
    authorization = {"Authorization": f"Bearer {maki.token}"}
    before = peaks(running)
    assert set(before) == {"gateway-web", "campaign-web"}
    fields = {"file": ("大きな資料.pdf", content, "application/pdf")}
    answer = Answer(maki.pool.request("POST", maki.url + path, fields=fields, headers=authorization))
    assert answer.status == 201, answer.content
    assert (answer.json["sha256"], answer.json["size"]) == (digest, len(content))
    back = maki.ask("GET", f"{path}/{answer.json['id']}")
    assert hashlib.sha256(back.content).hexdigest() == digest
    assert "filename*=UTF-8''%E5%A4%A7" in back.headers["Content-Disposition"]
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    grown = {name: peak - before[name] for name, peak in peaks(running).items()}
    assert all(growth < LEEWAY for growth in grown.values()), grown
    assert maki.ask("DELETE", f"{path}/{answer.json['id']}").status == 204
    assert maki.get(path)["total"] == 0
