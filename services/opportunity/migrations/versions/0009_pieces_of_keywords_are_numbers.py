"""The pieces of keywords are numbers in their indexes

Numbers are compared, kept and sorted in by half the work of texts. A Latin letter alone is no piece any longer: most of
them stand in nearly every text.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "opportunity_0009"
down_revision: str | None = "opportunity_0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Pairs of neighbouring characters and non-ASCII characters by themselves; of words of digits alone three in a row. Each
# as its hash. See chassis/keywords.py.
PIECES = "grams || (ARRAY[{}])[1:length(piece) - {}]"


def _pieces(size: int) -> str:
    """The expression that adds the pieces of this size of `piece`, which has eight of them at most."""
    hashes = [f"hashtext(substr(piece, {place}, {size}))" for place in range(1, 9)]
    return PIECES.format(", ".join(hashes), size - 1)


GRAMS = rf"""
CREATE FUNCTION grams(searched text) RETURNS int[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    grams int[] := '{{}}';
    word text;
    piece text;
BEGIN
    FOREACH word IN ARRAY string_to_array(translate(searched, E'\n', ' '), ' ') LOOP
        IF ltrim(word, '0123456789') = '' THEN
            FOR start IN 1 .. length(word) - 2 BY 8 LOOP
                piece := substr(word, start, 10);
                grams := {_pieces(3)};
            END LOOP;
            CONTINUE;
        END IF;
        FOR start IN 1 .. length(word) - 1 BY 8 LOOP
            piece := substr(word, start, 9);
            grams := {_pieces(2)};
        END LOOP;
        IF octet_length(word) > length(word) THEN
            FOR start IN 1 .. length(word) BY 8 LOOP
                piece := substr(word, start, 8);
                grams := {_pieces(1)};
            END LOOP;
        END IF;
    END LOOP;
    RETURN grams;
END
$$
"""
# What it was before.
BEFORE = r"""
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
TABLES = ("account", "opportunity")


def upgrade() -> None:
    _index_by(GRAMS)


def _index_by(function: str) -> None:
    for table in TABLES:
        op.drop_index(f"{table}_search", table_name=table)
    op.execute("DROP FUNCTION grams(text)")
    op.execute(function)
    for table in TABLES:
        expression: sa.ColumnElement[str] = sa.literal_column("grams(search_key)")
        op.create_index(f"{table}_search", table, [expression], postgresql_using="gin")
        op.execute(f"ANALYZE {table}")


def downgrade() -> None:
    _index_by(BEFORE)
