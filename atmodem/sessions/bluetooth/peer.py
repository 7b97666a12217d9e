"""A peripheral of Bluetooth low energy that the module is connected to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias, TypeVar

from ...errors import (
    AtmodemError,
    CommandError,
    GattError,
    InvalidArgument,
    ModeConflict,
    PairingFailed,
    SessionBroken,
    SessionClosed,
    TransferIncomplete,
)
from ...modem.core import ModemCore
from ...portable.capabilities import Capability
from ...portable.drivers import LeDriver
from ...portable.events import GattNotified
from ...portable.uuids import short_uuid
from ...portable.values import (
    AddressKind,
    GattCharacteristic,
    GattDescriptor,
    GattHandle,
    GattService,
    Property,
    Subscribe,
)
from ..background import Ending, open_whole
from ..checks import check_range
from .notifications import Notifications, NotificationsOpening
from .pairing import Confirm

__all__ = ["Attribute", "Peer", "find_characteristic", "missing_attribute"]

T = TypeVar("T")

#: A characteristic by its UUID, or an attribute by its handle or by what discovery returned.
Attribute: TypeAlias = str | GattHandle | GattCharacteristic | GattDescriptor

#: Bytes of the largest packet before the two sides have agreed on another size, and of its head.
_DEFAULT_MTU, _HEAD = 23, 3
_LONGEST_MTU = 517
_READABLE = Property.READ
_WRITABLE = Property.WRITE | Property.WRITE_WITHOUT_RESPONSE | Property.SIGNED_WRITE
#: Seconds until a pairing must have ended.
_PAIRING_LIMIT = 60.0


def missing_attribute(what: str) -> GattError:
    """Return the error for an attribute that is not there."""
    return GattError(f"there is no {what}", code="0x0A", name="NO_SUCH_ATTRIBUTE")


def find_characteristic(services: tuple[GattService, ...], uuid: str) -> GattCharacteristic:
    """Return the characteristic of that UUID.

    :raises GattError: there is none.
    :raises InvalidArgument: it is no UUID, or several characteristics have it.
    """
    wanted = short_uuid(uuid)
    found = [known for service in services for known in service.characteristics if known.uuid == wanted]
    if not found:
        raise missing_attribute(f"characteristic {wanted}")
    if len(found) > 1:
        raise InvalidArgument("characteristic", "a handle: several characteristics have this UUID")
    return found[0]


class Peer:
    """A connection to a peripheral. Attributes are named by UUID, by handle, or by what :meth:`services` returned."""

    def __init__(
        self,
        core: ModemCore,
        driver: LeDriver,
        address: str,
        confirm: Confirm | None,
        released: Callable[[Peer], Awaitable[None]],
    ) -> None:
        #: Address of the peripheral.
        self.address: str = address
        #: Answers what a pairing with it asks.
        self.confirm: Confirm | None = confirm
        #: The module's number for the connection; None before it is open.
        self.connection: int | None = None
        self._core = core
        self._driver = driver
        self._released = released
        self._mtu = _DEFAULT_MTU
        self._services: tuple[GattService, ...] | None = None
        self._discovering = asyncio.Lock()
        self._subscriptions: dict[GattHandle, Subscribe] = {}
        self._streams: list[Notifications] = []
        self._subscribing = asyncio.Lock()
        self._paired: asyncio.Future[bool] | None = None
        self._error: AtmodemError | None = None
        self._closed = False
        self._gone = asyncio.Event()
        self._ending = Ending(core, self._close)

    # Opening

    async def open(self, kind: AddressKind | None, time_limit: float, mtu: int | None) -> None:
        """Connect, and agree on an MTU."""
        self.connection = await self._driver.connect(self.address, kind, time_limit)
        if self._error is not None:
            raise self._error
        if mtu is not None and mtu > _DEFAULT_MTU:
            with suppress(CommandError):  # the peer keeps to the smallest
                self._mtu = await self._driver.exchange_mtu(self.connection, mtu)

    # What a program does

    @property
    def mtu(self) -> int:
        """Bytes of the largest packet; a value is three bytes shorter."""
        return self._mtu

    @property
    def longest_value(self) -> int:
        """Most bytes of a value that can be written now."""
        return self._mtu - _HEAD

    @property
    def is_connected(self) -> bool:
        """Whether the connection is open, as far as the module has told."""
        return self._error is None and not self._closed

    async def services(self) -> tuple[GattService, ...]:
        """Return the peer's services with their characteristics and descriptors.

        They are discovered once, and again after the peer has told that they have changed. Cancelled, the command under
        way is finished; nothing is kept.

        :raises GattError: they could not be discovered.
        :raises SessionBroken: the peer has gone.
        :raises SessionClosed: the connection was closed here.
        """
        async with self._discovering:
            number = self._number()
            if self._services is None:
                self._services = await self._whole(self._driver.discover(number))
            return self._services

    async def handle(self, characteristic: Attribute) -> GattHandle:
        """Return where an attribute is. Cancelled, a discovery that it needs is finished by the module.

        :param characteristic: UUID, handle, or what discovery returned.
        :raises GattError: it is not there.
        :raises SessionBroken: the peer has gone.
        """
        return (await self._find(characteristic))[0]

    async def read(self, characteristic: Attribute) -> bytes:
        """Return a value. Cancelled, the read is finished by the module and its value dropped.

        :param characteristic: UUID, handle, or what discovery returned.
        :raises GattError: it is not there, or may not be read.
        :raises SessionBroken: the peer has gone.
        :raises SessionClosed: the connection was closed here.
        """
        handle, properties = await self._find(characteristic)
        _check_allowed(properties, _READABLE, "read")
        return await self._whole(self._driver.read(self._number(), handle))

    async def write(self, characteristic: Attribute, value: bytes) -> None:
        """Write a value and return when the module says that it is done.

        Whether the peer confirms it the module decides. Cancelled, a write that was begun is finished.

        :param characteristic: UUID, handle, or what discovery returned.
        :param value: at most three bytes less than :attr:`mtu`.
        :raises InvalidArgument: the value is too long; nothing was sent.
        :raises GattError: it is not there, or may not be written.
        :raises TransferIncomplete: the peer has gone; whether it has got the value is not known.
        :raises SessionBroken: the peer had gone before.
        :raises SessionClosed: the connection was closed here.
        """
        handle, properties = await self._find(characteristic)
        _check_allowed(properties, _WRITABLE, "written")
        if len(value) > self.longest_value:
            advice = None if self._mtu == _LONGEST_MTU else "exchange_mtu() may agree on more"
            raise InvalidArgument(
                "value", f"at most {self.longest_value} bytes, as the MTU is {self._mtu}", advice=advice
            )
        number = self._number()
        try:
            await self._driver.write(number, handle, bytes(value))
        except CommandError as error:
            if self._error is not None:
                raise TransferIncomplete(str(self._error), transferred=0, command=error.command) from error
            raise

    def notifications(
        self, characteristic: Attribute, *, indicate: bool = False, limit: int = 256
    ) -> NotificationsOpening:
        """Iterate over the values that the peer tells: ``async for value in peer.notifications("2a37")``.

        Or enter it, ``async with peer.notifications("2a37") as values``, to be subscribed when the body begins. The
        peer is asked to tell no more when the last of the iterators of a value is closed. Cancelled while it is opened,
        the subscription is given up in the background.

        :param characteristic: UUID, handle, or what discovery returned.
        :param indicate: ask for indications, which the module confirms; else for notifications, where there are any.
        :param limit: values held for a slow reader; one more ends the iteration with :class:`DataLost`.
        :raises GattError: it is not there, or does not tell of changes.
        :raises ModeConflict: another iterator of this value has asked in the other way.
        :raises SessionBroken: the peer has gone.
        """
        return NotificationsOpening(
            lambda: open_whole(self._core, lambda: self._subscribe(characteristic, indicate, limit))
        )

    async def exchange_mtu(self, mtu: int) -> int:
        """Ask the peer for larger packets, and return what was agreed on. Cancelled, the two may agree all the same.

        :param mtu: 23 to 517 bytes.
        :raises CommandError: the peer refuses.
        :raises SessionBroken: the peer has gone.
        """
        check_range("mtu", mtu, _DEFAULT_MTU, _LONGEST_MTU, "bytes")
        self._mtu = await self._whole(self._driver.exchange_mtu(self._number(), mtu))
        return self._mtu

    async def signal(self) -> int:
        """Return the peer's signal in dBm.

        :raises CommandError: the module could not tell.
        :raises SessionBroken: the peer has gone.
        """
        return await self._whole(self._driver.signal(self._number()))

    async def pair(self) -> None:
        """Pair with the peer, and return when that has succeeded.

        Its questions go to the ``confirm`` of the opening, or come as :class:`PairingRequested`, to be answered by
        ``modem.bluetooth.le.reply``. Cancelled, the pairing goes on.

        :raises PairingFailed: it did not succeed.
        :raises ModeConflict: a pairing is under way.
        :raises SessionBroken: the peer has gone.
        :raises Unsupported: the module cannot pair.
        """
        self._core.require(self._driver, Capability.LE_PAIR)
        number = self._number()
        if self._paired is not None:
            raise ModeConflict("a pairing with this peer is under way")
        paired = self._paired = asyncio.get_running_loop().create_future()
        try:
            await self._whole(self._driver.pair(number))
            async with asyncio.timeout(_PAIRING_LIMIT):
                succeeded = await paired
        except TimeoutError:
            raise PairingFailed("the pairing has not ended in time", code="timeout", name="TIMEOUT") from None
        finally:
            self._paired = None
        if not succeeded:
            raise PairingFailed("the two could not be paired", code="failed", name="PAIRING_FAILED")

    async def aclose(self) -> None:
        """Disconnect; idempotent. Cancelled, that goes on in the background."""
        self._finish(None)
        await self._ending.wait()

    async def wait_gone(self) -> None:
        """Wait until the connection is over, by whichever side. Cancelling it changes nothing."""
        await self._gone.wait()

    # For Le

    @property
    def closing(self) -> bool:
        """Whether it was closed here, although that may take its time."""
        return self._closed

    def told(self, event: GattNotified) -> None:
        """Take a value that the peer tells."""
        for stream in tuple(self._streams):
            if stream.handle == event.handle and stream.confirmed == event.confirmed:
                stream.put(event.value, event.lost)

    def mtu_changed(self, mtu: int) -> None:
        """Learn of a new MTU."""
        self._mtu = mtu

    def services_changed(self) -> None:
        """Forget what was discovered."""
        self._services = None

    def pairing_ended(self, succeeded: bool) -> None:
        """Learn how a pairing has ended."""
        if self._paired is not None and not self._paired.done():
            self._paired.set_result(succeeded)

    def fail(self, error: SessionBroken) -> None:
        """Learn that the connection is gone."""
        self._finish(error)

    # The rest

    def _number(self) -> int:
        if self._closed:
            raise SessionClosed("the connection was closed here")
        if self._error is not None:
            raise self._error
        if self.connection is None:
            raise SessionClosed("the connection is not open")
        return self.connection

    async def _whole(self, answer: Awaitable[T]) -> T:
        """Await an answer; what fails because the peer has gone is told so."""
        try:
            return await answer
        except CommandError as error:
            if self._error is not None:
                raise self._error from error
            raise

    async def _find(self, attribute: Attribute) -> tuple[GattHandle, Property | None]:
        """Return where an attribute is, and what it allows; None for a descriptor."""
        services = await self.services()
        if isinstance(attribute, str):
            found = find_characteristic(services, attribute)
            return found.handle, found.properties
        handle = attribute if isinstance(attribute, GattHandle) else attribute.handle
        for service in services:
            for known in service.characteristics:
                if known.handle == handle:
                    return handle, known.properties
                if any(descriptor.handle == handle for descriptor in known.descriptors):
                    return handle, None
        raise missing_attribute(f"attribute at {handle}")

    async def _subscribe(self, characteristic: Attribute, indicate: bool, limit: int) -> Notifications:
        handle, properties = await self._find(characteristic)
        notifies = properties is None or not properties or Property.NOTIFY in properties
        confirms = properties is None or not properties or Property.INDICATE in properties
        wanted = Subscribe.INDICATE if indicate or not notifies else Subscribe.NOTIFY
        if properties is None or not (confirms if wanted is Subscribe.INDICATE else notifies):
            raise GattError("the characteristic does not tell of its changes so", code="0x06", name="NOT_PERMITTED")
        stream = Notifications(self._core, handle, wanted is Subscribe.INDICATE, limit, self._unsubscribe)
        async with self._subscribing:
            known = self._subscriptions.get(handle)
            if known not in (None, wanted):
                raise ModeConflict("another iterator has asked for this value in the other way")
            # What the peer tells at once belongs to it already.
            self._streams.append(stream)
            try:
                if known is None:
                    await self._whole(self._driver.subscribe(self._number(), handle, wanted))
            except BaseException:
                self._streams.remove(stream)
                raise
            self._subscriptions[handle] = wanted
        return stream

    async def _unsubscribe(self, stream: Notifications) -> None:
        async with self._subscribing:
            if stream not in self._streams:
                return
            self._streams.remove(stream)
            if any(other.handle == stream.handle for other in self._streams):
                return
            self._subscriptions.pop(stream.handle, None)
            if self.is_connected and self.connection is not None:
                await self._driver.subscribe(self.connection, stream.handle, Subscribe.OFF)

    def _finish(self, error: SessionBroken | None) -> None:
        if self._closed or self._error is not None:
            return
        if error is None:
            self._closed = True
        else:
            self._error = error
        self._gone.set()
        for stream in self._streams:
            stream.end(error)
        if self._paired is not None and not self._paired.done():
            self._paired.set_exception(error or SessionClosed("the connection was closed here"))

    async def _close(self) -> None:
        try:
            if self._error is None and self.connection is not None:
                await self._driver.disconnect(self.connection)
        finally:
            await self._released(self)


def _check_allowed(properties: Property | None, wanted: Property, how: str) -> None:
    # A descriptor's are not told, nor those of some firmware: the peer decides.
    if properties and not properties & wanted:
        raise GattError(f"the value may not be {how}", code="0x03", name="NOT_PERMITTED")
