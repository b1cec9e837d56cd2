"""The lead service as a conversion sees it: one HTTP address that answers what a test wants it to."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class LeadService:
    """`histories`: which campaigns stand in the history of which lead. `refusal`: (status, problem) to answer with
    instead. `delay`: seconds before each answer."""

    def __init__(self) -> None:
        self.histories: dict[int, list[int]] = {}
        self.accounts: dict[int, int] = {}
        self.refusal: tuple[int, dict[str, Any]] | None = None
        self.delay = 0.0
        self.asked: list[tuple[str, str]] = []  # path, Authorization
        handler = type("Handler", (_Handler,), {"lead": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, path: str) -> tuple[int, dict[str, Any]]:
        time.sleep(self.delay)
        if self.refusal:
            return self.refusal
        lead_id = int(path.split("/")[2])
        if lead_id not in self.histories:
            return 404, {"title": "not_found", "status": 404, "detail": "このリードはありません。"}
        return 200, {
            "lead_id": str(lead_id),
            "account_id": str(self.accounts[lead_id]) if lead_id in self.accounts else None,
            "campaign_ids": [str(one) for one in self.histories[lead_id]],
        }

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    lead: LeadService

    def do_GET(self) -> None:
        self.lead.asked.append((self.path, self.headers.get("Authorization", "")))
        status, document = self.lead.answer(self.path)
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass
