"""Another system: talks to the public API v1 as its documentation says, over real HTTP."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from tests.waiting import until

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Answer:
    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self.status, self.headers, self.content = response.status, response.headers, response.data

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class System:
    """`System(url).sign_in("maki")`, then get, post and patch below /api/v1."""

    def __init__(self, url: str) -> None:
        self.url, self.token = f"{url}/api/v1", ""
        self.pool = urllib3.PoolManager(retries=False, timeout=30)

    def sign_in(self, login: str, password: str = "tsunagi-demo") -> "System":
        answer = self.ask("POST", "/session", {"login": login, "password": password})
        assert answer.status in (200, 201), answer.content
        self.token = answer.json["token"]
        return self

    def ask(self, method: str, path: str, document: Any = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        body = None
        if document is not None:
            body = json.dumps(document).encode()
            sent["Content-Type"] = "application/json"
        return Answer(self.pool.request(method, self.url + path, body=body, headers=sent))

    def get(self, path: str, **params: Any) -> Any:
        answer = self.ask("GET", f"{path}?{urlencode(params, doseq=True)}" if params else path)
        assert answer.status == 200, (path, answer.status, answer.content)
        return answer.json

    def post(self, path: str, document: Any, **headers: str) -> Any:
        answer = self.ask("POST", path, document, **headers)
        assert answer.status < 300, (path, answer.status, answer.content.decode())
        return answer.json if answer.content else None

    def upload(
        self,
        file: Path,
        kind: str,
        campaign_id: str | None = None,
        ask: bool = False,
        mode: str = "commit",
        **headers: str,
    ) -> Answer:
        """POST /lists."""
        fields: dict[str, Any] = {"kind": kind, "mode": mode, "file": (file.name, file.read_bytes(), WORKBOOK)}
        if campaign_id:
            fields["campaign_id"] = campaign_id
        if ask:
            fields["ask"] = "true"
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {self.token}"
        return Answer(self.pool.request("POST", f"{self.url}/lists", fields=fields, headers=sent))

    def bring_in(self, file: Path, kind: str, campaign_id: str | None = None) -> Any:
        """Uploads a list and waits until it is finished or failed; its last state."""
        answer = self.upload(file, kind, campaign_id)
        assert answer.status == 202, answer.content.decode()
        return self.finished(answer.json["id"])

    def plan(self, file: Path, kind: str, campaign_id: str | None = None) -> Any:
        """Uploads a list to see what it would do, and waits until that is known; its last state."""
        answer = self.upload(file, kind, campaign_id, mode="plan")
        assert answer.status == 202, answer.content.decode()
        return self.finished(answer.json["id"])

    def finished(self, list_id: str, seconds: float = 60) -> Any:
        """The list when it is through with what it was about to do."""

        def state() -> Any:
            found = self.get(f"/lists/{list_id}")
            return found if found["status"] in ("finished", "failed", "planned", "undone") else None

        return until(state, seconds, f"list {list_id}")

    def everybody(self) -> dict[str, Any]:
        """login → user."""
        return {user["login"]: user for user in self.get("/users", page_size=100)["items"]}
