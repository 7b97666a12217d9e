"""Attributes of Bluetooth Low Energy by ESP-AT commands, under the portable sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

import anyio

from ...errors import CommandError, ConnectFailed, GattError
from ...portable.drivers import LeDriver
from ...portable.modem_api import ModemAPI
from ...portable.uuids import uuid_of_number
from ...portable.values import (
    AdvertisingSettings,
    GattCharacteristic,
    GattDescriptor,
    GattHandle,
    GattService,
    Property,
    Subscribe,
)
from .commands.ble import BLEADVDATA, BLEADVPARAM, BLEADVSTART, BLEADVSTOP, BLESCANRSPDATA
from .commands.ble_gatt import (
    BLEGATTCCHAR,
    BLEGATTCPRIMSRV,
    BLEGATTCRD,
    BLEGATTCWR,
    BLEGATTSCHAR,
    BLEGATTSIND,
    BLEGATTSNTFY,
    BLEGATTSSETATTR,
    BLEGATTSSRV,
    BLEGATTSSRVCRE,
    BLEGATTSSRVSTART,
    BLESPP,
    BLESPPCFG,
)
from .values.ble import AdvertisingChannel, AdvertisingType, BleAddressType
from .values.gatt import GattAttribute, GattPrimaryService, GattProperty, PeerAttribute
from .values.gatt import GattCharacteristic as OwnAttribute

__all__ = ["EspGatt"]

T = TypeVar("T")

_CLIENT_CONFIGURATION = "2902"
_SUBSCRIPTIONS = {Subscribe.OFF: b"\0\0", Subscribe.NOTIFY: b"\1\0", Subscribe.INDICATE: b"\2\0"}
_ALL_CHANNELS = AdvertisingChannel.CH37 | AdvertisingChannel.CH38 | AdvertisingChannel.CH39
#: Milliseconds of a unit in which the module counts intervals of advertising and scanning.
UNIT = 0.625
#: How often services are asked for, and the seconds between: now and then the first time fails.
_ATTEMPTS = 3
_PAUSE = 0.2


class EspGatt(LeDriver):
    """Uses attributes, own and the peers', and advertises."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        #: Where each characteristic of a connection has the descriptor by which one subscribes.
        self._configurations: dict[tuple[int, GattHandle], int] = {}
        self._created = False

    # The peer's

    async def discover(self, connection: int) -> tuple[GattService, ...]:
        """Ask for the services, then for what each of them has."""
        found = []
        for service in await self._services_of(connection):
            rows = await _gatt(
                self._modem.send(BLEGATTCCHAR(conn_index=connection, srv_index=service.srv_index)),
                "services are hidden",
            )
            characteristics = _characteristics(rows)
            for characteristic in characteristics:
                for descriptor in characteristic.descriptors:
                    if descriptor.uuid == _CLIENT_CONFIGURATION:
                        place = descriptor.handle.descriptor or 0
                        self._configurations[connection, characteristic.handle] = place
            found.append(
                GattService(
                    number=service.srv_index,
                    uuid=uuid_of_number(service.uuid),
                    primary=service.primary,
                    characteristics=characteristics,
                )
            )
        return tuple(found)

    async def _services_of(self, connection: int) -> tuple[GattPrimaryService, ...]:
        command = BLEGATTCPRIMSRV(conn_index=connection)
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._modem.send(command)
            except CommandError:
                await asyncio.sleep(_PAUSE)
        return await _gatt(self._modem.send(command), "the services could not be discovered")

    async def read(self, connection: int, handle: GattHandle) -> bytes:
        """Read a value."""
        answer = await _gatt(
            self._modem.send(
                BLEGATTCRD(
                    conn_index=connection,
                    srv_index=handle.service,
                    char_index=handle.characteristic,
                    desc_index=handle.descriptor,
                )
            ),
            "the value could not be read",
        )
        return answer.value

    async def write(self, connection: int, handle: GattHandle, value: bytes) -> None:
        """Write a value."""
        await _gatt(
            self._modem.send(
                BLEGATTCWR(
                    conn_index=connection,
                    srv_index=handle.service,
                    char_index=handle.characteristic,
                    desc_index=handle.descriptor,
                    data=value,
                )
            ),
            "the value could not be written",
        )

    async def subscribe(self, connection: int, handle: GattHandle, what: Subscribe) -> None:
        """Write the descriptor that discovery has found for that."""
        place = self._configurations.get((connection, handle))
        if place is None:
            raise GattError("the characteristic does not tell of its changes", code="2902", name="NO_SUCH_ATTRIBUTE")
        await self.write(connection, GattHandle(handle.service, handle.characteristic, place), _SUBSCRIPTIONS[what])

    # The module's own

    async def services(self) -> tuple[GattService, ...]:
        """Create and start the services of the image, and list them."""
        if not self._created:
            await _gatt(self._modem.send(BLEGATTSSRVCRE()), "the image describes no services, or a peer is connected")
            self._created = True
        await _gatt(self._modem.send(BLEGATTSSRVSTART()), "the services could not be started")
        services = await self._modem.send(BLEGATTSSRV.query())
        rows = await self._modem.send(BLEGATTSCHAR.query())
        return tuple(
            GattService(
                number=service.srv_index,
                uuid=uuid_of_number(service.uuid),
                primary=service.primary,
                characteristics=_characteristics([row for row in rows if row.srv_index == service.srv_index]),
            )
            for service in services
        )

    async def advertise(self, settings: AdvertisingSettings) -> None:
        """Set how and what, and begin."""
        if settings.connectable:
            kind = AdvertisingType.IND
        else:
            kind = AdvertisingType.SCAN_IND if settings.scan_response else AdvertisingType.NONCONN
        send = self._modem.send
        await send(
            BLEADVPARAM(
                adv_int_min=round(settings.interval_min / UNIT),
                adv_int_max=round(settings.interval_max / UNIT),
                adv_type=kind,
                own_addr_type=BleAddressType.PUBLIC,
                channel_map=_ALL_CHANNELS,
            )
        )
        await send(BLEADVDATA(data=settings.data))
        await send(BLESCANRSPDATA(data=settings.scan_response))
        await send(BLEADVSTART())

    async def stop_advertising(self) -> None:
        """Advertise no more."""
        with suppress(CommandError):  # it has stopped
            await self._modem.send(BLEADVSTOP())

    async def set_value(self, handle: GattHandle, value: bytes) -> None:
        """Set an own value."""
        await _gatt(
            self._modem.send(
                BLEGATTSSETATTR(
                    srv_index=handle.service,
                    char_index=handle.characteristic,
                    desc_index=handle.descriptor,
                    data=value,
                )
            ),
            "the value could not be set",
        )

    async def notify(self, connection: int, handle: GattHandle, value: bytes, confirmed: bool) -> None:
        """Notify or indicate."""
        kind = BLEGATTSIND if confirmed else BLEGATTSNTFY
        told = kind(conn_index=connection, srv_index=handle.service, char_index=handle.characteristic, data=value)
        await _gatt(self._modem.send(told), "the central was not told: it may not have asked for it")

    # The byte stream

    async def enter_uart(self, send: GattHandle, receive: GattHandle) -> None:
        """Choose the two characteristics, and let the line be a stream."""

        def chosen(auto_conn: bool | None) -> BLESPPCFG:
            return BLESPPCFG(
                enable=True,
                tx_srv=send.service,
                tx_char=send.characteristic,
                rx_srv=receive.service,
                rx_char=receive.characteristic,
                auto_conn=auto_conn,
            )

        try:
            try:
                await self._modem.send(chosen(auto_conn=False))
            except CommandError:  # older firmware does not open a lost connection again in any case
                await self._modem.send(chosen(auto_conn=None))
            # Once it is sent, the stream begins whether or not somebody still waits for it.
            with anyio.CancelScope(shield=True):
                await self._modem.send(BLESPP())
        except CommandError as error:
            raise ConnectFailed(
                f"the module does not pass bytes over these characteristics: {error.message}",
                code=error.code,
                name=error.name,
                text=error.text,
                command=error.command,
                advice=error.advice,
            ) from error


