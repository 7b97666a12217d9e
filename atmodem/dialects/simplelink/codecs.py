"""Types of values as the AT core reads and prints them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import ClassVar, Generic, TypeVar

from attrs import frozen

from ...wire import codecs
from ...wire.codecs import Choice, Codec, OpenIntEnum, Text
from ...wire.counted import Data, Trailer

__all__ = [
    "BLOCK",
    "Address",
    "ByteList",
    "DataFormat",
    "HexNumber",
    "LineData",
    "Mac",
    "Number",
    "PublishTopic",
    "Qos",
    "QosWord",
    "Sockets",
    "Word",
    "Words",
    "c_number",
]

E = TypeVar("E", bound=Enum)

#: Bytes in an answer or event, counted as they are printed; whichever line end the application prints follows them.
BLOCK = Data(maximum=2048, trailer=Trailer(certain=True), base64_when="format")

_NUMBER = re.compile(rb"\s*([+-]?)(?:0[xX]([0-9A-Fa-f]+)|(0[0-7]*)|([0-9]+))?")
_DIGITS = r"(?:0[xX][0-9A-Fa-f]+|\d+)"


def c_number(text: bytes) -> int:
    """Read a number as C does with the base left open, and without any error: ``010`` is 8, ``abc`` is 0."""
    sign, hexadecimal, octal, decimal = _NUMBER.findall(text)[0]
    value = int(hexadecimal, 16) if hexadecimal else int(octal, 8) if octal else int(decimal or b"0")
    return -value if sign == b"-" else value


def _unbracketed(text: bytes) -> bytes:
    """Take off the square brackets in which lists of numbers or words may stand."""
    return text.strip(b" ").removeprefix(b"[").removesuffix(b"]")


class DataFormat(OpenIntEnum):
    """How bytes stand in a line."""

    #: As they are. Only ``Send`` can carry CR, LF and NUL.
    BINARY = 0
    #: In base64, which carries everything.
    BASE64 = 1


class Qos(OpenIntEnum):
    """Quality of service of MQTT."""

    QOS0 = 0
    QOS1 = 1
    QOS2 = 2


@frozen
class Number(codecs.Int):
    """A whole number, read by the rules of C: ``0x`` is hexadecimal, a leading zero octal."""

    @property
    def shape(self) -> str:
        return f"[+-]?{_DIGITS}"

    def read(self, text: bytes) -> int:
        if not text.strip():
            raise ValueError("empty")
        return c_number(text)


@frozen
class HexNumber(Codec[int]):
    """A number of 32 bits that answers show in hexadecimal digits, while commands carry it in decimal ones.

    :param signed: from 80000000 on it stands for a negative number.
    """

    signed: bool = False

    shape: ClassVar[str] = f"[+-]?{_DIGITS}"

    @property
    def allowed(self) -> str:
        return self.asked.allowed

    @property
    def asked(self) -> Number:
        """How it stands in a command."""
        return Number(-(1 << 31), (1 << 31) - 1) if self.signed else Number(0, (1 << 32) - 1)

    def write(self, value: int) -> bytes:
        self.asked.write(value)
        return b"0x%x" % (value & 0xFFFFFFFF)

    def read(self, text: bytes) -> int:
        value = Number().read(text)
        return value - (1 << 32) if self.signed and value >= 1 << 31 else value


@frozen
class Word(Choice[E], Generic[E]):
    """One word of an enumeration; what is no number and no member is kept as an unknown one."""

    @property
    def shape(self) -> str:
        return super().shape if self.closed else "[A-Za-z0-9_]*[A-Za-z_][A-Za-z0-9_]*"


@frozen
class Words(Codec[tuple[E, ...]], Generic[E]):
    """Words joined by ``|``: a set of flags. No word at all is written as nothing.

    :param needed: a command must name at least one.
    :param vanishes: an empty set leaves out its place, comma and all, so that a text always holds a letter.
    """

    type: type[E]
    needed: bool = False
    vanishes: bool = False

    @property
    def shape(self) -> str:
        return "[A-Za-z0-9_|]*[A-Za-z][A-Za-z0-9_|]*" if self.vanishes else "[A-Za-z0-9_|]*"

    @property
    def allowed(self) -> str:
        members = ", ".join(f"{self.type.__name__}.{member.name}" for member in self.type)
        return f"{'one or more' if self.needed else 'any'} of {members}"

    def write(self, value: Collection[E]) -> bytes:
        if isinstance(value, str | bytes) or (self.needed and not value):
            raise ValueError(value)
        members = [self.type(word) for word in value]
        if any(member.name not in self.type.__members__ for member in members):
            raise ValueError(value)
        if isinstance(value, set | frozenset):
            members = [member for member in self.type if member in members]
        return b"|".join(str(member.value).encode() for member in members)

    def read(self, text: bytes) -> tuple[E, ...]:
        words = _unbracketed(text).decode("latin-1").split("|")
        return tuple(self.type(word.strip()) for word in words if word.strip())


@frozen
class QosWord(Codec[Qos]):
    """A quality of service as ``qos0``, ``qos1`` or ``qos2``."""

    shape: ClassVar[str] = "[Qq][Oo][Ss][0-9]"
    allowed: ClassVar[str] = "one of Qos.QOS0, Qos.QOS1, Qos.QOS2"

    def write(self, value: Qos) -> bytes:
        if isinstance(value, bool) or Qos(value).name not in Qos.__members__:
            raise ValueError(value)
        return b"qos%d" % value

    def read(self, text: bytes) -> Qos:
        match = re.fullmatch(rb"qos(\d)", text.strip(), re.IGNORECASE)
        if match is None:
            raise ValueError(text)
        return Qos(int(match[1]))


@frozen
class Sockets(Codec[tuple[int, ...]]):
    """Numbers of sockets joined by ``|``.

    :param needed: at least one must be given.
    """

    needed: bool = False

    shape: ClassVar[str] = r"[0-9|]*"
    allowed: ClassVar[str] = "numbers of sockets, each from 0 to 15"

    def write(self, value: Collection[int]) -> bytes:
        if isinstance(value, str | bytes) or (self.needed and not value):
            raise ValueError(value)
        return b"|".join(Number(0, 15).write(number) for number in value)

    def read(self, text: bytes) -> tuple[int, ...]:
        return tuple(c_number(part) for part in _unbracketed(text).split(b"|") if part.strip())


@frozen
class ByteList(Codec[tuple[int, ...]]):
    """Bytes as numbers with ``:`` between.

    :param count: how many there are; None for any number.
    """

    count: int | None = None

    @property
    def shape(self) -> str:
        more = "*" if self.count is None else f"{{{self.count - 1}}}"
        return f"{_DIGITS}(?::{_DIGITS}){more}"

    @property
    def allowed(self) -> str:
        return "numbers from 0 to 255" if self.count is None else f"{self.count} numbers from 0 to 255"

    def write(self, value: Sequence[int]) -> bytes:
        if (self.count is not None and len(value) != self.count) or any(not 0 <= byte <= 255 for byte in value):
            raise ValueError(value)
        return b":".join(b"0x%x" % byte for byte in value)

    def read(self, text: bytes) -> tuple[int, ...]:
        return tuple(c_number(part) & 0xFF for part in _unbracketed(text).split(b":"))


@frozen
class Mac(Codec[str]):
    """A hardware address ``aa:bb:cc:dd:ee:ff``; on the wire each octet is a number, so that it needs its ``0x``."""

    shape: ClassVar[str] = r"(?:0[xX])?[0-9A-Fa-f]{1,2}(?::(?:0[xX])?[0-9A-Fa-f]{1,2}){5}"
    allowed: ClassVar[str] = codecs.Mac.allowed

    def write(self, value: str) -> bytes:
        return codecs.Mac(prefix="0x").write(value)

    def read(self, text: bytes) -> str:
        octets = _unbracketed(text).split(b":")
        if len(octets) != 6:
            raise ValueError(text)
        return ":".join(f"{c_number(octet) & 0xFF:02x}" for octet in octets)


@frozen
class Address(Codec[str]):
    """An IP address: four octets with ``.`` between, or for IPv6 four groups of 32 bits with ``:`` between.

    :param version: 4 or 6; None for either.
    """

    version: int | None = 4

    _V4: ClassVar[str] = r"\d+(?:\.\d+){3}"
    _V6: ClassVar[str] = r"(?:0[xX])?[0-9A-Fa-f]{1,8}(?::(?:0[xX])?[0-9A-Fa-f]{1,8}){3}"

    @property
    def shape(self) -> str:
        return {4: self._V4, 6: self._V6}.get(self.version or 0, f"(?:{self._V4}|{self._V6})")

    @property
    def allowed(self) -> str:
        return f"an IPv{self.version} address" if self.version else "an IP address"

    def write(self, value: str) -> bytes:
        address = ip_address(value)
        if self.version not in (None, address.version) or "%" in value:
            raise ValueError(value)
        if address.version == 4:
            return str(address).encode()
        packed = address.packed
        return b":".join(b"0x%x" % int.from_bytes(packed[at : at + 4], "big") for at in range(0, 16, 4))

    def read(self, text: bytes) -> str:
        bare = _unbracketed(text)
        separator, bits, version = (b".", 8, 4) if b"." in bare else (b":", 32, 6)
        groups = [c_number(group) & ((1 << bits) - 1) for group in bare.split(separator)]
        if len(groups) != 4 or self.version not in (None, version):
            raise ValueError(text)
        packed = b"".join(group.to_bytes(bits // 8, "big") for group in groups)
        return str(IPv4Address(packed) if version == 4 else IPv6Address(packed))


@frozen
class LineData(Codec[bytes]):
    """Bytes at the end of a line, as they are written there.

    The example application protects those of ``Send`` alone: any other line ends at the first CR or LF, and ``+send``
    anywhere in it makes the application read on.

    :param counted: the module counts the commas of this line, so that data must not add any outside quotes.
    """

    counted: bool = False

    shape: ClassVar[str] = ".*"
    allowed: ClassVar[str] = "bytes that a line can carry; base64 carries any"
    blanks: ClassVar[bool] = False

    def write(self, value: bytes) -> bytes:
        if any(byte in b"\r\n\x00" for byte in value):
            raise ValueError("free of CR, LF and NUL in binary; base64 carries them")
        if b"+send" in value:
            raise ValueError("free of '+send', which the module takes for a command; cut the data elsewhere")
        if self.counted and (value.count(b'"') % 2 or b"," in re.sub(rb'"[^"]*"', b"", value)):
            raise ValueError("free of commas and odd quotation marks in binary; base64 carries them")
        return value

    def read(self, text: bytes) -> bytes:
        return text


@frozen
class PublishTopic(Text):
    """A topic to publish to. The core looks for the length of the message behind the fourth comma, quoted or not."""

    def write(self, value: str) -> bytes:
        if "," in value:
            raise ValueError("free of commas, behind which the core looks for the length of the message")
        return super().write(value)
