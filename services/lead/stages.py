"""The rules of リードステージ, by meaning, never by label."""

from .masters import Masters, Value
from .problems import ALREADY_CONVERTED, DROP_REASON, STAGE_BY_CONVERSION, invalid


def check_move(masters: Masters, current: str, wanted: str, drop_reason: str) -> Value:
    """The stage to move to. Raises Invalid where the rules forbid it: 案件化 is set by a conversion alone and not
    left by hand; 見送り and 対象外 need a reason."""
    target = masters.check("lead-stages", wanted, "stage", current)
    if wanted == current:
        return target
    if masters.stage(current).meaning == "converted":
        raise invalid(ALREADY_CONVERTED)
    if target.meaning == "converted":
        raise invalid(STAGE_BY_CONVERSION)
    if target.meaning == "dropped" and not drop_reason:
        raise invalid(DROP_REASON)
    return target


def follows(masters: Masters, current: str, proposed: str | None) -> bool:
    """Whether a result may move a lead on by itself: only forward, to a stage in use, and only a lead that is still
    being worked."""
    target = masters.get("lead-stages", proposed)
    here = masters.stage(current)
    if target is None or not target.active or here.meaning not in ("open", "appointment"):
        return False
    return target.position > here.position
