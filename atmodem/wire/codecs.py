"""Types of values on the wire: each one writes, reads and checks its values, for both sides of the line."""

from __future__ import annotations

import enum
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import ClassVar, Generic, TypeVar

from attrs import field, frozen

from .secret import MASK, Secret

__all__ = [
    "Bitmask",
    "Bool",
    "Choice",
    "Codec",
    "Float",
    "Hex",
    "HexBytes",
    "Int",
    "Ip",
    "ListOf",
    "Mac",
    "OpenIntEnum",
    "OpenStrEnum",
    "OrEmpty",
    "Quoting",
    "SecretInt",
    "SecretText",
    "Text",
    "TextOrInt",
]

T = TypeVar("T")
I = TypeVar("I", bound=enum.IntEnum)  # noqa: E741 - the letter names the bound
E = TypeVar("E", bound=enum.Enum)
F = TypeVar("F", bound=enum.IntFlag)


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
    #: Whether the value is masked in logs and errors.
    secret: ClassVar[bool] = False
    #: Whether it takes the rest of the command line, commas and all; it quotes by itself.
    tail: ClassVar[bool] = False

    @abstractmethod
    def write(self, value: T) -> bytes:
        """Return the bare text of *value*, checked."""

    @abstractmethod
    def read(self, text: bytes) -> T:
        """Return the value of a bare text."""

    def quoting_of(self, value: T) -> Quoting:
        """Return how *value* is quoted in a command."""
        return self.quoting

    def shown(self, value: T) -> bytes:
        """Return the text of *value* as it may be shown."""
        return MASK.encode() if self.secret else self.write(value)

    def secrets(self, value: T) -> list[bytes]:
        """Return what must not be shown of *value*."""
        return [self.write(value)] if self.secret else []


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
        return int(text)


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
        return int(text, 16)


@frozen
class Float(Codec[float]):
    """A decimal fraction with *places* digits behind the point."""

    places: int = 2

    shape: ClassVar[str] = r"-?\d+(?:\.\d+)?"
    allowed: ClassVar[str] = "a number"

    def write(self, value: float) -> bytes:
        return f"{value:.{self.places}f}".encode()

    def read(self, text: bytes) -> float:
        return float(text)


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


@frozen
class Bitmask(Codec[F], Generic[F]):
    """A sum of flags, written as a number."""

    type: type[F]

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
        return b"%d" % int(value)

    def read(self, text: bytes) -> F:
        return self.type(int(text, 0))


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

    def write(self, value: T | None) -> bytes:
        return b"" if value is None else self.item.write(value)

    def read(self, text: bytes) -> T | None:
        return self.item.read(text) if text else None


@frozen
class Mac(Codec[str]):
    """A hardware address; read in any spelling, given as ``aa:bb:cc:dd:ee:ff``.

    :param separator: what stands between the octets on the wire.
    :param prefix: what stands before each octet (``0x`` in one dialect, which also drops leading zeros).
    :param none: the word that stands where there is no address; read as it is.
    """

    separator: str = ":"
    prefix: str = ""
    quoting: Quoting = Quoting.NEVER
    upper: bool = False
    none: str | None = None

    shape: ClassVar[str] = r"(?:(?:0[xX])?[0-9A-Fa-f]{1,2}(?:[:\- ](?:0[xX])?[0-9A-Fa-f]{1,2}){5}|[0-9A-Fa-f]{12}|0)"
    allowed: ClassVar[str] = "a MAC address such as aa:bb:cc:dd:ee:ff"

    def write(self, value: str) -> bytes:
        if not isinstance(value, str):
            raise ValueError("not a text")
        if value == self.none:
            return value.encode()
        octets = [int(octet, 16) for octet in self.read(value.encode("latin-1")).split(":")]
        digits = "x" if self.prefix else "02x"
        text = self.separator.join(f"{self.prefix}{octet:{digits}}" for octet in octets)
        return (text.upper() if self.upper else text).encode()

    def read(self, text: bytes) -> str:
        word = text.decode("latin-1").strip()
        if word == self.none:
            return word
        octets = re.split(r"[:\- ]", word) if re.search(r"[:\- ]", word) else re.findall("..", word)
        numbers = [int(octet, 16) for octet in octets]
        if len(numbers) != 6 or len(word) < 11 or max(numbers) > 0xFF:
            raise ValueError(text)
        return ":".join(f"{number:02x}" for number in numbers)


@frozen
class Ip(Codec[str]):
    """An IP address as text, checked; *version* 4 or 6, or None for either. An empty text stays empty when read."""

    version: int | None = 4
    quoting: Quoting = Quoting.NEVER

    shape: ClassVar[str] = r"[0-9A-Fa-f:.]*"

    @property
    def allowed(self) -> str:
        return f"an IPv{self.version} address" if self.version else "an IP address"

    def write(self, value: str) -> bytes:
        if not isinstance(value, str):
            raise ValueError("not a text")
        address: IPv4Address | IPv6Address = ip_address(value)
        if self.version is not None and address.version != self.version:
            raise ValueError(value)
        return str(address).encode()

    def read(self, text: bytes) -> str:
        word = text.decode("latin-1")
        return str(ip_address(word)) if word else ""


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


@frozen
class ListOf(Codec[tuple[T, ...]], Generic[T]):
    """Values of one type behind one another; takes all that is left of a record when *separator* is the comma."""

    item: Codec[T]
    separator: str = ","

    @property
    def shape(self) -> str:
        each = self.item.shape
        if self.item.quoting is Quoting.ALWAYS:
            each = f'"{each}"'
        return f"(?:{each}(?:{re.escape(self.separator)}{each})*)?"

    @property
    def allowed(self) -> str:
        return f"a sequence, each {self.item.allowed}"

    def write(self, value: Sequence[T]) -> bytes:
        return self.separator.encode().join(self.item.write(item) for item in value)

    def read(self, text: bytes) -> tuple[T, ...]:
        if not text:
            return ()
        return tuple(self.item.read(part.strip(b'"')) for part in text.split(self.separator.encode()))
