"""MXCHIP AT v2 under the portable sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from ...errors import CommandError
from ...portable.capabilities import Capability, Support
from ...portable.drivers import (
    AddressDriver,
    ClassicDriver,
    ClockDriver,
    CredentialDriver,
    EthernetDriver,
    MqttDriver,
    NetworkDriver,
    OtaDriver,
    PassthroughDriver,
    PlainDriver,
    PowerDriver,
    ProvisioningDriver,
    SocketDriver,
    SoftApDriver,
    SystemDriver,
    UartDriver,
    WifiDriver,
)
from ...portable.events import EthernetFrame, PortableEvent, WifiAddressAcquired, WifiDisconnected
from ...portable.modem_api import ModemAPI
from ...wire.command import Command
from ...wire.event import Event
from .capabilities import BLUETOOTH, CAPABILITIES, ETHERNET
from .commands.bluetooth import BTSTATE
from .commands.ethernet import ENETRAWMODE
from .commands.mqtt import MQTTEVENT
from .commands.system import CIPEVENT, WEVENT
from .commands.uart import UARTE
from .driver_bluetooth import MxBluetooth
from .driver_ethernet import MxEthernet
from .driver_mqtt import MxMqtt
from .driver_network import MxClock, MxNetwork
from .driver_ota import MxOta
from .driver_passthrough import MxPassthrough
from .driver_provisioning import MxProvisioning
from .driver_sockets import MxSockets
from .driver_softap import MxSoftAp
from .driver_system import MxPower, MxSystem, MxUart
from .driver_tls import MxCredentials, MxTls
from .driver_wifi import MxAddresses, MxWifi
from .events import EthernetFrame as FrameReceived
from .events import StationDown, StationUp
from .flash_lock import lock_flash
from .values.enums import Switch

__all__ = ["MxDriver"]


class MxDriver(PlainDriver):
    """Does with MXCHIP commands what every module can do."""

    translates: tuple[type[Event], ...] = (
        StationUp,
        StationDown,
        FrameReceived,
        *MxSockets.translates,
        *MxMqtt.translates,
        *MxBluetooth.translates,
        *MxOta.translates,
    )

    def __init__(self, modem: ModemAPI) -> None:
        super().__init__(modem)
        self.capabilities: Mapping[Capability, Support] = CAPABILITIES
        self._links = MxSockets(modem, MxTls(modem))
        self.sockets: SocketDriver | None = self._links
        self.credentials: CredentialDriver | None = MxCredentials(modem)
        self._passthrough = MxPassthrough(modem, self._links)
        self.passthrough: PassthroughDriver | None = self._passthrough
        self.ethernet: EthernetDriver | None = MxEthernet(modem)
        self.wifi: WifiDriver | None = MxWifi(modem)
        self.softap: SoftApDriver | None = MxSoftAp(modem)
        self._provisioning = MxProvisioning(modem)
        self.provisioning: ProvisioningDriver | None = self._provisioning
        self.addresses: AddressDriver | None = MxAddresses(modem)
        self.network: NetworkDriver | None = MxNetwork(modem)
        self._clock = MxClock(modem)
        self.clock: ClockDriver | None = self._clock
        self.system: SystemDriver | None = MxSystem(modem)
        self.power: PowerDriver | None = MxPower(modem)
        self.uart: UartDriver | None = MxUart(modem)
        self._mqtt = MxMqtt(modem, self._links)
        self.mqtt: MqttDriver | None = self._mqtt
        self._bluetooth = MxBluetooth(modem)
        self.classic: ClassicDriver | None = self._bluetooth
        self._ota = MxOta(modem)
        self.ota: OtaDriver | None = self._ota

    async def prepare(self) -> None:
        """Switch echo off and events on, close all links; settings stay out of flash."""
        await self._modem.send(UARTE(option=Switch.OFF))
        await lock_flash(self._modem)
        events: tuple[Command[None], ...] = (
            WEVENT(state=Switch.ON),
            CIPEVENT(state=Switch.ON),
            MQTTEVENT(status=Switch.ON),
        )
        for command in events:
            with suppress(CommandError):  # firmware variants lack one or the other
                await self._modem.send(command)
        for part in (self._passthrough, self._provisioning, self._clock, self._mqtt, self._bluetooth):
            part.reset()
        await self._links.prepare()

    async def probe(self) -> None:
        """Ask for Bluetooth and for Ethernet, which are on one model each."""
        questions: tuple[tuple[Command[Any], tuple[Capability, ...]], ...] = (
            (BTSTATE.query(), BLUETOOTH),
            (ENETRAWMODE.query(), ETHERNET),
        )
        for asked, tells in questions:
            support = Support.YES if await self._takes(asked) else Support.NO
            self.capabilities = {**self.capabilities, **dict.fromkeys(tells, support)}

    async def _takes(self, command: Command[Any]) -> bool:
        try:
            await self._modem.send(command)
        except CommandError:
            return False
        return True

    def translate(self, event: Event) -> Iterable[PortableEvent]:
        """Return the portable events that a wire event stands for."""
        match event:
            case StationUp():
                yield WifiAddressAcquired(version=4, cause=event)
                yield from self._provisioning.translate(event)
            case StationDown():
                yield WifiDisconnected(cause=event)
            case FrameReceived():
                yield EthernetFrame(data=event.data, damaged=event.short, cause=event)
            case _:
                for part in (self._links, self._mqtt, self._bluetooth, self._ota):
                    if isinstance(event, part.translates):
                        yield from part.translate(event)
