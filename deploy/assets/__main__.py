"""`python -m deploy.assets`: what the gateway serves but the repository does not hold.

Third-party scripts come out of PyPI wheels, checked by hash and never installed (requirements.lock beside this file);
translations are compiled from their sources.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

GATEWAY = Path(__file__).parents[2] / "gateway"
# member of the wheel → name under gateway/static/vendor
FILES = {"django_htmx/static/django_htmx/htmx-2.min.js": "htmx.min.js"}


def collect_scripts() -> None:
    vendor = GATEWAY / "static" / "vendor"
    vendor.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", "--dest", folder]
        command += ["--requirement", str(Path(__file__).with_name("requirements.lock"))]
        subprocess.run(command, check=True)
        for wheel in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                for member in FILES.keys() & set(archive.namelist()):
                    (vendor / FILES[member]).write_bytes(archive.read(member))


def compile_translations() -> None:
    for source in GATEWAY.glob("translations/*/LC_MESSAGES/*.po"):
        with source.open("rb") as file:
            catalog = with_singulars(read_po(file, locale=source.parts[-3]))
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


def with_singulars(catalog: Catalog) -> Catalog:
    """A word with a plural is also there by itself: before Python 3.12, gettext() finds no entry that has a plural."""
    for message in list(catalog):
        if isinstance(message.id, tuple) and isinstance(message.string, tuple | list):
            catalog.add(message.id[0], message.string[0], context="")  # beside the entry, which has no context
    return catalog


if __name__ == "__main__":
    collect_scripts()
    compile_translations()
