"""Commands of the network utilities: random numbers, keys, signatures."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from ....wire.command import command, param
from ....wire.event import Evidence
from ....wire.reply import Reply
from ..options import OptionName, OptionValue
from ..values.crypto import NetUtilOperation, NetUtilValue
from .base import CoreCommand

__all__ = ["NetUtilCmd", "NetUtilGet"]

A = TypeVar("A")


@command("NetUtilGet", timeout=2, section="6.7, table 60", evidence=Evidence.RUN)
class NetUtilGet(CoreCommand[A], Generic[A]):
    """Read a key or random numbers: ``NetUtilGet(option=TrueRandomRequest(count=8))`` answers a ``TrueRandom``.

    :param option: the row with its value; its ID is the word that its class stands for.
    :returns: what the row says.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.7, table 60.
    """

    option: NetUtilValue[A] = param(OptionName(NetUtilValue))

    def reply(self) -> Reply[Any]:
        return self.option.answer


@command("NetUtilCmd", timeout=10, section="6.7, table 61", worker=True, evidence=Evidence.RUN)
class NetUtilCmd(CoreCommand[A], Generic[A]):
    """Sign, check a signature, manage keys: ``NetUtilCmd(command=SignMsg(key=0, data=b"…"))`` answers a ``Signature``.

    :param command: the operation with its values.
    :returns: what the operation says.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.7, table 61.
    """

    command: NetUtilOperation[A] = param(OptionValue(NetUtilOperation))

    def reply(self) -> Reply[Any]:
        return self.command.answer
