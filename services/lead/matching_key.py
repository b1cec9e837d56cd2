"""The setting that tells by what a person is recognised, and the locks under which persons are made and owners told."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from .models import Setting

NAME = "matching_key"
# Held until the transaction ends by everything that may create a person: alone, or beside others who hold keys.
LOCK, KEYS, LEADS = 7_265_101, 7_265_102, 7_265_103
# All locks of everybody have one place of a fixed size, in which six batches as large as this one must fit.
MOST_LOCKS = "current_setting('max_locks_per_transaction')::int * current_setting('max_connections')::int"
# Who is named by a lead number may be known by a key that is not held here.
MAY_STAND_BESIDE = "SELECT 6 * count(*) <= {most} AND count(given_id) = 0 FROM staged_row"
ITS_KEY = "hashtext(coalesce(email_key, bare_key))"  # two keys with one hash are only taken for one
HOLD_KEYS = f"""
SELECT array_agg(key) FROM (
    SELECT DISTINCT {ITS_KEY} AS key FROM staged_row WHERE coalesce(email_key, bare_key) IS NOT NULL
) each WHERE NOT pg_try_advisory_xact_lock(:keys, key)
"""
ANY_UNKNOWN = f"""
SELECT EXISTS (SELECT FROM staged_row WHERE lead_id IS NULL AND verdict IS NULL AND {ITS_KEY} = ANY(:keys))
"""
# In an order that is the same for all, so that no two wait for each other.
HOLD_LEADS = """
SELECT count(pg_advisory_xact_lock(:leads, lead)) FROM (
    SELECT DISTINCT hashint8(lead_id) AS lead FROM staged_row
    WHERE lead_id IS NOT NULL AND verdict IS NULL AND NOT fresh ORDER BY lead
) in_order
"""


def matching_key(session: Session) -> str:
    """`email` or `email_name`."""
    return str(session.scalars(select(Setting.value).where(Setting.name == NAME)).one())


def one_at_a_time(session: Session) -> None:
    """Waits until nobody else is creating persons: what is looked up from here on stays true until the commit."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def beside_others(session: Session) -> list[int] | None:
    """Waits only until nobody is alone in creating persons. From here on nobody else makes or finds new persons with
    the keys of the staged rows, except for those of which somebody else holds the keys: their hashes are the answer.
    None if these rows have to be alone."""
    if not session.scalar(text(MAY_STAND_BESIDE.format(most=MOST_LOCKS))):
        return None
    session.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": LOCK})
    return session.scalar(text(HOLD_KEYS), {"keys": KEYS}) or []


def any_unknown(session: Session, keys: list[int]) -> bool:
    """Whether staged rows with such keys matched nobody: somebody else may be about to make these persons."""
    return bool(keys and session.scalar(text(ANY_UNKNOWN), {"keys": keys}))


def hold_known_leads(session: Session) -> None:
    """Waits until nobody else who stands beside is writing the history of the known leads of the staged rows."""
    session.execute(text(HOLD_LEADS), {"leads": LEADS})


def one_teller(session: Session, list_id: int) -> None:
    """Waits until nobody else is telling owners what a list gave them, or took from them: whoever was told of the one
    is told of the other."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"owners/{list_id}"})
