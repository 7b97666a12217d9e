"""The Air602 itself under the portable sessions: identity, restart, power, line."""

from __future__ import annotations

from contextlib import suppress

from ...errors import CommandError, InvalidArgument
from ...portable.drivers import PowerDriver, SystemDriver, UartDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import FlowControl, Identity, Parity, PowerSaving, UartSettings
from . import values as v
from .commands.system import ENTS, HWV, QMAC, QVER, RSTF, TEM, Z
from .commands.uart import UART
from .commands.wifi import WPSM

__all__ = ["AirPower", "AirSystem", "AirUart"]

#: Milliseconds from the command to sleep, which has time to be answered.
_DELAY = 100
_SHORTEST_SLEEP, _LONGEST_SLEEP = 1000, 65535

_DATA_BITS = {v.DataBits.EIGHT: 8, v.DataBits.SEVEN: 7}
_STOP_BITS = {v.StopBits.ONE: 1, v.StopBits.TWO: 2}
_PARITY = {v.Parity.NONE: Parity.NONE, v.Parity.ODD: Parity.ODD, v.Parity.EVEN: Parity.EVEN}
_SPEEDS = (
    *(1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600),
    *(1_000_000, 1_250_000, 1_500_000, 2_000_000),
)


class AirSystem(SystemDriver):
    """Asks and restarts the module."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def identity(self) -> Identity:
        """Return the version: one word, or hardware and firmware with the time of the build."""
        version = (await self._modem.send(QVER())).version
        mac = (await self._modem.send(QMAC())).mac
        details: dict[str, str] = {}
        with suppress(CommandError):  # not every firmware tells
            details["hardware"] = f"{(await self._modem.send(HWV())).value:012x}"
        return Identity(firmware=version, model="W600", mac=mac, details=details)

    async def restart(self) -> None:
        """Start the module anew."""
        await self._modem.send(Z())

    async def restore(self) -> None:
        """Bring back what the factory has set, which a start brings into force."""
        await self._modem.send(RSTF())
        await self._modem.send(Z())

    async def temperature(self) -> float:
        """Return the chip's temperature in degrees Celsius."""
        return (await self._modem.send(TEM())).celsius


class AirPower(PowerDriver):
    """Sleep of the radio, and of the chip."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def set_saving(self, mode: PowerSaving) -> None:
        """Let the radio sleep between beacons, or not. The module reads that from flash, and obeys once joined."""
        if mode is PowerSaving.LIGHT:
            raise InvalidArgument("mode", "OFF or MODEM")
        await self._modem.send(WPSM(enable=mode is PowerSaving.MODEM, save=True))

    async def sleep(self, seconds: float) -> None:
        """Sleep until the timer ends it."""
        time = round(seconds * 1000)
        if not _SHORTEST_SLEEP <= time <= _LONGEST_SLEEP:
            raise InvalidArgument("seconds", f"{_SHORTEST_SLEEP / 1000:g} to {_LONGEST_SLEEP / 1000:g}")
        await self._modem.send(
            ENTS(ps_type=v.PowerSave.SLEEP, wake_type=v.WakeBy.ON_OR_TIMER, delay_time=_DELAY, wake_time=time)
        )

    async def sleep_until_pin(self) -> None:
        """Sleep until the pin ends it."""
        await self._modem.send(
            ENTS(
                ps_type=v.PowerSave.SLEEP,
                wake_type=v.WakeBy.OFF_OR_PIN,
                delay_time=_DELAY,
                # Without meaning, but its range is checked.
                wake_time=_SHORTEST_SLEEP,
            )
        )


class AirUart(UartDriver):
    """The serial line, which a start brings to its stored settings."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def read(self) -> UartSettings:
        """Return the stored settings: those in use, unless they were changed since the last start."""
        told = await self._modem.send(UART.query())
        return UartSettings(
            baudrate=told.baudrate,
            data_bits=_DATA_BITS.get(told.databit, 8),
            stop_bits=_STOP_BITS.get(told.stopbit, 1),
            parity=_PARITY.get(told.parity, Parity.NONE),
            flow_control=FlowControl.RTS | FlowControl.CTS if told.flowcontrol else FlowControl.NONE,
        )

    async def store(self, settings: UartSettings) -> bool:
        """Keep settings for the next start."""
        if settings.baudrate not in _SPEEDS:
            raise InvalidArgument("baudrate", f"one of {', '.join(map(str, _SPEEDS))}")
        if settings.flow_control not in (FlowControl.NONE, FlowControl.RTS | FlowControl.CTS):
            raise InvalidArgument("flow_control", "both lines or none")
        await self._modem.send(
            UART(
                baudrate=settings.baudrate,
                databit=v.DataBits.EIGHT,
                stopbit=v.StopBits.ONE,
                parity=v.Parity.NONE,
                flowcontrol=bool(settings.flow_control),
                save=True,
            )
        )
        return False
