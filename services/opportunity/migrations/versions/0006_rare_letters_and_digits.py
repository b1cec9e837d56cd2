"""Keywords of one letter and parts of telephone numbers are found by the index"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "opportunity_0006"
down_revision: str | None = "opportunity_0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# As in the lead service.
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


def upgrade() -> None:
    op.execute(GRAMS)
    _index_by("grams")
    op.execute("DROP FUNCTION bigrams(text)")


def _index_by(function: str) -> None:
    for table in ("account", "opportunity"):
        op.drop_index(f"{table}_search", table_name=table)
        expression: sa.ColumnElement[str] = sa.literal_column(f"{function}(search_key)")
        op.create_index(f"{table}_search", table, [expression], postgresql_using="gin")


def downgrade() -> None:
    op.execute(BIGRAMS)
    _index_by("bigrams")
    op.execute("DROP FUNCTION grams(text)")
