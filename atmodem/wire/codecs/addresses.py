"""Hardware and network addresses."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import ClassVar

from attrs import frozen

from .base import Codec, Quoting

__all__ = ["Ip", "Mac"]


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
        self.checked(word.encode("latin-1"))
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
        if "%" in value:
            raise ValueError("scope")
        address: IPv4Address | IPv6Address = ip_address(value)
        if self.version is not None and address.version != self.version:
            raise ValueError(value)
        return str(address).encode()

    def read(self, text: bytes) -> str:
        word = text.decode("latin-1")
        return str(ip_address(word)) if word else ""
