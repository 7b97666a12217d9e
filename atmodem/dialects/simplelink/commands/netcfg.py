"""Commands of the network configuration: addresses of the device."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from ....wire.command import command, param
from ....wire.event import Evidence
from ....wire.reply import Reply
from ..options import OptionName, OptionValue
from ..values.netcfg import NetCfgSetting, NetCfgValue
from .base import CoreCommand

__all__ = ["NetCfgGet", "NetCfgSet"]

V = TypeVar("V", bound=NetCfgValue)


@command("NetCfgSet", timeout=2, section="6.6, table 58", evidence=Evidence.RUN)
class NetCfgSet(CoreCommand[None]):
    """Write the network configuration: ``NetCfgSet(option=Ipv4StaAddrDhcp())``.

    :param option: the row with its values; its ID and its option are the words that its class stands for.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.6, table 58.
    """

    option: NetCfgSetting = param(OptionValue(NetCfgSetting))


@command("NetCfgGet", timeout=2, section="6.6, table 59", evidence=Evidence.RUN)
class NetCfgGet(CoreCommand[V], Generic[V]):
    """Read the network configuration: ``NetCfgGet(id=Ipv4StaAddr)`` answers an ``Ipv4StaAddr``.

    :param id: the class of the row.
    :returns: an instance of that class.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.6, table 59.
    """

    id: type[V] = param(OptionName(NetCfgValue))

    def reply(self) -> Reply[Any]:
        return self.id.answer
