"""Keywords of one letter and parts of telephone numbers are found by the index; stages in the order of contacts"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0012"
down_revision: str | None = "lead_0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Pairs of neighbouring characters, but of three and more digits three in a row; letters and non-ASCII characters by
# themselves (one kanji is a word). See chassis/keywords.py.
GRAMS = r"""
CREATE FUNCTION grams(searched text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    letters text[] := string_to_array(searched, NULL);
    grams text[] := string_to_array(regexp_replace(searched, '[ -`{-~]+', '', 'g'), NULL);
    size int := cardinality(grams);
    was_digit boolean := strpos('0123456789', letters[1]) > 0;
    is_digit boolean;
BEGIN
    FOR place IN 2 .. cardinality(letters) LOOP
        is_digit := strpos('0123456789', letters[place]) > 0;
        size := size + 1;
        IF NOT (was_digit AND is_digit) THEN
            grams[size] := letters[place - 1] || letters[place];
        ELSIF strpos('0123456789', letters[place + 1]) > 0 THEN
            grams[size] := letters[place - 1] || letters[place] || letters[place + 1];
        ELSIF place > 2 AND strpos('0123456789', letters[place - 2]) > 0 THEN
            size := size - 1;
        ELSE
            grams[size] := letters[place - 1] || letters[place];
        END IF;
        was_digit := is_digit;
    END LOOP;
    RETURN grams;
END
$$
"""
# What it was before.
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
ORDERS = {
    "lead_stage_next_action": "coalesce(next_action_at, '9999-01-01 00:00:00+00'::timestamptz)",
    "lead_stage_last_contact": "coalesce(last_contact_at, '1900-01-01 00:00:00+00'::timestamptz)",
}


def upgrade() -> None:
    op.execute("SET LOCAL maintenance_work_mem = '512MB'")  # for the keywords of 1,000,000 persons
    op.execute(GRAMS)
    op.drop_index("person_search", table_name="person")
    op.create_index("person_search", "person", [sa.literal_column("grams(search_text)")], postgresql_using="gin")
    op.execute("ALTER INDEX person_search ALTER COLUMN 1 SET STATISTICS 300")
    op.execute("DROP FUNCTION bigrams(text)")
    for name, order in ORDERS.items():
        op.create_index(name, "lead", ["stage", sa.literal_column(order), "id"])


def downgrade() -> None:
    for name in ORDERS:
        op.drop_index(name, table_name="lead")
    op.execute(BIGRAMS)
    op.drop_index("person_search", table_name="person")
    op.create_index("person_search", "person", [sa.literal_column("bigrams(search_text)")], postgresql_using="gin")
    op.execute("DROP FUNCTION grams(text)")
