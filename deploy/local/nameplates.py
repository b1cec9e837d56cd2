"""Which processes each service consists of, as its nameplate says: written to a file, for the house to start them."""

import json
from pathlib import Path

from chassis.service import NAMES, load


def main(arguments: list[str]) -> None:
    Path(arguments[0]).write_text(json.dumps({name: load(name).roles() for name in NAMES}))
