"""Classic Bluetooth: the radio, inquiry, and pairing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ....portable.values import IoCapability
from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.pairing import Association, associate
from ....virtual.results import Refused
from ....virtual.serial_profile import ClassicPeer
from ....wire.secret import Secret
from .. import commands as c
from .. import events as e
from ..values.ble import BleAddress
from ..values.bluetooth import BondedDevice
from ..values.classic import BtIoCapability, BtScanMode, FoundDevice, PinType
from .plain import plain

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Classic"]

_ADDRESS = "58:cf:79:00:11:2b"
#: Seconds until everybody in reach has answered an inquiry.
_INQUIRY_TIME = 0.05
#: Seconds that the host has for a reply.
_REPLY_LIMIT = 30.0
_IO = {
    BtIoCapability.DISPLAY_ONLY: IoCapability.DISPLAY,
    BtIoCapability.DISPLAY_YES_NO: IoCapability.DISPLAY_YES_NO,
    BtIoCapability.KEYBOARD_ONLY: IoCapability.KEYBOARD,
    BtIoCapability.NO_INPUT_NO_OUTPUT: IoCapability.NONE,
}


class Classic(Part):
    """The radio of classic Bluetooth."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        #: Addresses of the devices whose keys are kept; in flash.
        self._bonded: list[str] = []
        self.on: bool = False
        self._forget()

    def _forget(self) -> None:
        self._name = "ESP32_AT"
        self.scan_mode: BtScanMode = BtScanMode.CONNECTABLE
        self._security = c.BTSECPARAM(
            io_cap=BtIoCapability.NO_INPUT_NO_OUTPUT, pin_type=PinType.VARIABLE, pin_code=Secret("")
        )
        self._power = c.BTPOWER(min_power=0, max_power=7)
        #: What the host is asked, and who gets its reply.
        self._asked: type[object] | None = None
        self._replied: asyncio.Future[object] | None = None

    def power_down(self) -> None:
        self._switch_off()

    def _switch_off(self) -> None:
        ports = self._module.air.bluetooth.ports
        if self._module.spp in ports:
            ports.remove(self._module.spp)
        self._module.spp.drop()
        self._module.a2dp.drop()
        self.on = False
        self._forget()

    def need_on(self) -> None:
        """Refuse while it is off."""
        if not self.on:
            raise Refused

    # Settings

    @handles(c.BTINIT)
    def switch(self, command: c.BTINIT) -> None:
        """Switch it on or off."""
        if not command.init:
            self._switch_off()
        elif not self.on:
            self.on = True
            self._module.air.bluetooth.ports.append(self._module.spp)

    @queries(c.BTINIT)
    def tell_on(self) -> c.BTINIT:
        """Tell whether it is on."""
        return c.BTINIT(init=self.on)

    @property
    def address(self) -> str:
        """The own address."""
        return _ADDRESS

    @queries(c.BTADDR)
    def tell_address(self) -> BleAddress:
        """Tell the own address."""
        self.need_on()
        return BleAddress(addr=_ADDRESS)

    @handles(c.BTNAME)
    def set_name(self, command: c.BTNAME) -> None:
        """Set the own name."""
        self.need_on()
        self._name = command.name

    @queries(c.BTNAME)
    def tell_name(self) -> c.BTNAME:
        """Tell the own name."""
        self.need_on()
        return c.BTNAME(name=self._name)

    @handles(c.BTSCANMODE)
    def set_scan_mode(self, command: c.BTSCANMODE) -> None:
        """Set who may find the module and connect to it."""
        self.need_on()
        self.scan_mode = command.mode

    @queries(c.BTSCANMODE)
    def tell_scan_mode(self) -> c.BTSCANMODE:
        """Tell who may."""
        self.need_on()
        return c.BTSCANMODE(mode=self.scan_mode)

    @handles(c.BTCOD)
    def set_class(self, _: c.BTCOD) -> None:
        """Set the class of device, which nobody here looks at."""
        self.need_on()

    @handles(c.BTPOWER)
    def set_power(self, command: c.BTPOWER) -> None:
        """Set the power."""
        self.need_on()
        if command.min_power > command.max_power:
            raise Refused
        self._power = command

    @queries(c.BTPOWER)
    def tell_power(self) -> c.BTPOWER:
        """Tell the power."""
        self.need_on()
        return self._power

    # Inquiry

    @handles(c.BTSTARTDISC)
    async def inquire(self, command: c.BTSTARTDISC) -> tuple[FoundDevice, ...]:
        """Look for devices."""
        self.need_on()
        await sleep(self._module.clock, _INQUIRY_TIME)
        found = [_found(peer) for peer in self._module.air.bluetooth.peers if peer.discoverable]
        return tuple(found[: command.max_responses or None])

    # Pairing

    @handles(c.BTSECPARAM)
    def set_security(self, command: c.BTSECPARAM) -> None:
        """Set how to pair."""
        self.need_on()
        self._security = command

    @queries(c.BTSECPARAM)
    def tell_security(self) -> c.BTSECPARAM:
        """Tell how to pair."""
        self.need_on()
        return self._security

    async def pair(self, peer: ClassicPeer) -> None:
        """Pair with a peer, unless that has been done.

        :raises ConnectionRefusedError: the two did not come together.
        """
        if not peer.needs_pairing(_ADDRESS):
            return
        right = await (self._pair_by_pin(peer) if peer.pin is not None else self._pair_simply(peer))
        if not right or not peer.accepts:
            raise ConnectionRefusedError("they are not paired")
        peer.bonded.add(_ADDRESS)
        if peer.address not in self._bonded:
            self._bonded.append(peer.address)

    async def _pair_by_pin(self, peer: ClassicPeer) -> bool:
        if self._security.pin_type is PinType.FIXED:
            return plain(self._security.pin_code) == peer.pin
        return await self._ask(c.BTPINREPLY, lambda: self._module.emit(e.BtPinReq(mac=peer.address))) == peer.pin

    async def _pair_simply(self, peer: ClassicPeer) -> bool:
        number = int(peer.passkey)
        match associate(_IO[self._security.io_cap], peer.io):
            case Association.COMPARE:
                asked = e.BtCfmReq(mac=peer.address, number=number)
                return bool(await self._ask(c.BTSECCFM, lambda: self._module.emit(asked)))
            case Association.ENTER:
                wanted = e.BtKeyReq(mac=peer.address)
                return await self._ask(c.BTKEYREPLY, lambda: self._module.emit(wanted)) == number
            case Association.SHOW:
                self._module.emit(e.BtKeyNtf(key=Secret(number)))
            case Association.JUST_WORKS:
                pass
        return True

    async def _ask(self, reply: type[object], ask: Callable[[], None]) -> object:
        if self._replied is not None:
            return None
        replied = self._replied = asyncio.get_running_loop().create_future()
        self._asked = reply
        timer = self._module.clock.call_later(_REPLY_LIMIT, lambda: _answer(replied, None))
        try:
            ask()
            return await replied
        finally:
            timer.cancel()
            self._replied = self._asked = None

    def _reply(self, reply: type[object], value: object) -> None:
        if self._replied is None or self._asked is not reply or self._replied.done():
            raise Refused
        replied = self._replied
        self._module.console.after_answer(lambda: _answer(replied, value))

    @handles(c.BTPINREPLY)
    def give_pin(self, command: c.BTPINREPLY) -> None:
        """Take the PIN."""
        self._reply(c.BTPINREPLY, plain(command.pin))

    @handles(c.BTKEYREPLY)
    def give_key(self, command: c.BTKEYREPLY) -> None:
        """Take the passkey."""
        key = command.key
        self._reply(c.BTKEYREPLY, key.reveal() if isinstance(key, Secret) else key)

    @handles(c.BTSECCFM)
    def confirm(self, command: c.BTSECCFM) -> None:
        """Take what the host says of the two numbers."""
        self._reply(c.BTSECCFM, command.accept)

    @queries(c.BTENCDEV)
    def list_bonded(self) -> tuple[BondedDevice, ...]:
        """List the devices whose keys are kept."""
        self.need_on()
        return tuple(BondedDevice(index=index, addr=address) for index, address in enumerate(self._bonded))

    @handles(c.BTENCCLEAR)
    def forget_bonded(self, command: c.BTENCCLEAR) -> None:
        """Forget one of them, or all."""
        self.need_on()
        if command.index is None:
            self._bonded.clear()
        elif command.index < len(self._bonded):
            del self._bonded[command.index]
        else:
            raise Refused


def _answer(replied: asyncio.Future[object], value: object) -> None:
    if not replied.done():
        replied.set_result(value)


def _found(peer: ClassicPeer) -> FoundDevice:
    bits = peer.device_class
    return FoundDevice(
        addr=peer.address,
        name=peer.name,
        major_class=bits >> 8 & 0x1F,
        minor_class=bits >> 2 & 0x3F,
        service_class=bits >> 13 & 0x7FF,
        rssi=peer.rssi,
    )
