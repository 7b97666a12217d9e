"""The module as a peripheral of Bluetooth low energy."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Self

from ...errors import (
    AtmodemError,
    CommandError,
    DataLost,
    GattError,
    InvalidArgument,
    SessionBroken,
    SessionClosed,
)
from ...modem.core import ModemCore
from ...portable.drivers import LeDriver
from ...portable.events import GattWritten
from ...portable.values import AdvertisingSettings, GattHandle, GattService, Property
from ..background import Ending
from .pairing import Confirm
from .peer import Attribute, find_characteristic, missing_attribute

__all__ = ["Peripheral"]

_DEFAULT_MTU, _HEAD = 23, 3
_CLIENT_CONFIGURATION = ("2902", "")
_LONGEST_VALUE = 512
_TELLS = Property.NOTIFY | Property.INDICATE


class Peripheral:
    """A module that advertises and serves its own services until :meth:`aclose`.

    Iterate over it for what centrals write, as :class:`GattWritten`; what they write to ask for notifications is kept
    here. When a central goes, the module advertises again.
    """

    def __init__(
        self,
        core: ModemCore,
        driver: LeDriver,
        settings: AdvertisingSettings,
        limit: int,
        confirm: Confirm | None,
        released: Callable[[Peripheral], Awaitable[None]],
    ) -> None:
        if limit < 1:
            raise InvalidArgument("limit", "1 or more")
        #: The services that the module offers, with their characteristics and descriptors.
        self.services: tuple[GattService, ...] = ()
        #: Answers what a pairing asks that a central has begun.
        self.confirm: Confirm | None = confirm
        self._core = core
        self._driver = driver
        self._settings = settings
        self._released = released
        self._limit = limit
        self._held: deque[GattWritten] = deque()
        self._changed = asyncio.Event()
        self._lost = 0
        self._centrals: dict[int, str] = {}
        self._mtus: dict[int, int] = {}
        #: What each central has asked to be told of, and whether by indications.
        self._wanted: dict[tuple[int, GattHandle], bool] = {}
        self._closed = False
        self._error: AtmodemError | None = None
        self._generation = core.generation
        self._ending = Ending(core, self._close)

    async def start(self, serve: bool) -> None:
        """Make the services ready, and advertise."""
        if serve:
            self.services = await self._driver.services()
        await self._driver.advertise(self._settings)

    # What a program does

    @property
    def connections(self) -> dict[int, str]:
        """The centrals that are connected: their addresses by the module's number for the connection."""
        return dict(self._centrals)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> GattWritten:
        while not self._held:
            if self._lost:
                advice = "read faster, or raise the limit"
                raise DataLost(
                    f"{self._lost} values could not be held, or came in part", lost=self._lost, advice=advice
                )
            if self._closed:
                raise StopAsyncIteration
            if self._error is not None:
                raise self._error
            self._changed.clear()
            await self._changed.wait()
        return self._held.popleft()

    def handle(self, characteristic: Attribute) -> GattHandle:
        """Return where an own characteristic is.

        :param characteristic: UUID, handle, or an element of :attr:`services`.
        :raises GattError: there is none.
        """
        if isinstance(characteristic, str):
            return find_characteristic(self.services, characteristic).handle
        handle = characteristic if isinstance(characteristic, GattHandle) else characteristic.handle
        known = (c.handle for service in self.services for c in service.characteristics)
        if GattHandle(handle.service, handle.characteristic) not in known:
            raise missing_attribute(f"attribute at {handle}")
        return handle

    async def set_value(self, characteristic: Attribute, value: bytes) -> None:
        """Set an own value, for centrals to read. Cancelled, a value that was begun is set.

        :param characteristic: UUID, handle, or an element of :attr:`services`.
        :param value: at most 512 bytes, or what the characteristic holds.
        :raises InvalidArgument: no attribute holds so much; nothing was sent.
        :raises GattError: there is no such characteristic, or it holds less.
        :raises SessionBroken: the module has started anew.
        :raises SessionClosed: this was closed here.
        """
        self._check_open()
        if len(value) > _LONGEST_VALUE:
            raise InvalidArgument("value", f"at most {_LONGEST_VALUE} bytes")
        await self._driver.set_value(self.handle(characteristic), bytes(value))

    def subscribers(self, characteristic: Attribute) -> tuple[int, ...]:
        """Return the connections whose centrals have asked to be told of a value."""
        handle = self.handle(characteristic)
        return tuple(number for number, wanted in self._wanted if wanted == handle)

    async def wait_subscribed(self, characteristic: Attribute) -> int:
        """Wait until a central has asked to be told of a value, and return its connection. Cancelling changes nothing.

        :raises SessionBroken: the module has started anew.
        :raises SessionClosed: this was closed here.
        """
        while True:
            self._check_open()
            subscribers = self.subscribers(characteristic)
            if subscribers:
                return subscribers[0]
            self._changed.clear()
            await self._changed.wait()

    async def notify(self, characteristic: Attribute, value: bytes, *, connection: int | None = None) -> int:
        """Tell centrals of a value, each as it has asked for: by a notification, or an indication that it confirms.

        Cancelled, the central that is being told is told, and later ones are not.

        :param characteristic: UUID, handle, or an element of :attr:`services`.
        :param value: at most three bytes less than the MTU of the connection.
        :param connection: the central; None for all that have asked.
        :returns: how many were told.
        :raises InvalidArgument: the value is too long for one of them; nothing was sent.
        :raises GattError: there is no such characteristic, or this central has not asked for it.
        :raises SessionBroken: the module has started anew.
        :raises SessionClosed: this was closed here.
        """
        self._check_open()
        handle = self.handle(characteristic)
        takers = self.subscribers(handle) if connection is None else (connection,)
        for number in takers:
            if (number, handle) not in self._wanted:
                raise GattError("this central has not asked for the value", code="2902", name="NOT_SUBSCRIBED")
            longest = self._mtus.get(number, _DEFAULT_MTU) - _HEAD
            if len(value) > longest:
                raise InvalidArgument("value", f"at most {longest} bytes, as the MTU is {longest + _HEAD}")
        told = 0
        for number in takers:
            confirmed = self._wanted.get((number, handle))
            if confirmed is None:
                continue  # it has gone meanwhile
            try:
                await self._driver.notify(number, handle, bytes(value), confirmed)
            except CommandError:
                if number in self._centrals:
                    raise
                continue
            told += 1
        return told

    async def disconnect(self, connection: int) -> None:
        """Disconnect a central; harmless when it has gone. Cancelled, it may be disconnected all the same."""
        if connection in self._centrals:
            await self._driver.disconnect(connection)

    async def aclose(self) -> None:
        """Advertise no more, and disconnect; idempotent. Cancelled, that goes on in the background."""
        self._closed = True
        self._changed.set()
        await self._ending.wait()

    # For Le

    @property
    def closing(self) -> bool:
        """Whether it was closed here, although that may take its time."""
        return self._closed

    def connected(self, number: int, address: str) -> None:
        """Learn that a central has connected."""
        self._centrals[number] = address

    def disconnected(self, number: int) -> bool:
        """Learn that a connection is over; return whether it was one of a central."""
        if self._centrals.pop(number, None) is None:
            return False
        self._mtus.pop(number, None)
        for key in [key for key in self._wanted if key[0] == number]:
            del self._wanted[key]
        over = self._closed or self._error is not None or self._core.closed
        if self._settings.connectable and not over:
            self._core.spawn(self._advertise_again, "advertise")
        return True

    def mtu_changed(self, number: int, mtu: int) -> None:
        """Learn of an MTU."""
        self._mtus[number] = mtu

    def written(self, event: GattWritten) -> None:
        """Take what a central has written."""
        if self._is_configuration(event.handle):
            key = (event.connection, GattHandle(event.handle.service, event.handle.characteristic))
            asked = event.value[:1]
            if asked in (b"\1", b"\2"):
                self._wanted[key] = asked == b"\2"
            else:
                self._wanted.pop(key, None)
        elif self._lost or event.lost or len(self._held) >= self._limit:
            self._lost += 1
        else:
            self._held.append(event)
        self._changed.set()

    def fail(self, error: SessionBroken) -> None:
        """Learn that the module serves no more."""
        if self._error is None:
            self._error = error
        self._centrals.clear()
        self._wanted.clear()
        self._changed.set()

    # The rest

    def _is_configuration(self, handle: GattHandle) -> bool:
        return handle.descriptor is not None and any(
            descriptor.handle == handle and descriptor.uuid in _CLIENT_CONFIGURATION and known.properties & _TELLS
            for service in self.services
            for known in service.characteristics
            for descriptor in known.descriptors
        )

    def _check_open(self) -> None:
        if self._closed:
            raise SessionClosed("the peripheral was closed here")
        if self._error is not None:
            raise self._error

    async def _advertise_again(self) -> None:
        try:
            if not self._closed and self._error is None:
                await self._driver.advertise(self._settings)
        except CommandError as error:
            self.fail(SessionBroken(f"the module does not advertise again: {error}"))
            await self._released(self)
        except AtmodemError:
            pass  # the modem is gone

    async def _close(self) -> None:
        try:
            if self._generation == self._core.generation:
                await self._driver.stop_advertising()
                for number in tuple(self._centrals):
                    await self._driver.disconnect(number)
        finally:
            await self._released(self)
