"""Bluetooth low energy: who uses the radio in which role, and who gets what it tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias, TypeVar

from anyio.abc import ByteStream

from ...errors import AtmodemError, InvalidArgument, ModeConflict, SessionBroken
from ...modem.core import ModemCore
from ...portable.capabilities import Capability, Support
from ...portable.drivers import LeDriver
from ...portable.events import (
    GattNotified,
    GattServicesChanged,
    GattWritten,
    LeAdvertisement,
    LeConnected,
    LeDisconnected,
    LeMtuChanged,
    LeScanEnded,
    ModuleRestarted,
    PairingEnded,
    PairingRequested,
    PortableEvent,
)
from ...portable.opening import Opening
from ...portable.values import AddressKind, AdvertisingSettings, LeRole, PairingReply, PairingSettings, ScanSettings
from ..background import open_whole
from ..checks import check_mac, check_range
from .advertisement import LONGEST, make_advertisement
from .pairing import Confirm, PairingAnswer, PairingDesk
from .passthrough import open_passthrough
from .peer import Peer
from .peripheral import Peripheral
from .scan import Scan, ScanOpening
from .uart import NUS_RX, NUS_TX, UartStream

__all__ = ["Le"]

_SCAN = ScanSettings()
_MTU = 247
_SHORTEST_WINDOW, _LONGEST_INTERVAL, _SHORTEST_INTERVAL = 2.5, 10240, 20
_LONGEST_TIMEOUT = 3600
#: Addresses of which it is remembered what they are.
_KNOWN = 256

User: TypeAlias = Scan | Peer | Peripheral
T = TypeVar("T", Scan, Peer, Peripheral)


class Le:
    """Low energy of one modem."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._turn = asyncio.Lock()
        self._roles: dict[User, LeRole] = {}
        #: How many are about to use the radio.
        self._openers = 0
        self._desk = PairingDesk(core, self._send_reply)
        #: What the addresses are that were heard last.
        self._kinds: dict[str, AddressKind] = {}
        core.listen(self._event)
        core.on_end(self._ended)

    # What a program does

    def scan(
        self,
        *,
        name: str | None = None,
        service: str | None = None,
        settings: ScanSettings = _SCAN,
        limit: int = 1024,
    ) -> ScanOpening:
        """Scan for as long as you iterate: ``async for advertisement in le.scan(): …``.

        Or enter it, ``async with le.scan() as scan``, to scan until the end of the block.

        Cancelled while it is opened, scanning ends in the background.

        :param name: only advertisers of this name.
        :param service: only advertisers of this service, by its UUID.
        :param settings: how to scan.
        :param limit: advertisements held for a slow reader; beyond it the oldest are dropped and counted.
        :raises ModeConflict: a scan is open already, or another role excludes it.
        :raises InvalidArgument: a value is out of range; nothing was sent.
        :raises Unsupported: the module cannot scan.
        """

        async def work() -> Scan:
            driver = self._require(Capability.LE_SCAN)
            _check_scan(settings)
            made = Scan(self._core, driver, settings, name, service, limit, self._release)
            async with self._opening():
                await self._alone(self._of(Scan), "the module scans already")
                await self._begin(driver, made, LeRole.CENTRAL, made.start)
            return made

        return ScanOpening(lambda: open_whole(self._core, work))

    def connect(
        self,
        address: str,
        *,
        kind: AddressKind | None = None,
        timeout: float = 10,
        mtu: int | None = _MTU,
        pairing: PairingSettings | None = None,
        confirm: Confirm | None = None,
    ) -> Opening[Peer]:
        """Connect to a peripheral: ``async with le.connect(address) as peer``.

        Cancelled, a connection that comes up all the same is closed in the background.

        :param address: as ``aa:bb:cc:dd:ee:ff``.
        :param kind: what it is; None for what a scan of this modem has told of it, else public.
        :param timeout: seconds to try.
        :param mtu: bytes of a packet to agree on, 23 to 517; a peer that refuses keeps 23. None does not ask.
        :param pairing: how to pair; None for what was set before.
        :param confirm: called with what a pairing asks. Without it the questions come as :class:`PairingRequested` and
            are answered by :meth:`reply`. What is not answered within 30 seconds is refused.
        :raises ConnectFailed: it does not answer, or all connections are in use.
        :raises ModeConflict: another role excludes it.
        :raises InvalidArgument: a value is out of range; nothing was sent.
        :raises Unsupported: the module cannot connect.
        """
        return Opening(
            lambda: open_whole(self._core, lambda: self._connect(address, kind, timeout, mtu, pairing, confirm))
        )

    async def _connect(
        self,
        address: str,
        kind: AddressKind | None,
        timeout: float,
        mtu: int | None,
        pairing: PairingSettings | None,
        confirm: Confirm | None,
    ) -> Peer:
        driver = self._require(Capability.LE_CONNECT)
        check_mac("address", address)
        check_range("timeout", timeout, 0, _LONGEST_TIMEOUT, "seconds")
        if mtu is not None:
            check_range("mtu", mtu, 23, 517, "bytes")
        peer = Peer(self._core, driver, address.lower(), confirm, self._release)

        async def open_peer() -> None:
            await peer.open(kind or self._kinds.get(peer.address), timeout, mtu)

        async with self._opening():
            same = [known for known in self._of(Peer) if known.address == peer.address]
            await self._alone(same, "the module is connected to this peer already")
            try:
                await self._begin(driver, peer, LeRole.CENTRAL, open_peer, pairing=pairing)
            except AtmodemError:
                # It may have come up, and what was agreed on failed.
                await peer.aclose()
                raise
        return peer

    def advertise(
        self,
        *,
        name: str | None = None,
        services: Sequence[str] = (),
        manufacturer_data: Mapping[int, bytes] | None = None,
        service_data: Mapping[str, bytes] | None = None,
        settings: AdvertisingSettings | None = None,
        pairing: PairingSettings | None = None,
        confirm: Confirm | None = None,
        limit: int = 256,
    ) -> Opening[Peripheral]:
        """Advertise and serve the module's own services: ``async with le.advertise(name="lamp") as peripheral``.

        The services are those that the module has; some firmware takes them from its image. Cancelled while it is
        opened, advertising ends in the background.

        :param name: name of the device, in the advertisement and for centrals to read.
        :param services: UUIDs to advertise.
        :param manufacturer_data: data by the number of the company.
        :param service_data: data by the UUID of the service.
        :param settings: the advertisement as bytes, and how to advertise, in place of the four above.
        :param pairing: how to pair; None for what was set before.
        :param confirm: as in :meth:`connect`.
        :param limit: written values held for a slow reader; one more ends the iteration with :class:`DataLost`.
        :raises ModeConflict: the module advertises already, or another role excludes it.
        :raises InvalidArgument: not everything has room in 31 bytes, or a value is out of range; nothing was sent.
        :raises GattError: the services could not be made ready.
        :raises Unsupported: the module cannot advertise.
        """

        async def work() -> Peripheral:
            driver = self._require(Capability.LE_ADVERTISE)
            chosen = settings
            if chosen is None:
                data, response = make_advertisement(
                    name=name, services=services, manufacturer_data=manufacturer_data, service_data=service_data
                )
                chosen = AdvertisingSettings(data=data, scan_response=response)
            _check_advertising(chosen)
            made = Peripheral(self._core, driver, chosen, limit, confirm, self._release)
            connectable = chosen.connectable

            async def start() -> None:
                await made.start(connectable)

            async with self._opening():
                await self._alone(self._of(Peripheral), "the module advertises already")
                await self._begin(driver, made, LeRole.PERIPHERAL, start, name=name, pairing=pairing)
            return made

        return Opening(lambda: open_whole(self._core, work))

    def open_uart(
        self,
        address: str,
        *,
        send: str = NUS_RX,
        receive: str = NUS_TX,
        kind: AddressKind | None = None,
        timeout: float = 10,
        mtu: int | None = _MTU,
        passthrough: bool = False,
    ) -> Opening[ByteStream]:
        """Connect to a peripheral, and exchange bytes with it over two characteristics.

        Cancelled, a connection that comes up all the same is closed in the background.

        :param address: as ``aa:bb:cc:dd:ee:ff``.
        :param send: UUID of the characteristic that is written; that of the Nordic UART service by default.
        :param receive: UUID of the characteristic that notifies.
        :param kind: as in :meth:`connect`.
        :param timeout: as in :meth:`connect`.
        :param mtu: as in :meth:`connect`.
        :param passthrough: let the bytes pass the line bare. It is faster, and no other session of the modem can be
            used meanwhile.
        :raises ConnectFailed: it does not answer.
        :raises GattError: it lacks the characteristics.
        :raises ModeConflict: another role or passthrough excludes it.
        :raises Unsupported: the module cannot connect, or has no stream of its own where *passthrough* asks for that.
        """

        async def work() -> ByteStream:
            if passthrough:
                self._core.require(self._core.driver.le, Capability.LE_ENTER_UART)
            peer = await self._connect(address, kind, timeout, mtu, None, None)
            try:
                values = await peer.notifications(receive, limit=4096)
                outgoing = await peer.handle(send)
                if passthrough:
                    return await open_passthrough(self._core, peer, values, outgoing)
                return UartStream(self._core, peer, values, outgoing)
            except AtmodemError:
                await peer.aclose()
                raise

        return Opening(lambda: open_whole(self._core, work))

    async def address(self) -> str:
        """Return the own address; low energy must be in use.

        :raises CommandError: the module does not tell it.
        :raises Unsupported: the dialect has no low energy.
        """
        return await self._require(Capability.LE_SCAN).address()

    async def reply(self, request: PairingRequested, answer: PairingAnswer) -> None:
        """Answer what a pairing asks.

        Cancelled, the answer may have been given.

        :param request: the event.
        :param answer: True or the passkey to go on, False to refuse.
        :raises InvalidArgument: it asks for a passkey, or has been answered or refused by now.
        """
        await self._desk.reply(request, answer)

    # Roles

    def _require(self, capability: Capability) -> LeDriver:
        return self._core.require(self._core.driver.le, capability)

    async def _begin(
        self,
        driver: LeDriver,
        user: User,
        role: LeRole,
        start: Callable[[], Awaitable[None]],
        *,
        name: str | None = None,
        pairing: PairingSettings | None = None,
    ) -> None:
        """Take a role for *user*, and start it; where that fails, let go of the role."""
        wanted = role
        for other in self._roles.values():
            wanted |= other
        if wanted != role and self._core.capabilities[Capability.LE_DUAL_ROLE] is Support.NO:
            raise ModeConflict("the module is central or peripheral, not both", advice="close the other first")
        await driver.open(wanted, name, pairing)
        self._roles[user] = role
        try:
            await start()
        except BaseException:
            self._roles.pop(user, None)
            raise

    async def _alone(self, others: Sequence[User], conflict: str) -> None:
        """Wait for others that are being closed; there must be none else."""
        for other in others:
            if not other.closing:
                raise ModeConflict(conflict, advice="close that first")
            await other.aclose()

    @asynccontextmanager
    async def _opening(self) -> AsyncIterator[None]:
        """Have the turn to open something; where that fails, low energy is switched off unless others use it."""
        self._openers += 1
        try:
            try:
                async with self._turn:
                    yield
            finally:
                self._openers -= 1
        except AtmodemError:
            await self._rest()
            raise

    async def _release(self, user: User) -> None:
        self._roles.pop(user, None)
        await self._rest()

    async def _rest(self) -> None:
        """Switch low energy off, unless it is used; other modes may have to wait for that."""
        driver = self._core.driver.le
        if driver is None or self._is_wanted():
            return
        async with self._turn:
            if not self._is_wanted():
                with suppress(AtmodemError):  # the module or its line is gone
                    await driver.close()

    def _is_wanted(self) -> bool:
        return bool(self._roles or self._openers) or self._core.closed

    # What the module tells

    def _event(self, event: PortableEvent) -> None:
        match event:
            case LeAdvertisement():
                self._remember(event)
                for scan in self._of(Scan):
                    scan.hear(event)
            case LeScanEnded():
                for scan in self._of(Scan):
                    scan.end()
            case LeConnected():
                self._connected(event)
            case LeDisconnected():
                self._disconnected(event.connection)
            case LeMtuChanged() | GattNotified() | GattServicesChanged():
                self._of_a_connection(event)
            case GattWritten():
                for peripheral in self._of(Peripheral):
                    peripheral.written(event)
            case PairingRequested() if event.connection is not None:
                self._desk.take(event, self._confirm_of(event.connection))
            case PairingEnded() if event.connection is not None:
                for peer in self._peers(event.connection):
                    peer.pairing_ended(event.succeeded)
            case ModuleRestarted():
                self._fail(SessionBroken("the module started anew", advice="open it again"))
            case _:
                pass

    def _remember(self, event: LeAdvertisement) -> None:
        address = event.address.lower()
        self._kinds.pop(address, None)
        if event.kind is not None:
            self._kinds[address] = event.kind
        if len(self._kinds) > _KNOWN:
            del self._kinds[next(iter(self._kinds))]

    def _of_a_connection(self, event: LeMtuChanged | GattNotified | GattServicesChanged) -> None:
        for peer in self._peers(event.connection):
            match event:
                case LeMtuChanged():
                    peer.mtu_changed(event.mtu)
                case GattNotified():
                    peer.told(event)
                case GattServicesChanged():
                    peer.services_changed()
        if isinstance(event, LeMtuChanged):
            for peripheral in self._of(Peripheral):
                peripheral.mtu_changed(event.connection, event.mtu)

    def _connected(self, event: LeConnected) -> None:
        for peer in self._of(Peer):
            if peer.connection is None and peer.address == event.address.lower():
                peer.connection = event.connection
                return
        for peripheral in self._of(Peripheral):
            peripheral.connected(event.connection, event.address)

    def _disconnected(self, connection: int) -> None:
        for peer in self._peers(connection):
            peer.fail(SessionBroken("the peer has gone"))
            del self._roles[peer]
            if not self._core.closed:
                self._core.spawn(self._rest, "bluetooth")
        for peripheral in self._of(Peripheral):
            peripheral.disconnected(connection)

    def _fail(self, error: SessionBroken) -> None:
        for user in tuple(self._roles):
            if isinstance(user, Scan):
                user.end(error)
            else:
                user.fail(error)
        self._roles.clear()

    def _ended(self, error: AtmodemError) -> None:
        self._fail(SessionBroken(f"the modem has ended: {error}"))

    def _confirm_of(self, connection: int) -> Confirm | None:
        sides: list[Peer | Peripheral] = [*self._peers(connection), *self._of(Peripheral)]
        return next((side.confirm for side in sides), None)

    def _of(self, kind: type[T]) -> list[T]:
        return [user for user in self._roles if isinstance(user, kind)]

    def _peers(self, connection: int) -> list[Peer]:
        return [peer for peer in self._of(Peer) if peer.connection == connection]

    async def _send_reply(self, request: PairingRequested, reply: PairingReply) -> None:
        if request.connection is not None:
            await self._require(Capability.LE_PAIR).reply_pairing(request.connection, reply)


def _check_scan(settings: ScanSettings) -> None:
    check_range("interval", settings.interval, _SHORTEST_WINDOW, _LONGEST_INTERVAL, "milliseconds")
    check_range("window", settings.window, _SHORTEST_WINDOW, settings.interval, "milliseconds")
    if settings.address is not None:
        check_mac("address", settings.address)


def _check_advertising(settings: AdvertisingSettings) -> None:
    for name, data in (("data", settings.data), ("scan_response", settings.scan_response)):
        if len(data) > LONGEST:
            raise InvalidArgument(name, f"at most {LONGEST} bytes")
    check_range("interval_min", settings.interval_min, _SHORTEST_INTERVAL, _LONGEST_INTERVAL, "milliseconds")
    check_range("interval_max", settings.interval_max, settings.interval_min, _LONGEST_INTERVAL, "milliseconds")
