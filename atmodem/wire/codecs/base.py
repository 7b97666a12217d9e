"""What every type of value has in common."""

from __future__ import annotations

import enum
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from ..secret import MASK

__all__ = ["Codec", "Quoting"]


T = TypeVar("T")


class Quoting(enum.Enum):
    """How a text stands on the wire."""

    ALWAYS = enum.auto()
    NEEDED = enum.auto()
    NEVER = enum.auto()
    #: In answers: written without, read with or without.
    LENIENT = enum.auto()


class Codec(ABC, Generic[T]):
    """How values of one type are written and read.

    Both directions raise :class:`ValueError`; the caller knows the name of the parameter and makes the public error.
    """

    @property
    @abstractmethod
    def shape(self) -> str:
        """Regular expression of the bare text, without capturing groups."""

    @property
    @abstractmethod
    def allowed(self) -> str:
        """What is allowed, in words that follow "must be"."""

    @property
    def quoting(self) -> Quoting:
        """How the text is quoted; numbers and words never are."""
        return Quoting.NEVER

    #: Whether blanks around it are typography: true of numbers and words, never of free text.
    blanks: ClassVar[bool] = True

    @property
    def options(self) -> Sequence[str]:
        """Names of the rows, where the values are those of an option table."""
        return ()

    @property
    def secret(self) -> bool:
        """Whether the value is masked in logs and errors."""
        return False

    #: Whether it takes the rest of the command line, commas and all; it quotes by itself.
    tail: ClassVar[bool] = False

    @abstractmethod
    def write(self, value: T) -> bytes:
        """Return the bare text of *value*, checked."""

    def checked(self, text: bytes) -> bytes:
        """Return *text* if it has the shape of this type.

        :raises ValueError: else.
        """
        if re.fullmatch(self.shape.encode("latin-1"), text) is None:
            raise ValueError(text)
        return text

    @abstractmethod
    def read(self, text: bytes) -> T:
        """Return the value of a bare text."""

    def read_argument(self, text: bytes, *, quoted: bool) -> T:
        """Return the value of an argument; *quoted* tells whether it stood in quotes."""
        return self.read(text)

    def quoting_of(self, value: T) -> Quoting:
        """Return how *value* is quoted in a command."""
        return self.quoting

    def shown(self, value: T) -> bytes:
        """Return the text of *value* as it may be shown."""
        return MASK.encode() if self.secret else self.write(value)

    def secrets(self, value: T) -> list[bytes]:
        """Return what must not be shown of *value*."""
        return [self.write(value)] if self.secret else []
