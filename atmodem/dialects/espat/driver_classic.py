"""Classic Bluetooth by ESP-AT commands, under the portable sessions."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from contextlib import suppress

import anyio

from ...errors import CommandError, CommandTimeout, ConnectFailed, InvalidArgument, ModeConflict, TransferIncomplete
from ...portable.drivers import ClassicDriver
from ...portable.events import (
    BluetoothConnected,
    BluetoothData,
    BluetoothDisconnected,
    DeviceFound,
    PairingRequested,
    PortableEvent,
)
from ...portable.modem_api import ModemAPI
from ...portable.values import ClassicDevice, IoCapability, PairingKind, PairingReply, PairingSettings
from ...wire.event import Event
from ...wire.secret import Secret
from .commands.classic import (
    BTADDR,
    BTINIT,
    BTKEYREPLY,
    BTNAME,
    BTPINREPLY,
    BTSCANMODE,
    BTSECCFM,
    BTSECPARAM,
    BTSPPCONN,
    BTSPPDISCONN,
    BTSPPINIT,
    BTSPPSEND,
    BTSPPSTART,
    BTSTARTDISC,
)
from .events.classic import (
    BtCfmReq,
    BtData,
    BtKeyNtf,
    BtKeyReq,
    BtPinReq,
    BtSppConn,
    BtSppConnFailed,
    BtSppDisconn,
    BtStartDisc,
)
from .values.classic import BtIoCapability, BtScanMode, FoundDevice, InquiryMode, PinType, SppRole

__all__ = ["EspClassic"]

#: The only connection.
CONNECTION = 0
#: Bytes that one frame of the serial port carries.
SEND_LIMIT = 990
#: Seconds in which a connection comes about or does not, with time for the replies of a pairing.
_CONNECT_LIMIT = 75.0
#: Seconds in which the outcome of a request follows its success.
_OUTCOME_LIMIT = 5.0
_INQUIRY_UNIT, _LONGEST_INQUIRY = 1.28, 48
#: Authentication and encryption, and protection against a man in the middle, as the module counts them.
_NOTHING, _PROTECTED = 0x0000, 0x3036
_LONGEST_PASSKEY = 6
_IO = {
    IoCapability.DISPLAY: BtIoCapability.DISPLAY_ONLY,
    IoCapability.DISPLAY_YES_NO: BtIoCapability.DISPLAY_YES_NO,
    IoCapability.KEYBOARD: BtIoCapability.KEYBOARD_ONLY,
    IoCapability.NONE: BtIoCapability.NO_INPUT_NO_OUTPUT,
}


class EspClassic(ClassicDriver):
    """Uses the one serial connection of an ESP32."""

    send_limit: int = SEND_LIMIT

    #: The wire events of classic Bluetooth that sessions want to know of.
    translates: tuple[type[Event], ...] = (
        BtCfmReq,
        BtData,
        BtKeyNtf,
        BtKeyReq,
        BtPinReq,
        BtSppConn,
        BtSppDisconn,
        BtStartDisc,
    )

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self.reset()

    def reset(self) -> None:
        """Know nothing of the role: the module has started anew, or another program has used it."""
        self._role: SppRole | None = None
        self._listening = False
        self._connecting = False
        self._open = False
        self._security = _NOTHING

    async def open(self, name: str | None, pairing: PairingSettings) -> None:
        """Switch it on, and set name and pairing."""
        if pairing.io not in _IO:
            raise InvalidArgument("io", "one of DISPLAY, DISPLAY_YES_NO, KEYBOARD and NONE")
        pin = pairing.pin
        security = BTSECPARAM(
            io_cap=_IO[pairing.io],
            pin_type=PinType.VARIABLE if pin is None else PinType.FIXED,
            pin_code=Secret("") if pin is None else pin,
        )
        named = None if name is None else BTNAME(name=name)
        await self._modem.send(BTINIT(init=True))
        if named is not None:
            await self._modem.send(named)
        await self._modem.send(security)
        self._security = _PROTECTED if pairing.man_in_the_middle else _NOTHING

    async def close(self) -> None:
        """Switch it off."""
        await self._modem.send(BTINIT(init=False))
        self.reset()

    async def address(self) -> str:
        """Ask for the own address."""
        return (await self._modem.send(BTADDR.query())).addr

    async def listen_serial(self, discoverable: bool) -> None:
        """Be the slave of the serial port."""
        await self._take(SppRole.SLAVE)
        await self._modem.send(BTSCANMODE(mode=BtScanMode.BOTH if discoverable else BtScanMode.CONNECTABLE))
        await self._modem.send(BTSPPSTART())
        self._listening = True

    async def stop_listening(self) -> None:
        """Let nobody find the module or connect."""
        self._listening = False
        await self._modem.send(BTSCANMODE(mode=BtScanMode.NONE))

    async def inquire(self, seconds: float) -> tuple[ClassicDevice, ...]:
        """Look for devices; the module tells most of them as its answer, at the end."""
        length = max(1, math.ceil(seconds / _INQUIRY_UNIT))
        if length > _LONGEST_INQUIRY:
            raise InvalidArgument("seconds", f"at most {_LONGEST_INQUIRY * _INQUIRY_UNIT:g}")
        found = await self._modem.send(BTSTARTDISC(inquiry_mode=InquiryMode.GENERAL, length=length, max_responses=0))
        return tuple(_device(device) for device in found)

    async def connect_serial(self, address: str) -> int:
        """Be the master of the serial port, and wait for what comes of the attempt."""
        if self._listening:
            raise ModeConflict("the module listens for serial connections", advice="close the listener first")
        if self._open:
            raise ModeConflict("the module has one serial connection, and it is in use", advice="close that first")
        command = BTSPPCONN(conn_index=CONNECTION, sec_mode=self._security, remote_addr=address)
        await self._take(SppRole.MASTER)
        self._connecting = True
        try:
            async with self._modem.events(BtSppConn, BtSppConnFailed) as events:
                try:
                    await self._modem.send(command)
                except CommandError as error:
                    raise ConnectFailed(
                        f"the module does not connect to {address}: {error.message}",
                        code=error.code,
                        name=error.name,
                        text=error.text,
                        command=error.command,
                        advice=error.advice,
                    ) from error
                async with asyncio.timeout(_CONNECT_LIMIT):
                    told = await anext(events)
        except TimeoutError:
            raise CommandTimeout(f"the module does not tell whether {address} is connected") from None
        finally:
            self._connecting = False
        if isinstance(told, BtSppConnFailed):
            advice = "it must be in reach, offer a serial port, and agree to be paired"
            raise ConnectFailed(f"could not connect to {address}", code="-1", name="SPP_CONNECT_FAILED", advice=advice)
        return CONNECTION

    async def _take(self, role: SppRole) -> None:
        if self._role is role:
            return
        if self._open:
            raise ModeConflict("a serial connection in another role is open", advice="close it first")
        with suppress(CommandError):  # there was none
            await self._modem.send(BTSPPINIT(init=SppRole.OFF))
        self._role = None
        await self._modem.send(BTSPPINIT(init=role))
        self._role = role

    async def send(self, connection: int, data: bytes) -> None:
        """Send bytes; the module answers when it has taken them."""
        try:
            await self._modem.send(BTSPPSEND(conn_index=connection, data=data))
        except CommandError as error:
            raise TransferIncomplete(
                f"the module could not send: {error.message}", transferred=0, command=error.command
            ) from error

    async def disconnect(self, connection: int) -> None:
        """Close the connection."""
        if not self._open:
            return
        # What the module tells of the end may come behind its success, and must not be taken for that of the next one.
        async with self._modem.events(BtSppDisconn) as events:
            with suppress(CommandError, TimeoutError):  # the peer was faster
                await self._modem.send(BTSPPDISCONN(conn_index=connection))
                async with asyncio.timeout(_OUTCOME_LIMIT):
                    await anext(events)
        self._open = False

    async def reply_pairing(self, address: str | None, reply: PairingReply) -> None:
        """Reply; a PIN or passkey that is not given is awaited in vain, for there is no word to refuse it."""
        if reply.kind is PairingKind.CONFIRM:
            await self._modem.send(BTSECCFM(conn_index=CONNECTION, accept=reply.accept))
        elif reply.accept and reply.secret is not None:
            if reply.kind is PairingKind.PIN:
                await self._modem.send(BTPINREPLY(conn_index=CONNECTION, pin=reply.secret))
            elif reply.kind is PairingKind.PASSKEY:
                await self._modem.send(BTKEYREPLY(conn_index=CONNECTION, key=_passkey(reply.secret)))

    async def enter_passthrough(self, connection: int) -> None:
        """Let the bytes of the connection pass bare; there is one."""
        try:
            # Once it is sent, passthrough begins whether or not somebody still waits for it.
            with anyio.CancelScope(shield=True):
                await self._modem.send(BTSPPSEND())
        except CommandError as error:
            raise ConnectFailed(
                f"the module does not pass bytes on: {error.message}",
                code=error.code,
                name=error.name,
                text=error.text,
                command=error.command,
                advice=error.advice,
            ) from error

    async def passthrough_left(self, connection: int) -> None:
        """Ask for the connection: its end stood among the data."""
        if self._open and not await self._modem.send(BTSPPCONN.query()):
            self._open = False
            self._modem.publish(BluetoothDisconnected(connection=CONNECTION))

    # What events tell

    def translate(self, event: Event) -> Iterable[PortableEvent]:
        """Return the portable events that an event of classic Bluetooth stands for."""
        match event:
            case BtSppConn():
                self._open = True
                yield BluetoothConnected(
                    connection=CONNECTION, address=event.mac, incoming=not self._connecting, cause=event
                )
            case BtData():
                lost = event.length - len(event.data) if event.short else 0
                yield BluetoothData(connection=CONNECTION, data=event.data, lost=lost, cause=event)
            case BtSppDisconn():
                self._open = False
                yield BluetoothDisconnected(connection=CONNECTION, cause=event)
            case BtStartDisc():
                bits = _class(event.major_class, event.minor_class, event.service_class)
                device = ClassicDevice(address=event.mac, name=event.name or None, device_class=bits, rssi=event.rssi)
                yield DeviceFound(device=device, cause=event)
            case BtPinReq():
                yield PairingRequested(kind=PairingKind.PIN, address=event.mac, cause=event)
            case BtKeyReq():
                yield PairingRequested(kind=PairingKind.PASSKEY, address=event.mac, cause=event)
            case BtCfmReq():
                number = Secret(f"{event.number:06d}")
                yield PairingRequested(kind=PairingKind.CONFIRM, address=event.mac, number=number, cause=event)
            case BtKeyNtf():
                shown = Secret(f"{event.key.reveal():06d}")
                yield PairingRequested(kind=PairingKind.SHOW, number=shown, cause=event)
            case _:
                pass


def _device(found: FoundDevice) -> ClassicDevice:
    bits = None
    if found.major_class is not None and found.minor_class is not None and found.service_class is not None:
        bits = _class(found.major_class, found.minor_class, found.service_class)
    return ClassicDevice(address=found.addr, name=found.name or None, device_class=bits, rssi=found.rssi)


def _class(major: int, minor: int, service: int) -> int:
    return service << 13 | major << 8 | minor << 2


def _passkey(text: str | Secret[str]) -> int:
    digits = text.reveal() if isinstance(text, Secret) else text
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_PASSKEY):
        raise InvalidArgument("secret", "a passkey of at most six digits")
    return int(digits)
