"""More files that mean harm (hostile.py): what is around the sheets, in the zip directory and in small parts."""

from .hostile import TEXT, Maker

FILES: dict[str, tuple[Maker, str | int]] = {
    "60,000,000 blank lines of text above a NUL": (lambda: TEXT + b"\n" * 60_000_000 + b"\0,x\n", "no_text"),
    "60 MB of quotes above a NUL": (lambda: TEXT + b'"",x\n' * 12_000_000 + b"\0,x\n", "no_text"),
    "60 MB of columns above a NUL": (lambda: TEXT + (b'"",' * 200_000 + b"\n") * 100 + b"\0,x\n", "no_text"),
}
