"""The function `grams` of chassis/keywords.py, as services' migrations make it.

Migrations that were gone through stay what they were: another function is another text here, not a change of this one.
"""

# Words stand between blanks, or on lines of their own. Of each the pairs of neighbouring characters, and the non-ASCII
# characters by themselves; of words of digits alone three in a row. All as their hashes.
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
