"""UUIDs of Bluetooth: 16 or 32 bits where the Bluetooth SIG has assigned them, 128 else."""

from __future__ import annotations

import re

from ..errors import InvalidArgument

__all__ = ["short_uuid", "uuid_bytes", "uuid_number", "uuid_of_bytes", "uuid_of_number"]

#: What an assigned number stands in front of.
_BASE = "00001000800000805f9b34fb"
_DIGITS = re.compile(r"[0-9a-f]{4}|[0-9a-f]{8}|[0-9a-f]{32}")
_SHORT, _MIDDLE = 4, 8


def short_uuid(uuid: str) -> str:
    """Return a UUID in its shortest form: 4, 8 or 36 characters in small letters.

    :param uuid: 4, 8 or 32 hexadecimal digits, with or without hyphens, ``0x`` or braces.
    :raises InvalidArgument: it is none.
    """
    digits = uuid.strip("{}").lower().removeprefix("0x").replace("-", "")
    if not _DIGITS.fullmatch(digits):
        raise InvalidArgument("uuid", "a UUID such as 180d or 6e400001-b5a3-f393-e0a9-e50e24dcca9e")
    if digits.endswith(_BASE):
        digits = digits[:_MIDDLE]
    if len(digits) == _MIDDLE and digits.startswith("0000"):
        digits = digits[_SHORT:]
    if len(digits) <= _MIDDLE:
        return digits
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def uuid_number(uuid: str) -> int:
    """Return a UUID as a number: of 16 or 32 bits where it is an assigned one, of 128 else.

    :raises InvalidArgument: it is none.
    """
    return int(short_uuid(uuid).replace("-", ""), 16)


def uuid_of_number(number: int) -> str:
    """Return the shortest form of a UUID that is given as a number of 16, 32 or 128 bits."""
    width = _SHORT if number < 1 << 16 else _MIDDLE if number < 1 << 32 else 32
    return short_uuid(f"{number:0{width}x}")


def uuid_bytes(uuid: str) -> bytes:
    """Return a UUID as it stands in advertisements: 2, 4 or 16 bytes, the least significant one first.

    :raises InvalidArgument: it is none.
    """
    return bytes.fromhex(short_uuid(uuid).replace("-", ""))[::-1]


def uuid_of_bytes(data: bytes) -> str:
    """Return the shortest form of a UUID of 2, 4 or 16 bytes, the least significant one first."""
    return short_uuid(data[::-1].hex())
