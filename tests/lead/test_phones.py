"""A phone number is kept in one form, through whichever door it came, and found and matched however it is written."""

from collections.abc import Callable

from alembic import command
from sqlalchemy import text

from chassis import schema
from chassis.database import engine
from tests.cast import ISAMU, MAKI
from tests.lead.conftest import Lists, row
from tests.parts import Part

PERSON = {"family_name": "森", "company": "森林組合", "phone": "0155-22-3333"}


def stored(lead: Part, lead_id: str) -> dict[str, str]:
    person: dict[str, str] = lead.by(MAKI).get(f"/leads/{lead_id}").get_json()["person"]
    return person


def test_every_door_keeps_the_same(lead: Part, lists: Lists) -> None:
    by_hand = lead.by(MAKI).post("/leads", json={"person": PERSON}).get_json()
    assert by_hand["person"]["phone"] == "0155223333"
    draft = {"family_name": "林", "company": "森林組合", "mobile": "+81 90-1234-5678", "fax": "０３-１１１１-２２２２"}
    person = lead.by(MAKI).post("/persons", json=draft).get_json()
    assert (person["mobile"], person["fax"]) == ("09012345678", "0311112222")
    edit = {"version": person["version"], "direct_phone": "03-9999-0000（内線12）"}
    edited = lead.by(MAKI).patch(f"/persons/{person['id']}", json=edit).get_json()
    assert edited["direct_phone"] == "0399990000 内線12"
    (listed,) = lists.send(row("木村", "", company="木材", phone="06-1111-2222"))
    assert stored(lead, str(listed.lead_id))["phone"] == "0611112222"
    called = {"type": "call_out", "result": "connected", "lead": {"person": {"phone": "(0155) 22-4444"}}}
    assert lead.by(ISAMU).post(f"/leads/{by_hand['id']}/actions", json=called).status_code == 201
    assert stored(lead, by_hand["id"])["phone"] == "0155224444"


def test_other_writing_is_no_change_and_the_same_person(lead: Part, lists: Lists) -> None:
    made = lead.by(MAKI).post("/leads", json={"person": PERSON}).get_json()
    edit = {"version": made["version"], "person": {"phone": "0155(22)3333"}}
    assert lead.by(MAKI).patch(f"/leads/{made['id']}", json=edit).get_json()["version"] == made["version"]
    (again,) = lists.send(row("森", "", company="森林組合", phone="0155223333"))
    assert str(again.lead_id) == made["id"]
    for keyword in ("0155-22-3333", "015522", "22-3333"):
        assert lead.by(MAKI).get("/leads", query_string={"q": keyword}).get_json()["total"] == 1, keyword


def test_what_people_wrote_before_is_written_anew(lead: Part, show: Callable[..., dict]) -> None:
    made = lead.by(MAKI).post("/leads", json={"person": PERSON}).get_json()
    phones = {"phone": "0155-22-3333", "direct_phone": "０１５５-22-3333 内線7", "mobile": "代表 03-1", "fax": ""}
    line = "UPDATE person SET phone = :phone, direct_phone = :direct_phone, mobile = :mobile, fax = :fax"
    with engine().connect() as connection:
        config = schema._configs(lead.service, connection)["service"]
        command.downgrade(config, "lead_0008")
        connection.execute(text(line), phones)
        connection.commit()
        command.upgrade(config, "head")
        connection.commit()
    person = show(made["id"])["person"]
    assert [person[field] for field in phones] == ["0155223333", "0155223333 内線7", "代表 03-1", ""]
    assert person["family_name"] == "森"
