"""Classic Bluetooth: serial connections in both directions, and looking for devices."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Self, TypeAlias

from ...errors import AtmodemError, ModeConflict, SessionBroken, SessionClosed
from ...modem.core import ModemCore
from ...portable.capabilities import Capability
from ...portable.drivers import ClassicDriver
from ...portable.events import (
    BluetoothConnected,
    BluetoothData,
    BluetoothDisconnected,
    DeviceFound,
    ModuleRestarted,
    PairingRequested,
    PortableEvent,
)
from ...portable.opening import Opening
from ...portable.values import ClassicDevice, PairingReply, PairingSettings
from ..background import open_whole
from ..checks import check_mac, check_range
from .pairing import Confirm, PairingAnswer, PairingDesk
from .serial import SerialListener, SerialStream

__all__ = ["Classic", "Inquiry"]

_PAIRING = PairingSettings()
_LONGEST_INQUIRY = 61


class Inquiry:
    """Devices that an inquiry finds, each once: an async iterator, which ends with the inquiry.

    Whoever leaves it early lets the inquiry end by itself. Cancelling the wait for the next device loses none.
    """

    def __init__(self, classic: Classic, seconds: float) -> None:
        self._classic = classic
        self._seconds = seconds
        self._begun = False
        self._known: set[str] = set()
        self._held: deque[ClassicDevice] = deque()
        self._changed = asyncio.Event()
        self._over = False
        self._error: AtmodemError | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ClassicDevice:
        if not self._begun:
            self._classic.begin_inquiry(self, self._seconds)
            self._begun = True
        while not self._held:
            if self._over:
                raise StopAsyncIteration if self._error is None else self._error
            self._changed.clear()
            await self._changed.wait()
        return self._held.popleft()

    def found(self, device: ClassicDevice) -> None:
        """Take a device, unless it is known."""
        if device.address not in self._known:
            self._known.add(device.address)
            self._held.append(device)
            self._changed.set()

    def end(self, error: AtmodemError | None = None) -> None:
        """Let the iteration end behind what is held."""
        if not self._over:
            self._over, self._error = True, error
        self._changed.set()


User: TypeAlias = SerialStream | SerialListener | Inquiry


class Classic:
    """Classic Bluetooth of one modem."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._turn = asyncio.Lock()
        self._users: set[User] = set()
        self._opening = 0
        self._streams: dict[int, SerialStream] = {}
        self._listener: SerialListener | None = None
        self._inquiry: Inquiry | None = None
        self._desk = PairingDesk(core, self._send_reply)
        #: That of the session that was opened last: a pairing comes before its connection.
        self._confirm: Confirm | None = None
        core.listen(self._event)
        core.on_end(self._ended)

    # What a program does

    def connect_serial(
        self,
        address: str,
        *,
        name: str | None = None,
        pairing: PairingSettings = _PAIRING,
        confirm: Confirm | None = None,
    ) -> Opening[SerialStream]:
        """Connect to a peer's serial port: ``async with classic.connect_serial(address) as stream``.

        Cancelled, a connection that comes up all the same is closed in the background.

        :param address: as ``aa:bb:cc:dd:ee:ff``.
        :param name: own name; None keeps what the module has.
        :param pairing: how to pair; a fixed PIN for old devices among it.
        :param confirm: called with what a pairing asks. Without it the questions come as :class:`PairingRequested` and
            are answered by :meth:`reply`. What is not answered within 30 seconds is refused.
        :raises ConnectFailed: it does not answer, refuses, or could not be paired with.
        :raises ModeConflict: the module's connection is in use, or it listens.
        :raises InvalidArgument: a value cannot be sent; nothing was.
        :raises Unsupported: the module cannot connect.
        """

        async def work() -> SerialStream:
            driver = self._require(Capability.CLASSIC_CONNECT_SERIAL)
            check_mac("address", address)
            async with self._turn:
                await self._open(driver, name, pairing, confirm)
                try:
                    number = await driver.connect_serial(address)
                finally:
                    self._opening -= 1
                    self._switch_off_unless_used()
                stream = self._streams.get(number)
                if stream is None:
                    raise SessionBroken("the peer has gone at once")
            return stream

        return Opening(lambda: open_whole(self._core, work))

    def listen_serial(
        self,
        *,
        name: str | None = None,
        discoverable: bool = True,
        pairing: PairingSettings = _PAIRING,
        confirm: Confirm | None = None,
    ) -> Opening[SerialListener]:
        """Let peers connect: ``async with classic.listen_serial(name="lab") as listener``, then ``listener.accept()``.

        Cancelled while it is opened, listening ends in the background.

        :param name: own name; None keeps what the module has.
        :param discoverable: an inquiry finds the module.
        :param pairing: as in :meth:`connect_serial`.
        :param confirm: as in :meth:`connect_serial`.
        :raises ModeConflict: the module listens already, or a connection in the other role is open.
        :raises InvalidArgument: a value cannot be sent; nothing was.
        :raises Unsupported: the module cannot listen.
        """

        async def work() -> SerialListener:
            driver = self._require(Capability.CLASSIC_LISTEN_SERIAL)
            async with self._turn:
                known = self._listener
                if known is not None:
                    if not known.closing:
                        raise ModeConflict("the module listens already", advice="close that listener first")
                    await known.aclose()
                made = SerialListener(self._core, driver, discoverable, self._release)
                await self._open(driver, name, pairing, confirm)
                try:
                    # A peer may be there before the module's answer is.
                    self._listener = made
                    await made.start()
                except BaseException:
                    self._listener = None
                    raise
                finally:
                    self._opening -= 1
                    self._switch_off_unless_used()
                self._users.add(made)
            return made

        return Opening(lambda: open_whole(self._core, work))

    def inquire(self, seconds: float = 10) -> Inquiry:
        """Look for devices: ``async for device in classic.inquire()``.

        Some modules tell what they have found at the end alone, and take no other command meanwhile.

        :param seconds: how long, 0.1 to 61.
        :raises InvalidArgument: it is out of range.
        :raises ModeConflict: an inquiry is under way.
        :raises Unsupported: the module cannot look for devices.
        """
        self._require(Capability.CLASSIC_INQUIRE)
        check_range("seconds", seconds, 0.1, _LONGEST_INQUIRY, "seconds")
        return Inquiry(self, seconds)

    async def address(self) -> str:
        """Return the own address; some modules tell it only while classic Bluetooth is in use.

        :raises CommandError: the module does not tell it.
        :raises Unsupported: the dialect has no classic Bluetooth.
        """
        return await self._require(Capability.CLASSIC).address()

    async def reply(self, request: PairingRequested, answer: PairingAnswer) -> None:
        """Answer what a pairing asks.

        Cancelled, the answer may have been given.

        :param request: the event.
        :param answer: True, or the PIN or passkey, to go on; False to refuse.
        :raises InvalidArgument: it asks for a PIN or passkey, or has been answered or refused by now.
        """
        await self._desk.reply(request, answer)

    # Inquiries

    def begin_inquiry(self, inquiry: Inquiry, seconds: float) -> None:
        """Run an inquiry in the background."""
        if self._inquiry is not None:
            raise ModeConflict("an inquiry is under way")
        driver = self._require(Capability.CLASSIC_INQUIRE)
        self._core.spawn(lambda: self._inquire(driver, inquiry, seconds), "inquiry")
        self._inquiry = inquiry

    async def _inquire(self, driver: ClassicDriver, inquiry: Inquiry, seconds: float) -> None:
        error: AtmodemError | None = SessionClosed("the modem is closed")
        try:
            async with self._turn:
                await self._open(driver, None, None, None)
                try:
                    for device in await driver.inquire(seconds):
                        inquiry.found(device)
                finally:
                    self._opening -= 1
                    self._switch_off_unless_used()
            error = None
        except AtmodemError as refusal:
            error = refusal
        finally:
            self._inquiry = None
            inquiry.end(error)

    # Use

    def _require(self, capability: Capability) -> ClassicDriver:
        return self._core.require(self._core.driver.classic, capability)

    async def _open(
        self, driver: ClassicDriver, name: str | None, pairing: PairingSettings | None, confirm: Confirm | None
    ) -> None:
        """Switch it on; an inquiry, which brings no *pairing*, leaves the settings of sessions alone."""
        self._opening += 1
        try:
            if pairing is not None:
                self._confirm = confirm
            if pairing is not None or not self._users:
                await driver.open(name, pairing or _PAIRING)
        except BaseException:
            self._opening -= 1
            self._switch_off_unless_used()
            raise

    def _release(self, user: SerialStream | SerialListener) -> None:
        self._users.discard(user)
        if user is self._listener:
            self._listener = None
        if isinstance(user, SerialStream) and self._streams.get(user.connection) is user:
            del self._streams[user.connection]
            if self._listener is not None:
                self._listener.listen_again()
        self._switch_off_unless_used()

    def _switch_off_unless_used(self) -> None:
        if not self._users and not self._opening and not self._core.closed:
            self._core.spawn(self._switch_off, "bluetooth")

    async def _switch_off(self) -> None:
        async with self._turn:
            driver = self._core.driver.classic
            if self._users or self._opening or driver is None:
                return
            with suppress(AtmodemError):  # it is off, or the module is gone
                await driver.close()

    # What the module tells

    def _event(self, event: PortableEvent) -> None:
        match event:
            case BluetoothConnected():
                self._connected(event)
            case BluetoothData():
                stream = self._streams.get(event.connection)
                if stream is not None:
                    stream.tell(event)
            case BluetoothDisconnected():
                stream = self._streams.get(event.connection)
                if stream is not None:
                    stream.end()
            case DeviceFound():
                if self._inquiry is not None:
                    self._inquiry.found(event.device)
            case PairingRequested() if event.connection is None:
                self._desk.take(event, self._confirm)
            case ModuleRestarted():
                self._fail(SessionBroken("the module started anew", advice="open it again"))
            case _:
                pass

    def _connected(self, event: BluetoothConnected) -> None:
        driver = self._core.driver.classic
        incoming = event.incoming is not False
        if driver is None or self._core.closed:
            return
        if self._listener is None and (event.incoming or not self._opening):
            # It has come in behind the end of the listener.
            self._core.spawn(lambda: self._refuse(driver, event.connection), "bluetooth")
            return
        stream = SerialStream(self._core, driver, event.connection, event.address, self._release)
        self._streams[event.connection] = stream
        self._users.add(stream)
        if incoming and self._listener is not None:
            self._listener.take(stream)

    async def _refuse(self, driver: ClassicDriver, connection: int) -> None:
        with suppress(AtmodemError):  # it has gone, or the module has
            await driver.disconnect(connection)

    def _fail(self, error: SessionBroken) -> None:
        for user in (*self._users, self._listener, self._inquiry):
            if isinstance(user, Inquiry):
                user.end(error)
            elif user is not None:
                user.fail(error)
        self._users.clear()
        self._streams.clear()
        self._listener = None

    def _ended(self, error: AtmodemError) -> None:
        self._fail(SessionBroken(f"the modem has ended: {error}"))

    async def _send_reply(self, request: PairingRequested, reply: PairingReply) -> None:
        await self._require(Capability.CLASSIC_PAIRING).reply_pairing(request.address, reply)
