"""Personal tokens, by which programs come in the name of their maker."""

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from chassis.problems import NotFound

from .. import tokens
from ..models import ApiToken
from ..schemas import ApiTokenDraft


def make_api_token(session: Session, user_id: int, draft: ApiTokenDraft) -> tuple[str, ApiToken]:
    """A new personal token, and the row that is kept of it; the token itself is never seen again."""
    token = tokens.fresh(tokens.PERSONAL)
    row = ApiToken(
        user_id=user_id,
        name=draft.name,
        token_hash=tokens.fingerprint(token),
        ending=token[-4:],
        expires_at=draft.expires_at,
    )
    session.add(row)
    session.flush()
    return token, row


def revoke_api_token(session: Session, user_id: int, token_id: int) -> None:
    own = (ApiToken.id == token_id, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    statement = update(ApiToken).where(*own).values(revoked_at=func.now()).returning(ApiToken.id)
    if session.execute(statement).scalar() is None:
        raise NotFound(ja="このAPIトークンは見つかりません。", en="There is no such token.")
