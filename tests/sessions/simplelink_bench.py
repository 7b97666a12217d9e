"""A virtual CC3220 that remembers what it was told, and a modem on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import atmodem
from atmodem import Modem
from atmodem.dialects import find_dialect
from atmodem.dialects.simplelink.device import Virtual
from atmodem.virtual.air import AccessPoint, Air
from atmodem.virtual.handlers import Handler
from atmodem.virtual.results import Refused
from atmodem.wire.command import Command

__all__ = ["SIMPLELINK", "Heard", "module", "online", "reach"]

SIMPLELINK = find_dialect("simplelink")

C = TypeVar("C", bound=Command[Any])


class Heard(Virtual):
    """Keeps the commands that it was told, as the module reads them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.heard: list[Command[Any]] = []
        #: Commands to refuse, with the code, as often as it is there.
        self.refused: dict[type[Command[Any]], list[int]] = {}

    def parse(self, line: bytes) -> Command[Any]:
        command = super().parse(line)
        self.heard.append(command)
        return command

    def handler_of(self, command: Command[Any]) -> Handler | None:
        codes = self.refused.get(type(command))
        if not codes:
            return super().handler_of(command)
        code = codes.pop(0)

        def refuse(_: Command[Any]) -> None:
            raise Refused(code)

        return refuse

    def last(self, kind: type[C]) -> C:
        return self.all(kind)[-1]

    def all(self, kind: type[C]) -> list[C]:
        return [command for command in self.heard if isinstance(command, kind)]


def reach(*points: AccessPoint) -> Air:
    return Air(points)


@asynccontextmanager
async def module(**options: Any) -> AsyncIterator[tuple[Heard, Modem]]:
    """Run a virtual module, and a modem on it."""
    async with Heard(**{"boot_time": 0.01, **options}) as device, atmodem.connect(device.url, SIMPLELINK) as modem:
        device.heard.clear()
        yield device, modem


@asynccontextmanager
async def online(**options: Any) -> AsyncIterator[tuple[Heard, Modem]]:
    """Run a virtual module in the network, and a modem on it."""
    async with module(**options) as (device, modem):
        await modem.wifi.join("lab", "secret")
        device.heard.clear()
        yield device, modem
