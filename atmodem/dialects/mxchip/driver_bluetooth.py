"""Bluetooth serial of the EMW3239 under the portable session."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

import anyio

from ...errors import CommandError, ConnectFailed, InvalidArgument, TransferIncomplete
from ...portable import events as portable
from ...portable.drivers import ClassicDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import IoCapability, PairingSettings
from ...wire.command import Command
from ...wire.event import Event
from .commands.bluetooth import BTDISCOVERY, BTEVENT, BTMAC, BTNAME, BTPASSKEY, BTSEND, BTSENDRAW, BTSTATE
from .events.bluetooth import BluetoothConnected, BluetoothData, BluetoothDisconnected
from .values.enums import BluetoothEvents, BluetoothState, Switch
from .writable import check

__all__ = ["MxBluetooth"]

#: Bytes of one BTSEND that every firmware takes.
SEND_LIMIT = 255


class MxBluetooth(ClassicDriver):
    """One host at a time, which connects to the module."""

    translates: tuple[type[Event], ...] = (BluetoothConnected, BluetoothDisconnected, BluetoothData)

    send_limit: int = SEND_LIMIT

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._numbers = count()
        self._host: int | None = None
        self._listening = False

    def reset(self) -> None:
        """Forget the host: the module has started anew."""
        self._host = None
        self._listening = False

    def translate(self, event: Event) -> Iterable[portable.PortableEvent]:
        """Return what an event means to the session; who the host is, is not told."""
        match event:
            case BluetoothConnected():
                self._host = next(self._numbers)
                yield portable.BluetoothConnected(connection=self._host, incoming=True, cause=event)
            case BluetoothDisconnected() if self._host is not None:
                gone, self._host = self._host, None
                yield portable.BluetoothDisconnected(connection=gone, cause=event)
            case BluetoothData() if self._host is not None:
                lost = event.length - len(event.data) if event.short else 0
                yield portable.BluetoothData(connection=self._host, data=event.data, lost=lost, cause=event)
            case _:
                pass

    async def open(self, name: str | None, pairing: PairingSettings) -> None:
        """Set name and passkey, and let events tell of hosts."""
        settings = _settings(name, pairing)
        check(*settings)
        for command in (*settings, BTEVENT(mode=BluetoothEvents.ENABLE)):
            await self._modem.send(command)

    async def close(self) -> None:
        """Be seen no more. The radio itself has no switch."""
        await self.stop_listening()

    async def address(self) -> str:
        """Return the own address."""
        return (await self._modem.send(BTMAC.query())).mac

    async def listen_serial(self, discoverable: bool) -> None:
        """Let hosts find the module and connect, which go together here."""
        if not discoverable:
            raise InvalidArgument("discoverable", "True: a host connects to what it can see")
        await self._modem.send(BTDISCOVERY(mode=Switch.ON))
        self._listening = True

    async def stop_listening(self) -> None:
        """Be seen no more."""
        self._listening = False
        await self._modem.send(BTDISCOVERY(mode=Switch.OFF))

    async def send(self, connection: int, data: bytes) -> None:
        """Send bytes to the host."""
        if connection != self._host:
            raise TransferIncomplete("the host is gone", transferred=0)
        try:
            await self._modem.send(BTSEND(data=data))
        except CommandError as error:
            raise TransferIncomplete("the host is gone", transferred=0, command=error.command) from error

    async def disconnect(self, connection: int) -> None:
        """Leave it to the host to go, since no command ends its connection; a listener can be seen again."""
        if connection == self._host:
            self._host = None
        await self._modem.send(BTDISCOVERY(mode=Switch.ON if self._listening else Switch.OFF))

    async def enter_passthrough(self, connection: int) -> None:
        """Let the bytes of the host pass bare. Events stay on: without them data would come bare before that is due."""
        if connection != self._host:
            raise ConnectFailed("the host is gone", code="CONNECTION,OFF", name="NOT_CONNECTED")
        try:
            # Once it is sent, passthrough begins whether or not somebody still waits for it.
            with anyio.CancelScope(shield=True):
                await self._modem.send(BTSENDRAW())
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
        """Ask whether the host is still there: what told of its end came among the data."""
        state = (await self._modem.send(BTSTATE.query())).state
        if connection == self._host and state != BluetoothState.CONNECTED:
            self._host = None
            self._modem.publish(portable.BluetoothDisconnected(connection=connection))


def _settings(name: str | None, pairing: PairingSettings) -> list[Command[None]]:
    """Return the commands of the settings, which the module keeps until they are changed."""
    if pairing.io is not IoCapability.NONE or pairing.man_in_the_middle:
        raise InvalidArgument("pairing", "a passkey alone: the module shows and asks nothing")
    settings: list[Command[None]] = []
    if name is not None:
        settings.append(BTNAME(name=name))
    if pairing.pin is not None:
        settings.append(BTPASSKEY(passkey=pairing.pin))
    return settings
