"""Passwords and the key pair of an installation: made at its first start, in files that only their owner may read."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


class Credentials:
    """A folder (mode 700) with a file (mode 600) for each secret."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def password(self, name: str) -> str:
        """The password called `name`, made when first asked for. Safe inside a URL."""
        path = self.folder / f"{name}.password"
        if not path.exists():
            write_secret(path, secrets.token_urlsafe(24))
        return path.read_text()

    def token_keys(self) -> tuple[Path, Path]:
        """The Ed25519 pair that tokens are signed with: (private, for the gateway only; public, for everybody), PEM."""
        private, public = self.folder / "token.private.pem", self.folder / "token.public.pem"
        if not public.exists():
            key = Ed25519PrivateKey.generate()
            write_secret(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii"))
            pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            write_secret(public, pem.decode("ascii"))
            public.chmod(0o644)
        return private, public


def write_secret(path: Path, text: str) -> None:
    """Write a file that nobody else may read, never for a moment; a half-written one never takes its place."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)
