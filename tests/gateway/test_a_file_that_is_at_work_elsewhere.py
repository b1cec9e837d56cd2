"""A list cannot go on while its file is at work as another one: that one is a click away."""

import json
from base64 import urlsafe_b64decode

import pytest

from gateway.pages.frame import MESSAGE_COOKIE
from tests.cast import MAKI
from tests.gateway.conftest import browser, own_token
from tests.gateway.upstream import Upstream
from tests.parts import Part


@pytest.mark.parametrize("act", ["choices", "retry", "commitment"])
def test_what_is_refused_for_another_list_links_it(act: str, gateway: Part, upstream: Upstream) -> None:
    words = "同じファイルの登録がまだ処理中です。終わるまでお待ちください。"
    refused = {"title": "list_at_work", "status": 409, "detail": words, "list_id": "12"}
    upstream.answers(f"/lists/5/{act}", refused, status=409)
    maki = browser(gateway, MAKI)
    maki.post(f"/lists/5/{act}", data={"csrf_token": own_token(maki), "take": "file"})
    cookie = maki.get_cookie(MESSAGE_COOKIE)
    assert cookie is not None
    (said,) = json.loads(urlsafe_b64decode(cookie.value))
    assert said == {"text": words, "tone": "red", "link": "/lists/12", "link_text": "そのリストを開く"}