async def _gatt(answer: Awaitable[T], failure: str) -> T:
    try:
        return await answer
    except CommandError as error:
        raise GattError(
            f"{failure}: {error.message}",
            code=error.code,
            name=error.name,
            text=error.text,
            command=error.command,
            advice=error.advice,
        ) from error


def _characteristics(rows: tuple[PeerAttribute, ...] | list[OwnAttribute]) -> tuple[GattCharacteristic, ...]:
    """Return the characteristics of one service, each with the descriptors that are listed behind it."""
    return tuple(
        GattCharacteristic(
            handle=GattHandle(row.srv_index, row.char_index),
            uuid=_uuid(row.uuid),
            properties=_properties(row.properties),
            descriptors=tuple(
                GattDescriptor(
                    handle=GattHandle(row.srv_index, row.char_index, below.desc_index), uuid=_uuid(below.uuid)
                )
                for below in rows
                if below.kind is GattAttribute.DESCRIPTOR and below.char_index == row.char_index
            ),
        )
        for row in rows
        if row.kind is GattAttribute.CHARACTERISTIC
    )


def _uuid(number: int | None) -> str:
    # Older firmware does not tell those of descriptors.
    return "" if number is None else uuid_of_number(number)


def _properties(told: GattProperty | None) -> Property:
    return Property(0) if told is None else Property(told.value)
