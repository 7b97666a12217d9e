"""The ESP-AT module itself under the portable sessions: identity, restart, power, line."""

from __future__ import annotations

import re
from contextlib import suppress

from ...errors import CommandError, InvalidArgument
from ...portable.drivers import PowerDriver, SystemDriver, UartDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import FlowControl, Identity, Memory, Parity, PowerSaving, UartSettings
from .commands.net import CIPSTAMAC
from .commands.system import GMR, GSLP, RESTORE, RFPOWER, RST, SLEEP, SYSRAM, SYSTEMP
from .commands.uart import UART_CUR, UART_DEF
from .values import uart as v
from .values.system import SleepMode

__all__ = ["EspPower", "EspSystem", "EspUart"]

#: Release, and the chip between the dashes behind it: ``4.1.1.0(ac5bb0e - ESP32C3 - Nov  5 2025 03:57:41)``.
_VERSION = re.compile(r"(?P<release>[^(]*)(?:\([^)]*? - (?P<chip>[^)]*?) - .*)?", re.DOTALL)

_SLEEP = {PowerSaving.OFF: SleepMode.OFF, PowerSaving.MODEM: SleepMode.MODEM, PowerSaving.LIGHT: SleepMode.LIGHT}

#: Full power in quarters of a dBm, and the least that the module takes.
_FULL_POWER = 84
_LEAST_POWER = 40

#: The query shows what the clock divider makes of a speed; these are meant.
_SPEEDS = (
    *(9600, 19200, 38400, 57600, 74880, 115200, 230400, 460800, 921600),
    *(1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 4000000, 5000000),
)
_DIVIDER_ERROR = 0.01

_STOP_BITS = {v.StopBits.ONE: 1.0, v.StopBits.ONE_AND_HALF: 1.5, v.StopBits.TWO: 2.0}
_PARITY = {v.Parity.NONE: Parity.NONE, v.Parity.ODD: Parity.ODD, v.Parity.EVEN: Parity.EVEN}


class EspSystem(SystemDriver):
    """Asks and restarts the module with ESP-AT commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def identity(self) -> Identity:
        """Return the versions of the firmware."""
        version = await self._modem.send(GMR())
        mac: str | None = None
        with suppress(CommandError):  # the station is off
            mac = (await self._modem.send(CIPSTAMAC.query())).mac
        told = _VERSION.fullmatch(version.at_version)
        details = {
            "AT version": version.at_version,
            "SDK version": version.sdk_version,
            "compile time": version.compile_time,
            "Bin version": version.bin_version,
        }
        return Identity(
            firmware=told["release"] if told else version.at_version,
            model=told["chip"] if told else None,
            mac=mac,
            details={name: text for name, text in details.items() if text is not None},
        )

    async def restart(self) -> None:
        """Start the module anew."""
        await self._modem.send(RST())

    async def restore(self) -> None:
        """Erase the stored settings and start anew."""
        await self._modem.send(RESTORE())

    async def memory(self) -> Memory:
        """Return how much heap is free."""
        told = await self._modem.send(SYSRAM.query())
        return Memory(free=told.free, least_free=told.minimum_free)

    async def temperature(self) -> float:
        """Return the chip's temperature in degrees Celsius."""
        return (await self._modem.send(SYSTEMP.query())).celsius


class EspPower(PowerDriver):
    """Sleep and radio power with ESP-AT commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def set_saving(self, mode: PowerSaving) -> None:
        """Let the radio sleep."""
        await self._modem.send(SLEEP(mode=_SLEEP[mode]))

    async def sleep(self, seconds: float) -> None:
        """Sleep deeply for a time."""
        await self._modem.send(GSLP(time_ms=round(seconds * 1000)))

    async def set_transmit(self, attenuation: float) -> None:
        """Set the power in quarters of a dBm."""
        power = round(_FULL_POWER - 4 * attenuation)
        if not _LEAST_POWER <= power <= _FULL_POWER:
            raise InvalidArgument("attenuation", f"0 to {(_FULL_POWER - _LEAST_POWER) // 4} dB")
        await self._modem.send(RFPOWER(wifi_power=power))


class EspUart(UartDriver):
    """The serial line, by ``UART_CUR`` and ``UART_DEF``."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._speeds: tuple[int, ...] = _SPEEDS

    async def read(self) -> UartSettings:
        """Return the settings in use, with the speed that was meant."""
        told = await self._modem.send(UART_CUR.query())
        near = min(self._speeds, key=lambda speed: abs(speed - told.baudrate))
        return UartSettings(
            baudrate=near if abs(near - told.baudrate) <= near * _DIVIDER_ERROR else told.baudrate,
            data_bits=int(told.databits),
            stop_bits=_STOP_BITS.get(told.stopbits, 1.0),
            parity=_PARITY.get(told.parity, Parity.NONE),
            flow_control=FlowControl(int(told.flow_control)),
        )

    async def change(self, settings: UartSettings) -> None:
        """Set the line until the next start."""
        databits, stopbits, parity, flow = _line(settings)
        command = UART_CUR(
            baudrate=settings.baudrate, databits=databits, stopbits=stopbits, parity=parity, flow_control=flow
        )
        await self._modem.send(command)
        self._speeds = (*_SPEEDS, settings.baudrate)

    async def store(self, settings: UartSettings) -> bool:
        """Set the line now and for every start."""
        databits, stopbits, parity, flow = _line(settings)
        command = UART_DEF(
            baudrate=settings.baudrate, databits=databits, stopbits=stopbits, parity=parity, flow_control=flow
        )
        await self._modem.send(command)
        self._speeds = (*_SPEEDS, settings.baudrate)
        return True


def _line(settings: UartSettings) -> tuple[v.DataBits, v.StopBits, v.Parity, v.FlowControl]:
    stop = next(told for told, bits in _STOP_BITS.items() if bits == settings.stop_bits)
    parity = next(told for told, meant in _PARITY.items() if meant is settings.parity)
    return v.DataBits(settings.data_bits), stop, parity, v.FlowControl(settings.flow_control.value)
