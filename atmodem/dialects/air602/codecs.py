"""Types of values that only this dialect has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from attrs import frozen

from ...wire.codecs import Codec, Mac, Quoting, SecretText, Text
from .values import Station

__all__ = ["BareText", "HostOrTimeout", "HostText", "PinText", "Stations"]

#: How the firmware prints a station.
_MAC = Mac(separator="-", upper=True)


@frozen
class BareText(Text):
    """Text of a command that cannot quote: it holds no comma and does not begin like something else.

    :param first: it is the first argument, where ``!`` and ``?`` would be operators.
    """

    quoting: Quoting = Quoting.NEVER
    first: bool = False

    def write(self, value: str) -> bytes:
        data = super().write(value)
        if data.startswith(b'"'):
            raise ValueError("free of a quotation mark at its start, where the module would look for its end")
        if self.first and data.startswith((b"!", b"?")):
            raise ValueError("free of ! and ? at its start, which the module takes for operators")
        return data


@frozen
class HostOrTimeout(Codec[str]):
    """A host in double quotes, a number without them, or nothing: the way ATRM prints its socket."""

    blanks: ClassVar[bool] = False

    @property
    def shape(self) -> str:
        return r'"[^"]*"|[^",]*'

    @property
    def allowed(self) -> str:
        return "a host, a number of seconds, or empty"

    def write(self, value: str) -> bytes:
        data = value.encode("utf-8", "surrogateescape")
        return data if not data or data.isdigit() else b'"' + data + b'"'

    def read(self, text: bytes) -> str:
        return text.strip(b'"').decode("utf-8", "surrogateescape")


@frozen
class HostText(Text):
    """A host or a number of seconds; an empty one stays bare, as the firmware takes ``""`` for a wrong number."""

    def quoting_of(self, value: str) -> Quoting:
        return self.quoting if value else Quoting.NEVER


@frozen
class PinText(SecretText):
    """A WPS PIN of eight digits. A module that has none prints eight NUL bytes, which are no PIN."""

    @property
    def shape(self) -> str:
        return "[0-9]{8}"


@frozen
class Stations(Codec[tuple[Station, ...]]):
    """Pairs of MAC and IP address, each behind a comma; one more comma may stand before the first."""

    blanks: ClassVar[bool] = False

    @property
    def shape(self) -> str:
        return ".*"

    @property
    def allowed(self) -> str:
        return "a sequence of stations"

    def write(self, value: Sequence[Station]) -> bytes:
        pairs = b"".join(b",%b,%b" % (_MAC.write(station.mac), (station.ip or "-").encode()) for station in value)
        return b"," + pairs if pairs else b""

    def read(self, text: bytes) -> tuple[Station, ...]:
        words = text.removeprefix(b",").removeprefix(b",").split(b",")
        if words == [b""]:
            return ()
        if len(words) % 2:
            raise ValueError("a station without an address")
        # The address of a station without a lease is a dash.
        return tuple(
            Station(mac=_MAC.read(mac), ip=None if ip == b"-" else ip.decode("latin-1"))
            for mac, ip in zip(words[::2], words[1::2], strict=True)
        )
