"""Keywords wait for who sorts them in; a row of a campaign's history needs no foreign key to its lead

What merges laid on the list of the keyword index they sorted in themselves, each 4 MB. There is somebody else for that
now (keyword_index.py), so that the limit is only for when nobody comes.

Foreign keys are checked row by row, and lock the row that they point to: a list of 100,000 rows wrote into 30,000
leads of others for nothing, and waited for each. Whoever makes such a row has the lead locked, or is the only one who
makes or takes leads away; a lead that still has rows cannot be deleted (decision 28).
"""

from collections.abc import Sequence

from alembic import op

revision: str = "lead_0026"
down_revision: str | None = "lead_0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FOREIGN_KEYS = (("campaign_member", "lead_id", "lead"), ("lead", "person_id", "person"))
# Of all that a statement deletes at once.
REFUSE = """
CREATE FUNCTION refuse_to_leave_behind() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    left_behind bigint;
BEGIN
    IF TG_TABLE_NAME = 'lead' THEN
        SELECT m.lead_id INTO left_behind FROM gone JOIN campaign_member m ON m.lead_id = gone.id LIMIT 1;
    ELSE
        SELECT l.person_id INTO left_behind FROM gone JOIN lead l ON l.person_id = gone.id LIMIT 1;
    END IF;
    IF left_behind IS NOT NULL THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s %s is still used', TG_TABLE_NAME, left_behind), TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER {table}_leaves_nothing_behind AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_leave_behind()
"""


def upgrade() -> None:
    op.execute("ALTER INDEX person_search SET (gin_pending_list_limit = 32768)")
    for table, column, _ in FOREIGN_KEYS:
        op.drop_constraint(f"{table}_{column}_fkey", table)
    op.execute(REFUSE)
    for _, _, table in FOREIGN_KEYS:
        op.execute(TRIGGER.format(table=table))


def downgrade() -> None:
    for _, _, table in FOREIGN_KEYS:
        op.execute(f"DROP TRIGGER {table}_leaves_nothing_behind ON {table}")
    op.execute("DROP FUNCTION refuse_to_leave_behind()")
    for table, column, other in FOREIGN_KEYS:
        op.create_foreign_key(f"{table}_{column}_fkey", table, other, [column], ["id"])
    op.execute("ALTER INDEX person_search RESET (gin_pending_list_limit)")
