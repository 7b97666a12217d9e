"""Checks of what programs pass, before anything is sent."""

from __future__ import annotations

import ipaddress
import re

from ..errors import InvalidArgument
from ..wire.secret import Secret

__all__ = ["check_address", "check_bytes", "check_mac", "check_range", "plain"]

_MAC = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")


def check_bytes(name: str, text: str | Secret[str], least: int, most: int) -> None:
    """Check the length of a text in bytes.

    :raises InvalidArgument: it is shorter or longer.
    """
    if not least <= len(plain(text).encode("utf-8", "surrogateescape")) <= most:
        raise InvalidArgument(name, f"{least} to {most} bytes" if least else f"at most {most} bytes")


def check_range(name: str, value: float, least: float, most: float, unit: str = "") -> None:
    """Check a number.

    :raises InvalidArgument: it lies outside.
    """
    if isinstance(value, bool) or not least <= value <= most:
        raise InvalidArgument(name, f"{least:g} to {most:g}{unit and ' '}{unit}")


def check_mac(name: str, mac: str) -> None:
    """Check a hardware address.

    :raises InvalidArgument: it is none.
    """
    if _MAC.fullmatch(mac) is None:
        raise InvalidArgument(name, "a hardware address such as aa:bb:cc:dd:ee:ff")


def check_address(name: str, address: str, version: int | None = None) -> None:
    """Check an IP address.

    :param version: 4 or 6; None for either.
    :raises InvalidArgument: it is none.
    """
    try:
        told = ipaddress.ip_address(address).version
    except ValueError:
        told = None
    if told is None or version not in (None, told):
        raise InvalidArgument(name, f"an IPv{version} address" if version else "an IP address")


def plain(text: str | Secret[str]) -> str:
    """Return what a text holds that may be secret."""
    return text.reveal() if isinstance(text, Secret) else text
