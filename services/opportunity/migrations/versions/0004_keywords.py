"""Accounts and opportunities are found by an index, however they are written"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.keywords import fold_phone

revision: str = "opportunity_0004"
down_revision: str | None = "opportunity_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# As in the lead service: the pairs of neighbouring characters, and the non-ASCII characters by themselves.
BIGRAMS = r"""
CREATE FUNCTION bigrams(searched text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    letters text[] := string_to_array(searched, NULL);
    pairs text[];
BEGIN
    FOR place IN 1 .. cardinality(letters) - 1 LOOP
        pairs[place] := letters[place] || letters[place + 1];
    END LOOP;
    RETURN pairs || string_to_array(regexp_replace(searched, '[ -~]+', '', 'g'), NULL);
END
$$
"""
ACCOUNTS = "SELECT id, name, kana, code, corporate_number, phone, domains FROM account"
WRITE = """
UPDATE {table} AS t SET {column} = new.key FROM unnest(CAST(:ids AS bigint[]), CAST(:keys AS text[])) AS new (id, key)
WHERE new.id = t.id
"""


def upgrade() -> None:
    op.execute(BIGRAMS)
    naming = import_module("services.opportunity.naming")  # Alembic loads this file by its path
    connection = op.get_bind()
    accounts = connection.execute(sa.text(ACCOUNTS)).all()
    names = {one.id: naming.company_key(one.name) for one in accounts}
    _write(connection, "account", "name_key", names)
    found_by = {
        one.id: naming.search_key(
            *(one.name, names[one.id], one.kana, one.code, one.corporate_number, fold_phone(one.phone)), *one.domains
        )
        for one in accounts
    }
    _write(connection, "account", "search_key", found_by)
    opportunities = connection.execute(sa.text("SELECT id, name, code FROM opportunity")).all()
    _write(
        connection,
        "opportunity",
        "search_key",
        {one.id: naming.search_key(one.name, one.code) for one in opportunities},
    )
    for table in ("account", "opportunity"):
        expression: Any = sa.literal_column("bigrams(search_key)")
        op.create_index(f"{table}_search", table, [expression], postgresql_using="gin")


def _write(connection: sa.Connection, table: str, column: str, keys: dict[int, str]) -> None:
    statement = sa.text(WRITE.format(table=table, column=column))
    connection.execute(statement, {"ids": list(keys), "keys": list(keys.values())})


def downgrade() -> None:
    for table in ("account", "opportunity"):
        op.drop_index(f"{table}_search", table_name=table)
    op.execute("DROP FUNCTION bigrams(text)")
