"""What an event is: a frozen pydantic model with a name, and the envelope it travels in.

The envelope is CloudEvents 1.0 JSON, structured mode, with three extensions: the cause (one act by a person or a
file, which travels with everything it causes), its kind, and the actor. https://github.com/cloudevents/spec
"""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

REGISTRY: dict[str, type["Event"]] = {}


def uuid7() -> UUID:
    """A time-ordered identifier (RFC 9562, version 7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    return UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))


@dataclass(frozen=True)
class Cause:
    """One act: what kind, by whom (None: the house itself). Everything it causes carries it on."""

    id: UUID
    kind: str
    actor_id: int | None = None

    @classmethod
    def new(cls, kind: str, actor_id: int | None = None) -> "Cause":
        return cls(uuid7(), kind, actor_id)


class Fact(BaseModel):
    """A value inside an event."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Fact):
    """Something that happened. Subclasses name themselves: `class LeadsChanged(Event, name="lead.changed")`.

    `formerly`: the name under which it was said in another form. It is said so no more, but heard, for one may still
    wait somewhere: the model itself understands that form. `terse`: its body leaves out what has its default, for it is
    about thousands of rows."""

    name: ClassVar[str]
    formerly: ClassVar[str | None]
    terse: ClassVar[bool]

    def __init_subclass__(cls, *, name: str, formerly: str | None = None, terse: bool = False, **options: Any) -> None:
        super().__init_subclass__(**options)
        for each in filter(None, (name, formerly)):
            if each in REGISTRY:
                raise TypeError(f"Two events are called {each}.")
            REGISTRY[each] = cls
        cls.name, cls.formerly, cls.terse = name, formerly, terse

    @classmethod
    def routing_key(cls) -> str:
        """`lead.changed` → `lead.changed.v1`; a name that ends in a version keeps it."""
        return _routing_key(cls.name)

    @classmethod
    def routing_keys(cls) -> list[str]:
        """Those by which it is heard."""
        return [_routing_key(name) for name in (cls.name, cls.formerly) if name]

    def subject(self) -> str | None:
        """What must be handled in order: while one event of a subject waits for a retry, its later ones wait too."""
        return None


def _routing_key(name: str) -> str:
    last = name.rpartition(".")[2]
    return name if last[0] == "v" and last[1:].isdigit() else f"{name}.v1"


def event_class(routing_key: str) -> type[Event] | None:
    return REGISTRY.get(routing_key) or REGISTRY.get(routing_key.removesuffix(".v1"))


def envelope(event: Event, event_id: UUID, source: str, cause: Cause) -> bytes:
    """The final bytes of an event; the relay never encodes again."""
    body = event.model_dump_json(exclude_defaults=event.terse).encode()
    return enclosed(type(event), body, event_id, source, cause, event.subject())


def enclosed(
    kind: type[Event], body: bytes, event_id: UUID, source: str, cause: Cause, subject: str | None = None
) -> bytes:
    """The same of an event whose own part (JSON) is there already."""
    head = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": f"/services/{source}",
        "type": f"tsunagi.{kind.routing_key()}",
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "causeid": str(cause.id),
        "causekind": cause.kind,
        "actorid": cause.actor_id,
    }
    if subject:
        head["subject"] = subject
    return json.dumps(head).encode()[:-1] + b', "data": ' + body + b"}"


def opened(body: bytes) -> tuple[Event, Cause, UUID]:
    """The event, its cause and its id from an envelope. Raises ValueError when it is none that the house knows."""
    message = from_json(body)
    if not isinstance(message, dict):
        raise ValueError("the body is no CloudEvents object")
    kind = event_class(str(message.get("type", "")).removeprefix("tsunagi."))
    if kind is None:
        raise ValueError(f"no event is called {message.get('type')}")
    cause = Cause(UUID(message["causeid"]), message["causekind"], message.get("actorid"))
    return kind.model_validate(message["data"]), cause, UUID(message["id"])


def portions(items: list[Any], size: int) -> Iterator[list[Any]]:
    """The items in portions of at most `size`; an event about many leads is said in several."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
