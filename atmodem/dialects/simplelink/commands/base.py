"""What all commands of the AT core have in common."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from ....errors import InvalidArgument
from ....wire.command import Command, Form, QueryForm
from ....wire.reply import Usage
from ..codecs import Address, DataFormat
from ..values.sockets import Family

__all__ = ["CoreCommand", "check_address", "insist", "printed_length"]

R = TypeVar("R")


class CoreCommand(Command[R], Generic[R]):
    """A command of the AT core; ``test()`` asks how it is written."""

    __slots__ = ()

    test: ClassVar[QueryForm[str]] = QueryForm(Usage(), Form.TEST, 2)


def insist(condition: bool, parameter: str, allowed: str) -> None:
    """Refuse a command whose parameters do not go together.

    :raises InvalidArgument: naming *parameter*, unless *condition* holds.
    """
    if not condition:
        raise InvalidArgument(parameter, allowed)


def check_address(family: Family, address: str, parameter: str = "address") -> None:
    """Refuse an address that is not of its family.

    :raises InvalidArgument: naming *parameter*.
    """
    codec = Address(6 if family == Family.INET6 else 4)
    try:
        codec.write(address)
    except ValueError:
        raise InvalidArgument(parameter, codec.allowed) from None


def printed_length(length: int, data_format: DataFormat) -> int:
    """Return how many bytes *length* bytes of data take in a line."""
    return -(-length // 3) * 4 if data_format == DataFormat.BASE64 else length
