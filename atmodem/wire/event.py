"""Messages that the module sends unasked, and how they are declared."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, ClassVar, TypeVar, dataclass_transform, overload

import attrs

from .codecs import Codec, Quoting
from .secret import hide
from .template import Field

__all__ = [
    "Event",
    "EventDeclaration",
    "Evidence",
    "Unrecognized",
    "event",
    "field_names",
    "fields_of",
    "labels_of",
    "value",
]

T = TypeVar("T")
E = TypeVar("E", bound="type[Event]")

_FIELD = "atmodem.value"
#: Key under which the declaration of a parameter is kept.
PARAMETER = "atmodem.param"


class Evidence(Enum):
    """How well a declaration is known to match real firmware."""

    RUN = "run"
    SOURCE = "source"
    DOCUMENTATION = "documentation"
    UNPROVEN = "unproven"


@overload
def value(codec: Codec[T], *, default: T, answer_quoting: Quoting | None = None, label: str = "") -> T: ...
@overload
def value(codec: Codec[T], *, default: None, answer_quoting: Quoting | None = None, label: str = "") -> T | None: ...
@overload
def value(codec: Codec[T], *, answer_quoting: Quoting | None = None, label: str = "") -> T: ...
def value(
    codec: Codec[Any], *, default: Any = attrs.NOTHING, answer_quoting: Quoting | None = None, label: str = ""
) -> Any:
    """Declare a field of an event or a reply.

    :param codec: its type on the wire.
    :param default: its value where the wire has none; a field with a default may be missing.
    :param answer_quoting: how it is quoted, where that differs from its type's rule.
    :param label: the words before it, in replies made of labelled lines.
    """
    return attrs.field(
        default=default, converter=hide if codec.secret else None, metadata={_FIELD: (codec, answer_quoting, label)}
    )


def fields_of(cls: type) -> list[Field]:
    """Return the wire fields of a declared class, in order."""
    out: list[Field] = []
    for a in attrs.fields(cls):
        if _FIELD in a.metadata:
            codec, answer_quoting, _ = a.metadata[_FIELD]
            out.append(Field(a.name, codec, a.default is not attrs.NOTHING, answer_quoting))
        elif a.metadata.get(PARAMETER, {}).get("codec") is not None:
            facts = a.metadata[PARAMETER]
            out.append(Field(a.name, facts["codec"], a.default is not attrs.NOTHING, facts.get("answer_quoting")))
    return out


def field_names(cls: type) -> list[str]:
    """Return the names of all fields of a declared class, those that are not on the wire too."""
    names: list[str] = [a.name for a in attrs.fields(cls)]
    return names


def labels_of(cls: type) -> dict[str, str]:
    """Return the labels of the fields of a declared class."""
    return {a.name: a.metadata[_FIELD][2] for a in attrs.fields(cls) if _FIELD in a.metadata}


@attrs.frozen
class EventDeclaration:
    """What is known of one kind of event.

    :param name: its name in the dialect's documentation.
    :param template: its text on the wire without leading and trailing line ends.
    :param kind: what tells it from other events of the same name.
    :param lead: line end printed before it.
    :param restarts: seeing it means that the module has started anew.
    :param fallback: tried after all other events of the same name.
    :param variants: other texts that are read as the same event and never written.
    :param section: where the manual has it.
    :param evidence: how well it is known.
    """

    name: str
    template: str
    kind: str | None
    lead: bool
    restarts: bool
    fallback: bool
    section: str
    evidence: Evidence
    variants: tuple[str, ...] = ()


class Event:
    """Base of everything that a module tells unasked."""

    __slots__ = ()

    #: The declaration, on classes made by :func:`event`.
    declaration: ClassVar[EventDeclaration]


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(value,))
def event(
    template: str,
    *,
    name: str,
    kind: str | None = None,
    lead: bool = False,
    restarts: bool = False,
    fallback: bool = False,
    section: str = "",
    evidence: Evidence = Evidence.SOURCE,
    variants: tuple[str, ...] = (),
) -> Callable[[E], E]:
    """Declare an event: the class gets its fields from its annotations and its text from *template*."""

    def wrap(cls: E) -> E:
        made: E = attrs.frozen(cls, kw_only=True)
        made.declaration = EventDeclaration(name, template, kind, lead, restarts, fallback, section, evidence, variants)
        return made

    return wrap


@attrs.frozen(kw_only=True)
class Unrecognized(Event):
    """Bytes that no rule of the dialect explains. The line goes on behind them.

    :param data: the bytes; secrets in them are masked.
    :param reason: what the parser held them for.
    :param fault: the module broke its own rules, so that more than these bytes may be wrong.
    """

    data: bytes
    reason: str = "unknown line"
    fault: bool = attrs.field(default=False, eq=False)
