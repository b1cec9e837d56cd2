"""What taking a list back must leave, worked out from what all records were at every moment; not from the history of
changes, which the product reads.

A lead with its person is one piece, each row of its campaign history another; a lead that the list made is one piece
with all its rows. Who changed a piece after the list did is known, and when.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from tests.cast import Person
from tests.lead.test_take_a_list_back import everything
from tests.parts import Part

Records = dict[str, dict[int, dict[str, Any]]]
Piece = tuple[str, int, int]  # lead or member, its number, its lead
STEPS = {"contacted", "appointment", "handed_over"}
OF_THE_LEAD = ("person", "memo_version", "action")


def differences(before: Records, after: Records) -> Iterator[tuple[Piece, set[str]]]:
    """Pieces that are not as they were, each record of theirs with the fields that differ."""
    owners = {row["person_id"]: lead for both in (before, after) for lead, row in both["lead"].items()}
    for table in before:
        for key in before[table].keys() | after[table].keys():
            was, now = before[table].get(key, {}), after[table].get(key, {})
            fields = {name for name in {**was, **now} if was.get(name) != now.get(name)}
            if not fields:
                continue
            if table == "campaign_member":
                yield ("member", key, (was or now)["lead_id"]), fields
            else:
                found = key if table == "lead" else owners[key] if table == "person" else (was or now)["lead_id"]
                yield ("lead", found, found), fields


class Watch:
    """Looks on while a list and people change records."""

    def __init__(self, lead: Part) -> None:
        self.lead = lead
        self.now = everything(lead)
        self.first: dict[Piece, Records] = {}  # what all was before the list first changed the piece
        self.fields: dict[Piece, dict[str, Any]] = {}  # what each field was before the list first changed it
        self.made: set[int] = set()
        self.work: dict[Piece, list[tuple[Person, datetime, datetime]]] = {}

    def the_list(self, step: Callable[[], Any]) -> Any:
        answer = step()
        before, self.now = self.now, everything(self.lead)
        self.made |= self.now["lead"].keys() - before["lead"].keys()
        for piece, fields in differences(before, self.now):
            if piece[2] in self.made:
                piece = ("lead", piece[2], piece[2])
            self.first.setdefault(piece, before)
            was = before["campaign_member"].get(piece[1], {}) if piece[0] == "member" else {}
            known = self.fields.setdefault(piece, {})
            for field in fields:
                known.setdefault(field, was.get(field))
        return answer

    def somebody(self, actor: Person, step: Callable[[], Any]) -> None:
        began = datetime.now(UTC)
        step()
        before, self.now = self.now, everything(self.lead)
        for piece, _ in differences(before, self.now):
            if piece[2] in self.made:
                piece = ("lead", piece[2], piece[2])
            if piece in self.first:
                self.work.setdefault(piece, []).append((actor, began, datetime.now(UTC)))

    def leads(self) -> set[int]:
        return {piece[2] for piece in self.first}

    def kept(self) -> dict[int, list[tuple[Person, datetime, datetime]]]:
        """Lead → who changed it last, and between which moments, for all that must be told as kept."""
        found: dict[int, list[Any]] = {}
        for piece, work in self.work.items():
            if piece[0] == "lead":
                found[piece[2]] = [work[-1]]
        for piece, work in self.work.items():
            told = self.fields[piece].keys() - STEPS
            if piece[0] == "member" and told and ("lead", piece[2], piece[2]) not in self.work:
                found.setdefault(piece[2], []).append(work[-1])
        return found

    def after_taking_back(self) -> Records:
        """What every record must be then."""
        wanted = deepcopy(self.now)
        for piece, before in self.first.items():
            if piece[0] == "member":
                self._put_member_back(wanted, piece, before)
            elif piece not in self.work:
                self._put_lead_back(wanted, piece[1], before)
        return wanted

    def _put_lead_back(self, wanted: Records, lead_id: int, before: Records) -> None:
        person = wanted["lead"][lead_id]["person_id"]
        for table in ("memo_version", *(("campaign_member",) if lead_id in self.made else ())):
            wanted[table] = {key: row for key, row in wanted[table].items() if row["lead_id"] != lead_id}
        if lead_id in self.made:
            del wanted["lead"][lead_id], wanted["person"][person]
            return
        memos = {key: row for key, row in before["memo_version"].items() if row["lead_id"] == lead_id}
        wanted["memo_version"] |= memos
        wanted["lead"][lead_id] = before["lead"][lead_id]
        wanted["person"][person] = before["person"][person]

    def _put_member_back(self, wanted: Records, piece: Piece, before: Records) -> None:
        """How far a lead came in a campaign follows from its stage: given back with it, kept with it."""
        was, worked_on = before["campaign_member"].get(piece[1]), piece in self.work
        if was is None:
            if not worked_on:
                del wanted["campaign_member"][piece[1]]
            return
        row = wanted["campaign_member"][piece[1]]
        row |= {field: was[field] for field in row if field not in STEPS and not worked_on}
        if ("lead", piece[2], piece[2]) not in self.work:
            row |= {field: value for field, value in self.fields[piece].items() if field in STEPS}
