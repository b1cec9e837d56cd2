"""A choice that was retired stays where a lead has it, and no list gives it to anybody anew, as no screen does.

Import refuses it in a リスト登録 by what it has heard of the masters. What a lead has, and what holds in the moment of
the merge, is known here only.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.problems import Field

from .masters import Masters, masters
from .problems import retired_choice
from .staging import CHOICES

# A lower member status never replaces a higher one: it is given only where the lead has a lower one, or none.
HAS_STATUS = """EXISTS (
    SELECT FROM campaign_member m WHERE m.campaign_id = :campaign_id AND m.lead_id = s.lead_id
        AND coalesce((SELECT (c.extra ->> 'rank')::int FROM choice c
                      WHERE c.master = 'member-statuses' AND c.code = m.status), 0) >= s.status_rank)"""


def _given(cell: str, choice: str | None) -> str:
    """Whether the row's value becomes the lead's, who had another. `choice`: fill, file or None, as for the cell."""
    if cell == "member_status":
        return f"NOT {HAS_STATUS}"
    written = {"file": f"l.{cell} <> s.{cell}", "fill": f"l.{cell} = ''", None: "false"}[choice]
    return f"(l.id IS NULL OR {written})"


@lru_cache(maxsize=64)
def _refusal(cells: tuple[tuple[str, str | None], ...]) -> str:
    cases = " ".join(
        f"WHEN s.{cell} = ANY(CAST(:{cell} AS text[])) AND {_given(cell, choice)} THEN ARRAY['{cell}', s.{cell}]"
        for cell, choice in cells
    )
    return f"""
UPDATE staged_row s SET verdict = 'error', problem = 'retired_choice', retired = f.retired
FROM (
    SELECT s.row, CASE {cases} END AS retired FROM staged_row s LEFT JOIN lead l ON l.id = s.lead_id
    WHERE s.verdict IS NULL
) f WHERE f.row = s.row AND f.retired IS NOT NULL
"""


def refuse_retired(session: Session, facts: dict[str, Any], choices: Mapping[str, str]) -> None:
    """Rows that would give a retired choice. `choices`: how the cells of known leads are written, fill or file; those
    that it does not name are written for new leads only. Campaign history is written where there is a campaign."""
    known = masters(session)
    retired = {cell: codes for cell, master in CHOICES.items() if (codes := known.retired(master))}
    if facts["campaign_id"] is None:
        retired.pop("member_status", None)
    if retired:
        session.execute(text(_refusal(tuple((cell, choices.get(cell)) for cell in retired))), facts | retired)


def told_as(known: Masters, cell: str, code: str) -> Field:
    """The reason of a row, with what may be chosen."""
    value = known.get(CHOICES[cell], code)
    usable = [each for each in known.all(CHOICES[cell]) if each.active and each.meaning != "converted"]
    return retired_choice(
        cell,
        (value.label_ja, value.label_en) if value else (code, code),
        [(each.label_ja, each.label_en) for each in usable],
    )
