"""Commands of the device: start, stop, settings."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from ....wire.command import command, param
from ....wire.event import Evidence
from ....wire.reply import Reply
from ..codecs import Number
from ..options import OptionName, OptionValue
from ..values.system import DeviceSetting, DeviceValue
from .base import CoreCommand

__all__ = ["Get", "Set", "Start", "Stop", "Test"]

V = TypeVar("V", bound=DeviceValue)


@command("Start", timeout=5, section="6.1, table 9", evidence=Evidence.RUN)
class Start(CoreCommand[None]):
    """Start the network processor. The example application has started it before its banner.

    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.1, table 9.
    """


@command("Stop", timeout=70, section="6.1, table 10", evidence=Evidence.RUN)
class Stop(CoreCommand[None]):
    """Stop the network processor. All sockets and clients are gone; ``Start`` brings it back.

    :param timeout: ms to finish what is on its way, 0 to 65535; 0 is none, 65535 no limit.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.1, table 10.
    """

    timeout: int = param(Number(0, 65535, unit="ms"))

    def time_limit(self) -> float:
        return self.timeout / 1000 + 5


@command("Get", timeout=2, section="6.1, table 11", evidence=Evidence.RUN)
class Get(CoreCommand[V], Generic[V]):
    """Read a setting of the device: ``Get(option=GeneralVersion)`` answers a ``GeneralVersion``.

    :param option: the class of the row; its ID and its option are the words that the class stands for.
    :returns: an instance of that class.
    :raises CommandError: ``PARAMETER_MISSING`` for rows that the core knows but cannot read.

    Source: SWRU534 6.1, table 11.
    """

    option: type[V] = param(OptionName(DeviceValue))

    def reply(self) -> Reply[Any]:
        return self.option.answer


@command("Set", timeout=2, section="6.1, table 12", evidence=Evidence.RUN)
class Set(CoreCommand[None]):
    """Write a setting of the device: ``Set(option=GeneralPersistent(enabled=False))``.

    :param option: the row with its values; its ID and its option are the words that its class stands for.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.1, table 12.
    """

    option: DeviceSetting = param(OptionValue(DeviceSetting))


@command("Test", timeout=1, section="6.1, table 13", evidence=Evidence.RUN)
class Test(CoreCommand[None]):
    """Do nothing: tells that the module takes commands.

    :raises CommandError: never by itself.

    Source: SWRU534 6.1, table 13.
    """

    # Not a class of tests, whatever its name.
    __test__ = False
