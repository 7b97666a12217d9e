"""Bluetooth Low Energy by ESP-AT commands, under the portable sessions: role, scan, connections, pairing."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from contextlib import suppress
from typing import assert_never

from ...errors import CommandError, CommandTimeout, ConnectFailed, InvalidArgument, ModeConflict, SessionBroken
from ...portable.events import (
    GattNotified,
    GattServicesChanged,
    GattWritten,
    LeAdvertisement,
    LeConnected,
    LeDisconnected,
    LeMtuChanged,
    LeScanEnded,
    PairingEnded,
    PairingRequested,
    PortableEvent,
)
from ...portable.modem_api import ModemAPI
from ...portable.values import (
    AddressKind,
    GattHandle,
    GattService,
    IoCapability,
    LeRole,
    PairingKind,
    PairingReply,
    PairingSettings,
    ScanSettings,
)
from ...wire.event import Event
from ...wire.secret import Secret
from .commands.ble import BLEADDR, BLEINIT, BLENAME, BLESCAN, BLESCANPARAM
from .commands.ble_connection import BLECFGMTU, BLECONN, BLEDISCONN, BLERDRSSI
from .commands.ble_pairing import BLECONFREPLY, BLEENC, BLEENCRSP, BLEKEYREPLY, BLESECPARAM, BLESETKEY
from .driver_gatt import UNIT, EspGatt
from .events.bluetooth import (
    BleAuthCmpl,
    BleCfgMtu,
    BleConn,
    BleDisconn,
    BleIndicate,
    BleNotify,
    BleScan,
    BleScanDone,
    BleSecKeyReq,
    BleSecNcReq,
    BleSecNtfyKey,
    BleSecReq,
    BleSrvChg,
    BleWrite,
    PairingResult,
)
from .values.ble import (
    BleAddressType,
    BleAuthRequest,
    BleIoCapability,
    BleKeys,
    BleRole,
    BleScanFilterPolicy,
    BleScanFilterType,
    BleScanType,
    BleSecurity,
    OwnAddressType,
)

__all__ = ["EspLe"]

#: Connections at a time; the ESP32-C2 has two.
LINKS = 3
#: Seconds that the module takes for trying to connect.
_SHORTEST_TRY, _LONGEST_TRY = 3, 30
#: Seconds in which the outcome of a request follows its success.
_OUTCOME_LIMIT = 5.0
_SCAN_END_LIMIT = 1.0
_KEY_SIZE = 16
_LONGEST_PASSKEY = 6
_ROLES = {
    LeRole.CENTRAL: BleRole.CLIENT,
    LeRole.PERIPHERAL: BleRole.SERVER,
    LeRole.CENTRAL | LeRole.PERIPHERAL: BleRole.DUAL,
}
_IO = {
    IoCapability.DISPLAY: BleIoCapability.DISPLAY_ONLY,
    IoCapability.DISPLAY_YES_NO: BleIoCapability.DISPLAY_YES_NO,
    IoCapability.KEYBOARD: BleIoCapability.KEYBOARD_ONLY,
    IoCapability.NONE: BleIoCapability.NO_INPUT_NO_OUTPUT,
    IoCapability.KEYBOARD_DISPLAY: BleIoCapability.KEYBOARD_DISPLAY,
}
_BOND, _MITM, _SECURE = 1, 4, 8


class EspLe(EspGatt):
    """Scans, connects and pairs with ESP-AT commands."""

    connections: int = LINKS

    #: The wire events of Low Energy that sessions want to know of.
    translates: tuple[type[Event], ...] = (
        BleAuthCmpl,
        BleCfgMtu,
        BleConn,
        BleDisconn,
        BleIndicate,
        BleNotify,
        BleScan,
        BleScanDone,
        BleSecKeyReq,
        BleSecNcReq,
        BleSecNtfyKey,
        BleSecReq,
        BleSrvChg,
        BleWrite,
    )

    def __init__(self, modem: ModemAPI) -> None:
        super().__init__(modem)
        self.reset()

    def reset(self) -> None:
        """Know nothing of the role: the module has started anew, or another program has used it."""
        self._role: BleRole | None = None
        #: Whether the firmware can have both roles at once (5.0 and later); None until tried.
        self._dual: bool | None = None
        self._links: dict[int, str] = {}
        self._protected = False
        self._forget()

    def _forget(self) -> None:
        self._links.clear()
        self._configurations.clear()
        self._created = False

    @property
    def in_use(self) -> bool:
        """Whether it is on, which excludes BluFi and the passthrough of links."""
        return self._role not in (None, BleRole.OFF)

    # The role

    async def open(self, role: LeRole, name: str | None, pairing: PairingSettings | None) -> None:
        """Take a role: both at once where the firmware can, so that the other one needs no new start."""
        security = None if pairing is None else _security(pairing)
        passkey = None if pairing is None or pairing.pin is None else _passkey("pin", pairing.pin)
        wanted = _ROLES[role]
        if self._role not in (wanted, BleRole.DUAL):
            if self._links:
                raise ModeConflict("Low Energy has connections in another role", advice="close them first")
            if self.in_use and wanted is BleRole.DUAL:
                raise ModeConflict("this firmware is central or peripheral, not both", advice="close the other first")
            await self._take(wanted)
        if name is not None:
            await self._modem.send(BLENAME(name=name))
        if pairing is not None and security is not None:
            self._protected = pairing.man_in_the_middle
            await self._modem.send(security)
        if passkey is not None:
            await self._modem.send(BLESETKEY(passkey=passkey))

    async def _take(self, wanted: BleRole) -> None:
        await self.close()
        if self._dual is not False:
            with suppress(CommandError):
                await self._modem.send(BLEINIT(init=BleRole.DUAL))
                self._role, self._dual = BleRole.DUAL, True
                return
            self._dual = False
        if wanted is BleRole.DUAL:
            raise ModeConflict("this firmware is central or peripheral, not both")
        try:
            await self._modem.send(BLEINIT(init=wanted))
        except CommandError as error:
            self._dual = None
            if error.name == "UNKNOWN_COMMAND":
                raise
            # What excludes it, the module does not say.
            raise ModeConflict(
                f"the module does not switch Low Energy on: {error.message}",
                command=error.command,
                advice="passthrough, BluFi, and the keyboard and mouse profile exclude it",
            ) from error
        self._role = wanted

    async def close(self) -> None:
        """Switch it off."""
        if self._role is not BleRole.OFF:
            with suppress(CommandError):  # it has been off
                await self._modem.send(BLEINIT(init=BleRole.OFF))
        self._role = BleRole.OFF
        self._forget()

    async def address(self) -> str:
        """Ask for the own address."""
        return (await self._modem.send(BLEADDR.query())).addr

    # Scanning

    async def start_scan(self, settings: ScanSettings) -> None:
        """Begin to scan, until it is stopped."""
        await self._modem.send(
            BLESCANPARAM(
                scan_type=BleScanType.ACTIVE if settings.active else BleScanType.PASSIVE,
                own_addr_type=OwnAddressType.PUBLIC,
                filter_policy=BleScanFilterPolicy.ALL,
                scan_interval=round(settings.interval / UNIT),
                scan_window=round(settings.window / UNIT),
            )
        )
        if settings.address is not None:
            narrowed = BLESCAN(
                enable=True, duration_s=0, filter_type=BleScanFilterType.MAC, filter_param=settings.address.lower()
            )
            with suppress(CommandError):  # older firmware narrows no scans, and the session does so too
                await self._modem.send(narrowed)
                return
        await self._modem.send(BLESCAN(enable=True))

    async def stop_scan(self) -> None:
        """Scan no more."""
        # The end is told behind the success, and must not be taken for that of the next scan.
        async with self._modem.events(BleScanDone) as events:
            with suppress(CommandError, TimeoutError):  # it has stopped, or is not told
                await self._modem.send(BLESCAN(enable=False))
                async with asyncio.timeout(_SCAN_END_LIMIT):
                    await anext(events)

    # Connections

    async def connect(self, address: str, kind: AddressKind | None, time_limit: float) -> int:
        """Connect with the lowest free number; with another one when a central was faster to get it."""
        if not 0 < time_limit <= _LONGEST_TRY:
            raise InvalidArgument("timeout", f"more than 0 and at most {_LONGEST_TRY} seconds")
        while True:
            free = set(range(LINKS)) - self._links.keys()
            if not free:
                raise ConnectFailed("all connections are in use", code="LINKS", name="NO_FREE_LINK")
            number = min(free)
            command = BLECONN(
                conn_index=number,
                remote_addr=address,
                addr_type=BleAddressType.PUBLIC if kind is None else _address_type(kind),
                timeout_s=max(_SHORTEST_TRY, math.ceil(time_limit)),
            )
            self._links[number] = address
            try:
                await self._modem.send(command)
            except CommandError as error:
                if self._links.get(number, address) != address:
                    continue
                self._links.pop(number, None)
                raise ConnectFailed(
                    f"could not connect to {address}: {error.message}",
                    code=error.code,
                    name=error.name,
                    text=error.text,
                    command=error.command,
                    advice=error.advice,
                ) from error
            except BaseException:
                self._links.pop(number, None)
                raise
            return number

    async def disconnect(self, connection: int) -> None:
        """Close a connection, and wait until the module says that it is closed."""
        if connection not in self._links:
            return
        async with self._modem.events(BleDisconn) as events:
            try:
                await self._modem.send(BLEDISCONN(conn_index=connection))
            except CommandError:  # the peer was faster
                self._links.pop(connection, None)
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(_OUTCOME_LIMIT):
                    while connection in self._links and (await anext(events)).conn_index != connection:
                        pass

    async def exchange_mtu(self, connection: int, mtu: int) -> int:
        """Ask, and wait for what was agreed."""
        command = BLECFGMTU(conn_index=connection, mtu=mtu)
        outcomes: tuple[type[BleCfgMtu | BleDisconn], ...] = (BleCfgMtu, BleDisconn)
        async with self._modem.events(*outcomes) as events:
            await self._modem.send(command)
            try:
                async with asyncio.timeout(_OUTCOME_LIMIT):
                    async for event in events:
                        if event.conn_index != connection:
                            continue
                        if isinstance(event, BleDisconn):
                            raise SessionBroken("the peer has gone")
                        if event.mtu < 0:
                            raise CommandError("the peer did not agree on an MTU", code="-1", name="MTU_REFUSED")
                        return event.mtu
            except TimeoutError:
                raise CommandTimeout("the module does not tell the MTU that was agreed") from None
        raise SessionBroken("the modem has ended")

    async def signal(self, connection: int) -> int:
        """Ask for the signal of the peer."""
        told = (await self._modem.send(BLERDRSSI(conn_index=connection))).rssi
        if told is None:
            raise CommandError("the signal could not be read", code="Fail", name="NO_SIGNAL")
        return told

    async def services(self) -> tuple[GattService, ...]:
        """Create and start the services of the image, which the module does only before anybody is connected."""
        if self._links and not self._created:
            raise ModeConflict(
                "a connection is open, and the own services come first", advice="advertise, then connect"
            )
        return await super().services()

    # Pairing

    async def pair(self, connection: int) -> None:
        """Ask the peer to encrypt the connection."""
        await self._modem.send(
            BLEENC(conn_index=connection, sec_act=BleSecurity.MITM if self._protected else BleSecurity.NO_MITM)
        )

    async def reply_pairing(self, connection: int, reply: PairingReply) -> None:
        """Reply; a passkey that is not given ends the connection, for there is no word to refuse it."""
        match reply.kind:
            case PairingKind.CONSENT:
                await self._modem.send(BLEENCRSP(conn_index=connection, accept=reply.accept))
            case PairingKind.CONFIRM:
                await self._modem.send(BLECONFREPLY(conn_index=connection, confirm=reply.accept))
            case PairingKind.PASSKEY | PairingKind.PIN:
                if reply.accept and reply.secret is not None:
                    passkey = _passkey("secret", reply.secret)
                    await self._modem.send(BLEKEYREPLY(conn_index=connection, passkey=passkey))
                else:
                    await self.disconnect(connection)
            case PairingKind.SHOW:
                pass
            case _:
                assert_never(reply.kind)

    # What events tell

    def translate(self, event: Event) -> Iterable[PortableEvent]:
        """Return the portable events that an event of Low Energy stands for."""
        match event:
            case BleScan():
                yield LeAdvertisement(
                    address=event.mac,
                    rssi=event.rssi,
                    data=_bytes(event.adv_data),
                    scan_response=_bytes(event.scan_rsp_data),
                    kind=_KINDS.get(event.addr_type),
                    cause=event,
                )
            case BleScanDone():
                yield LeScanEnded(cause=event)
            case BleConn():
                self._links[event.conn_index] = event.mac
                yield LeConnected(connection=event.conn_index, address=event.mac, cause=event)
            case BleDisconn():
                self._gone(event.conn_index)
                yield LeDisconnected(connection=event.conn_index, cause=event)
            case BleCfgMtu() if event.mtu > 0:
                yield LeMtuChanged(connection=event.conn_index, mtu=event.mtu, cause=event)
            case BleNotify() | BleIndicate():
                yield GattNotified(
                    connection=event.conn_index,
                    handle=GattHandle(event.srv_index, event.char_index),
                    value=event.value,
                    confirmed=isinstance(event, BleIndicate),
                    lost=event.length - len(event.value) if event.short else 0,
                    cause=event,
                )
            case BleSrvChg():
                yield GattServicesChanged(connection=event.conn_index, cause=event)
            case BleWrite():
                yield GattWritten(
                    connection=event.conn_index,
                    handle=GattHandle(event.srv_index, event.char_index, event.desc_index),
                    value=event.value,
                    lost=event.length - len(event.value) if event.short else 0,
                    cause=event,
                )
            case _:
                yield from _pairing(event)

    def _gone(self, connection: int) -> None:
        self._links.pop(connection, None)
        for known in [key for key in self._configurations if key[0] == connection]:
            del self._configurations[known]


def _pairing(event: Event) -> Iterable[PortableEvent]:
    match event:
        case BleSecReq():
            yield PairingRequested(kind=PairingKind.CONSENT, connection=event.conn_index, cause=event)
        case BleSecKeyReq():
            yield PairingRequested(kind=PairingKind.PASSKEY, connection=event.conn_index, cause=event)
        case BleSecNcReq():
            number = Secret(f"{event.number:06d}")
            yield PairingRequested(kind=PairingKind.CONFIRM, connection=event.conn_index, number=number, cause=event)
        case BleSecNtfyKey():
            yield PairingRequested(kind=PairingKind.SHOW, connection=event.conn_index, number=event.key, cause=event)
        case BleAuthCmpl():
            succeeded = event.result is PairingResult.DONE
            yield PairingEnded(succeeded=succeeded, connection=event.conn_index, cause=event)
        case _:
            pass


_KINDS = {BleAddressType.PUBLIC: AddressKind.PUBLIC, BleAddressType.RANDOM: AddressKind.RANDOM}


def _address_type(kind: AddressKind) -> BleAddressType:
    public = kind in (AddressKind.PUBLIC, AddressKind.PUBLIC_IDENTITY)
    return BleAddressType.PUBLIC if public else BleAddressType.RANDOM


def _bytes(digits: str) -> bytes:
    return bytes.fromhex(digits[: len(digits) & ~1])


def _passkey(parameter: str, text: str | Secret[str]) -> int:
    digits = text.reveal() if isinstance(text, Secret) else text
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_PASSKEY):
        raise InvalidArgument(parameter, "a passkey of at most six digits")
    return int(digits)


def _security(pairing: PairingSettings) -> BLESECPARAM:
    request = pairing.bond * _BOND + pairing.man_in_the_middle * _MITM + pairing.secure_connections * _SECURE
    if request == _BOND + _MITM:
        # The module knows these two only with secure connections.
        request += _SECURE
    return BLESECPARAM(
        auth_req=BleAuthRequest(request),
        iocap=_IO[pairing.io],
        enc_key_size=_KEY_SIZE,
        init_key=BleKeys.ENC | BleKeys.IRK,
        rsp_key=BleKeys.ENC | BleKeys.IRK,
    )
