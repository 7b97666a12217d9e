"""Numbers, flags and yes-or-no."""

from __future__ import annotations

import enum
import math
import re
from typing import ClassVar, Generic, TypeVar

from attrs import field, frozen

from ..secret import Secret
from .base import Codec

__all__ = ["Bitmask", "Bool", "Float", "Hex", "Int", "SecretInt"]


F = TypeVar("F", bound=enum.IntFlag)


@frozen
class Int(Codec[int]):
    """A whole number from *low* to *high*, both included; None means open.

    :param empty: the number that is written as no digits at all; None where there always are some.
    """

    low: int | None = None
    high: int | None = None
    unit: str = ""
    empty: int | None = None

    @property
    def shape(self) -> str:
        return r"[+-]?\d+" if self.empty is None else r"(?:[+-]?\d+)?"

    @property
    def allowed(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if self.low is None and self.high is None:
            return f"a whole number{unit}"
        if self.high is None:
            return f"{self.low}{unit} or more"
        if self.low is None:
            return f"{self.high}{unit} or less"
        return f"from {self.low} to {self.high}{unit}"

    def write(self, value: int) -> bytes:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(value)
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise ValueError(value)
        return b"" if value == self.empty else b"%d" % value

    def read(self, text: bytes) -> int:
        if not text and self.empty is not None:
            return self.empty
        return int(self.checked(text))


@frozen
class Hex(Codec[int]):
    """A number in hexadecimal digits behind *prefix*, at least *width* digits, capitals when *upper*."""

    low: int = 0
    high: int = 0xFFFFFFFF
    prefix: str = "0x"
    width: int = 1
    upper: bool = False

    shape: ClassVar[str] = r"(?:0[xX])?[0-9A-Fa-f]+"

    @property
    def allowed(self) -> str:
        return f"from {self.low:#x} to {self.high:#x}"

    def write(self, value: int) -> bytes:
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            raise ValueError(value)
        return f"{self.prefix}{value:0{self.width}{'X' if self.upper else 'x'}}".encode()

    def read(self, text: bytes) -> int:
        return int(self.checked(text), 16)


@frozen
class Float(Codec[float]):
    """A decimal fraction with *places* digits behind the point."""

    places: int = 2

    shape: ClassVar[str] = r"-?\d+(?:\.\d+)?"
    allowed: ClassVar[str] = "a number"

    def write(self, value: float) -> bytes:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(value)
        return f"{value:.{self.places}f}".encode()

    def read(self, text: bytes) -> float:
        return float(self.checked(text))


@frozen
class Bool(Codec[bool]):
    """Two words for yes and no."""

    yes: str = "1"
    no: str = "0"

    @property
    def shape(self) -> str:
        return f"(?i:{re.escape(self.yes)}|{re.escape(self.no)}|[01])"

    allowed: ClassVar[str] = "True or False"

    def write(self, value: bool) -> bytes:
        if not isinstance(value, bool) and value not in (0, 1):
            raise ValueError(value)
        return (self.yes if value else self.no).encode()

    def read(self, text: bytes) -> bool:
        word = text.decode("latin-1").lower()
        if word in (self.yes.lower(), "1"):
            return True
        if word in (self.no.lower(), "0"):
            return False
        raise ValueError(text)


@frozen
class Bitmask(Codec[F], Generic[F]):
    """A sum of flags, written as a decimal number, or in at least *digits* hexadecimal digits behind ``0x``."""

    type: type[F]
    digits: int = 0

    shape: ClassVar[str] = r"(?:0[xX][0-9A-Fa-f]+|\d+)"

    @property
    def allowed(self) -> str:
        return "flags of " + self.type.__name__

    def write(self, value: F) -> bytes:
        known = 0
        for member in self.type:
            known |= member.value
        if isinstance(value, bool) or not isinstance(value, int) or value & ~known or value < 0:
            raise ValueError(value)
        return f"0x{int(value):0{self.digits}X}".encode() if self.digits else b"%d" % int(value)

    def read(self, text: bytes) -> F:
        return self.type(int(text, 0))


@frozen
class SecretInt(Codec[Secret[int]]):
    """A number that is masked everywhere; plain ``int`` is taken too."""

    number: Int = field(factory=Int)

    secret: ClassVar[bool] = True

    @property
    def shape(self) -> str:
        return self.number.shape

    @property
    def allowed(self) -> str:
        return self.number.allowed

    def write(self, value: Secret[int] | int) -> bytes:
        return self.number.write(value.reveal() if isinstance(value, Secret) else value)

    def read(self, text: bytes) -> Secret[int]:
        return Secret(self.number.read(text))
