"""Types of values that only this dialect has on its wire."""

from __future__ import annotations

import re
from typing import ClassVar

from attrs import frozen

from ....wire.codecs import Codec, Ip, Text
from ....wire.secret import Secret

__all__ = ["EscapedText", "EventName", "OtherKind", "Pairs", "SecretBytes", "StationIp"]

_UNESCAPED_COMMA = re.compile(rb"(?<!\\),")


def _escaped(data: bytes) -> bytes:
    return data.replace(b",", rb"\,")


def _unescaped(data: bytes) -> bytes:
    return data.replace(rb"\,", b",")


@frozen
class EscapedText(Text):
    r"""A text that the module tells: a comma in it may stand as ``\,``."""

    @property
    def shape(self) -> str:
        return ".*?" if self.free else r"(?:\\,|[^,])*"

    def write(self, value: str) -> bytes:
        return _escaped(super().write(value))

    def read(self, text: bytes) -> str:
        return super().read(_unescaped(text))


@frozen
class Pairs(Codec[tuple[tuple[str, str], ...]]):
    """Keys and values in turn, as many as there are."""

    blanks: ClassVar[bool] = False

    @property
    def shape(self) -> str:
        return ".*"

    @property
    def allowed(self) -> str:
        return "pairs of a key and a value"

    def write(self, value: tuple[tuple[str, str], ...]) -> bytes:
        return b",".join(_escaped(text.encode("utf-8", "surrogateescape")) for pair in value for text in pair)

    def read(self, text: bytes) -> tuple[tuple[str, str], ...]:
        parts = [_unescaped(part).decode("utf-8", "surrogateescape") for part in _UNESCAPED_COMMA.split(text)]
        if len(parts) % 2:
            raise ValueError("a key without a value")
        return tuple(zip(parts[::2], parts[1::2], strict=True))


@frozen
class StationIp(Ip):
    """An address of the station; the manual prints a bare 0 for a module that has none."""

    def read(self, text: bytes) -> str:
        return super().read(b"0.0.0.0" if text == b"0" else text)


@frozen
class OtherKind(Text):
    """What an event tells beyond its known kinds.

    A switch's value alone is a late answer, and a word that begins counted data has lost its count: neither is told as
    an event.
    """

    @property
    def shape(self) -> str:
        return r"(?! *(?:ON|OFF|EN|DN) *\Z| *(?:SOCKET|UDP_BROADCAST|DATA|SETRAW|SET) *,).*"


@frozen
class EventName(Text):
    """The name of an event that is not known, such as that of another cloud's firmware."""

    @property
    def shape(self) -> str:
        return "(?!ENET)[A-Z][A-Z0-9]*EVENT"


@frozen
class SecretBytes(Codec[Secret[bytes]]):
    """Bytes that are masked everywhere."""

    blanks: ClassVar[bool] = False

    @property
    def shape(self) -> str:
        return ".*"

    @property
    def allowed(self) -> str:
        return "bytes"

    @property
    def secret(self) -> bool:
        return True

    def write(self, value: Secret[bytes]) -> bytes:
        return value.reveal()

    def read(self, text: bytes) -> Secret[bytes]:
        return Secret(text)
