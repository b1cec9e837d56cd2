"""Leads and persons cannot be deleted under what refers to them, whoever tries; no foreign key sees to that."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.lead.conftest import Lists, hanako, taro
from tests.parts import Part


@pytest.mark.parametrize(
    "deleting", ["DELETE FROM lead WHERE id = 1", "DELETE FROM lead", "DELETE FROM person WHERE id = 2"]
)
def test_a_row_that_others_refer_to_stays(lead: Part, lists: Lists, deleting: str) -> None:
    lists.send(taro(), hanako())
    with pytest.raises(IntegrityError, match="is still used"), lead.transaction() as session:
        session.execute(text(deleting))
    with lead.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM lead JOIN person ON person.id = lead.person_id")) == 2


def test_a_lead_without_history_goes_and_then_its_person(lead: Part, lists: Lists) -> None:
    lists.send(taro())
    with lead.transaction() as session:
        session.execute(text("DELETE FROM campaign_member"))
        session.execute(text("DELETE FROM lead"))
        session.execute(text("DELETE FROM person"))
