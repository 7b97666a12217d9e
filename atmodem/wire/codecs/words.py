"""Enumerations of numbers and of words."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from typing import Generic, TypeVar

from attrs import field, frozen

from .base import Codec, Quoting

__all__ = ["Choice", "OpenIntEnum", "OpenStrEnum"]


I = TypeVar("I", bound=enum.IntEnum)  # noqa: E741 - the letter names the bound


E = TypeVar("E", bound=enum.Enum)


class OpenIntEnum(enum.IntEnum):
    """Numbers with names. A number that a firmware sends beyond them becomes a member named ``UNKNOWN_<n>``."""

    @classmethod
    def _missing_(cls, value: object) -> OpenIntEnum | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


class OpenStrEnum(enum.StrEnum):
    """Words with names, compared without case. A word beyond them becomes a member named ``UNKNOWN``."""

    @classmethod
    def _missing_(cls, value: object) -> OpenStrEnum | None:
        if not isinstance(value, str):
            return None
        for member in cls:
            if member.value.lower() == value.lower():
                return member
        unknown = str.__new__(cls, value)
        unknown._name_ = "UNKNOWN"
        unknown._value_ = value
        return unknown


@frozen
class Choice(Codec[E], Generic[E]):
    """One member of an enumeration: of numbers (``IntEnum``) or of words (``StrEnum``)."""

    type: type[E]
    quoting: Quoting = Quoting.NEVER
    #: Take only the declared members when reading, so that the shape tells this field from others.
    closed: bool = False
    #: Other words that are read as a member and never written.
    aliases: Mapping[str, E] = field(factory=dict, hash=False)
    #: Write members without a name too, as a module may answer with them.
    unnamed: bool = False

    @property
    def shape(self) -> str:
        if self.closed:
            words = [*(str(member.value) for member in self.type), *self.aliases]
            return "(?i:" + "|".join(re.escape(word) for word in words) + ")"
        return r"-?\d+" if issubclass(self.type, int) else r"[^,\"\r\n]*"

    @property
    def allowed(self) -> str:
        return "one of " + ", ".join(f"{self.type.__name__}.{member.name}" for member in self.type)

    def write(self, value: E) -> bytes:
        if isinstance(value, bool) or not isinstance(value, (self.type, int, str)):
            raise ValueError(value)
        member = self.type(value)
        if not self.unnamed and member.name not in self.type.__members__:
            raise ValueError(value)
        return str(member.value).encode()

    def read(self, text: bytes) -> E:
        if issubclass(self.type, int):
            return self.type(int(text))
        word = text.decode("latin-1").strip(" ")
        return self.aliases[word] if word in self.aliases else self.type(word)
