"""Text, secrets and bytes in digits."""

from __future__ import annotations

import re
from typing import ClassVar, Generic, TypeVar

from attrs import field, frozen

from ..secret import Secret
from .base import Codec, Quoting
from .numbers import Int

__all__ = ["HexBytes", "OrEmpty", "SecretText", "Text", "TextOrInt"]

T = TypeVar("T")


@frozen
class Text(Codec[str]):
    """Text of at most *longest* bytes in UTF-8. Bytes that are not UTF-8 survive as surrogate escapes.

    :param free: the text may hold separators; at most one field of a record can be free.
    """

    quoting: Quoting = Quoting.NEEDED
    shortest: int = 0
    longest: int | None = None
    free: bool = False
    pattern: str | None = None

    blanks: ClassVar[bool] = False

    @property
    def shape(self) -> str:
        if self.free:
            return ".*?"
        return '[^"]*' if self.quoting is Quoting.ALWAYS else "[^,]*"

    @property
    def allowed(self) -> str:
        if self.pattern:
            return f"text like {self.pattern}"
        if self.longest is None:
            return f"text of {self.shortest} bytes or more" if self.shortest else "text"
        return f"text of {self.shortest} to {self.longest} bytes"

    def write(self, value: str) -> bytes:
        if not isinstance(value, str):
            raise ValueError("not a text")
        data = value.encode("utf-8", "surrogateescape")
        if len(data) < self.shortest or (self.longest is not None and len(data) > self.longest):
            raise ValueError("length")
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise ValueError("form")
        return data

    def read(self, text: bytes) -> str:
        return text.decode("utf-8", "surrogateescape")


@frozen
class SecretText(Codec[Secret[str]]):
    """A text that is masked everywhere; plain ``str`` is taken too and kept as :class:`~atmodem.wire.secret.Secret`."""

    text: Text = field(factory=Text)

    secret: ClassVar[bool] = True
    blanks: ClassVar[bool] = False

    @property
    def quoting(self) -> Quoting:
        return self.text.quoting

    @property
    def shape(self) -> str:
        return self.text.shape

    @property
    def allowed(self) -> str:
        return self.text.allowed

    def write(self, value: Secret[str] | str) -> bytes:
        return self.text.write(value.reveal() if isinstance(value, Secret) else value)

    def read(self, text: bytes) -> Secret[str]:
        return Secret(self.text.read(text))


@frozen
class TextOrInt(Codec[str | int]):
    """A text in quotes, or a number without them."""

    text: Text = field(factory=Text)
    number: Int = field(factory=Int)

    quoting: ClassVar[Quoting] = Quoting.NEEDED
    blanks: ClassVar[bool] = False

    @property
    def shape(self) -> str:
        return self.text.shape

    @property
    def allowed(self) -> str:
        return f"{self.text.allowed}, or {self.number.allowed}"

    def write(self, value: str | int) -> bytes:
        return self.text.write(value) if isinstance(value, str) else self.number.write(value)

    def read(self, text: bytes) -> str | int:
        return self.number.read(text) if re.fullmatch(rb"-?\d+", text) else self.text.read(text)

    def read_argument(self, text: bytes, *, quoted: bool) -> str | int:
        return self.text.read(text) if quoted else self.number.read(text)

    def quoting_of(self, value: str | int) -> Quoting:
        return Quoting.ALWAYS if isinstance(value, str) else Quoting.NEVER


@frozen
class OrEmpty(Codec[T | None], Generic[T]):
    """A value whose place may be empty, in a list."""

    item: Codec[T]

    @property
    def shape(self) -> str:
        return f"(?:{self.item.shape})?"

    @property
    def allowed(self) -> str:
        return f"{self.item.allowed}, or None"

    @property
    def quoting(self) -> Quoting:
        return self.item.quoting

    @property
    def secret(self) -> bool:
        return self.item.secret

    def quoting_of(self, value: T | None) -> Quoting:
        return Quoting.NEVER if value is None else self.item.quoting_of(value)

    def write(self, value: T | None) -> bytes:
        return b"" if value is None else self.item.write(value)

    def read(self, text: bytes) -> T | None:
        return self.item.read(text) if text else None


@frozen
class HexBytes(Codec[bytes]):
    """Bytes written as pairs of hexadecimal digits, capitals when *upper*."""

    quoting: Quoting = Quoting.NEVER
    longest: int | None = None
    upper: bool = False

    shape: ClassVar[str] = "[0-9A-Fa-f]*"

    @property
    def allowed(self) -> str:
        return "bytes" if self.longest is None else f"at most {self.longest} bytes"

    def write(self, value: bytes) -> bytes:
        if not isinstance(value, bytes | bytearray) or (self.longest is not None and len(value) > self.longest):
            raise ValueError("length")
        return (value.hex().upper() if self.upper else value.hex()).encode()

    def read(self, text: bytes) -> bytes:
        return bytes.fromhex(text.decode("latin-1"))
