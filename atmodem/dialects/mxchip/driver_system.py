"""The MXCHIP module itself under the portable sessions: identity, restart, standby, line."""

from __future__ import annotations

from contextlib import suppress

from ...errors import CommandError, InvalidArgument
from ...portable.drivers import PowerDriver, SystemDriver, UartDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import FlowControl, Identity, Memory, Parity, UartSettings
from .commands.system import FACTORY, FWVER, MEMFREE, REBOOT, STANDBY
from .commands.uart import UART
from .commands.wifi import WFVER, WMAC
from .flash_lock import kept
from .values import enums as v

__all__ = ["MxPower", "MxSystem", "MxUart"]

_PARITY = {v.Parity.NONE: Parity.NONE, v.Parity.ODD: Parity.ODD, v.Parity.EVEN: Parity.EVEN}
_FLOW = {
    v.FlowControl.NONE: FlowControl.NONE,
    v.FlowControl.CTS: FlowControl.CTS,
    v.FlowControl.RTS: FlowControl.RTS,
    v.FlowControl.CTSRTS: FlowControl.RTS | FlowControl.CTS,
}
_SPEEDS = tuple(int(speed) for speed in v.BaudRate)


class MxSystem(SystemDriver):
    """Asks and restarts the module with MXCHIP commands. That it has started again, its grammar lets the engine ask."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def identity(self) -> Identity:
        """Return the versions of firmware and radio. The model is told nowhere."""
        firmware = (await self._modem.send(FWVER.query())).fwver
        details = {"FWVER": firmware}
        with suppress(CommandError):  # not every firmware tells
            details["WFVER"] = (await self._modem.send(WFVER.query())).fver
        mac = (await self._modem.send(WMAC.query())).mac
        return Identity(firmware=firmware, mac=mac, details=details)

    async def restart(self) -> None:
        """Start the module anew."""
        await self._modem.send(REBOOT())

    async def restore(self) -> None:
        """Bring back the settings of the factory and start anew."""
        await self._modem.send(FACTORY())

    async def memory(self) -> Memory:
        """Return how much heap is free."""
        return Memory(free=(await self._modem.send(MEMFREE.query())).storage)


class MxPower(PowerDriver):
    """Standby, from which a pin alone wakes the module."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def sleep_until_pin(self) -> None:
        """Sleep until the STANDBY pin wakes the module."""
        await self._modem.send(STANDBY())


class MxUart(UartDriver):
    """The serial line, whose settings act from the next start on."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def read(self) -> UartSettings:
        """Return the settings."""
        told = await self._modem.send(UART.query())
        return UartSettings(
            baudrate=told.baud_rate,
            data_bits=told.data_bits,
            stop_bits=told.stop_bit,
            parity=_PARITY.get(told.parity, Parity.NONE),
            flow_control=_FLOW.get(told.flow_control, FlowControl.NONE),
        )

    async def store(self, settings: UartSettings) -> bool:
        """Keep settings for the next start."""
        if settings.baudrate not in _SPEEDS:
            raise InvalidArgument("baudrate", f"one of {', '.join(map(str, _SPEEDS))}")
        if settings.stop_bits not in (1, 2):
            raise InvalidArgument("stop_bits", "1 or 2")
        if settings.data_bits not in (7, 8):
            raise InvalidArgument("data_bits", "7 or 8")
        command = UART(
            baud_rate=settings.baudrate,
            data_bits=settings.data_bits,
            stop_bit=int(settings.stop_bits),
            parity=next(told for told, meant in _PARITY.items() if meant is settings.parity),
            flow_control=next(told for told, meant in _FLOW.items() if meant == settings.flow_control),
        )
        async with kept(self._modem):
            await self._modem.send(command)
        return False
