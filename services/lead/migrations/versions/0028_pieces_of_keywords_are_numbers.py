"""The pieces of keywords are numbers in their index

Numbers are compared, kept and sorted in by half the work of texts, and no word is looked through for digits any longer:
of the 50 µs that the keywords of a new person took, 29 are left (18.5 → 13.0 to make them, 16.0 → 8.5 to lay them on
the list, 15.5 → 7.5 to sort them in). A Latin letter alone is no piece: most of them stand in nearly every text.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0028"
down_revision: str | None = "lead_0027"
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
    FOREACH word IN ARRAY string_to_array(searched, ' ') LOOP
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
    grams text[] := string_to_array(regexp_replace(searched, '[ -`{-~]+', '', 'g'), NULL);
    word text;
BEGIN
    FOREACH word IN ARRAY string_to_array(regexp_replace(searched, '([0-9])[0-9]+([0-9])', '\1 \2', 'g'), ' ') LOOP
        FOR place IN 2 .. length(word) LOOP
            grams := grams || substr(word, place - 1, 2);
        END LOOP;
    END LOOP;
    FOREACH word IN ARRAY string_to_array(regexp_replace(searched, '[^0-9]+', ' ', 'g'), ' ') LOOP
        FOR place IN 3 .. length(word) LOOP
            grams := grams || substr(word, place - 2, 3);
        END LOOP;
    END LOOP;
    RETURN grams;
END
$$
"""


def upgrade() -> None:
    _index_by(GRAMS)


def _index_by(function: str) -> None:
    op.execute("SET LOCAL maintenance_work_mem = '512MB'")  # for the keywords of 1,000,000 persons
    op.drop_index("person_search", table_name="person")
    op.execute("DROP FUNCTION grams(text)")
    op.execute(function)
    op.create_index(
        "person_search",
        "person",
        [sa.literal_column("grams(search_text)")],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 65_536},
    )
    op.execute("ALTER INDEX person_search ALTER COLUMN 1 SET STATISTICS 300")
    op.execute("ANALYZE person")  # how common each piece is, is asked of the statistics of the index


def downgrade() -> None:
    _index_by(BEFORE)
