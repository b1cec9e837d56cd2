"""Phone numbers in the one form in which they are kept"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from chassis.keywords import fold_phone, normal_phone

revision: str = "lead_0009"
down_revision: str | None = "lead_0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FIELDS = ("phone", "direct_phone", "mobile", "fax")
# What lists brought is digits already; only what people typed is read.
READ = sa.text(
    f"SELECT id, {', '.join(FIELDS)} FROM person"
    f" WHERE id > :after AND concat({', '.join(FIELDS)}) ~ '[^0-9]' ORDER BY id LIMIT 5000"
)
WRITE = sa.text(f"UPDATE person SET {', '.join(f'{field} = :{field}' for field in FIELDS)} WHERE id = :id")


def upgrade() -> None:
    connection, after = op.get_bind(), 0
    while rows := connection.execute(READ, {"after": after}).mappings().all():
        connection.execute(WRITE, [{"id": row["id"]} | {field: _kept(row[field]) for field in FIELDS} for row in rows])
        after = rows[-1]["id"]


def _kept(phone: str) -> str:
    """Written anew where that changes neither the matching key nor what is searched."""
    normal = normal_phone(phone)
    return normal if fold_phone(normal) == fold_phone(phone) else phone


def downgrade() -> None:
    """How the numbers were written is not known any more, and does not matter."""
