"""Bluetooth Low Energy: pairing, and the devices that the module is paired with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....portable.values import IoCapability
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.low_energy import LeLink
from ....virtual.pairing import Association, associate
from ....virtual.results import Refused
from ....wire.event import Event
from ....wire.secret import Secret
from .. import commands as c
from .. import events as e
from ..events.bluetooth import PairingResult
from ..values.ble import BleAuthRequest, BleIoCapability, BleKeys, BlePasskey, BleSecurity
from ..values.bluetooth import BondedDevice

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["BlePairing"]

_IO = {
    BleIoCapability.DISPLAY_ONLY: IoCapability.DISPLAY,
    BleIoCapability.DISPLAY_YES_NO: IoCapability.DISPLAY_YES_NO,
    BleIoCapability.KEYBOARD_ONLY: IoCapability.KEYBOARD,
    BleIoCapability.NO_INPUT_NO_OUTPUT: IoCapability.NONE,
    BleIoCapability.KEYBOARD_DISPLAY: IoCapability.KEYBOARD_DISPLAY,
}
_PROTECTED = (BleAuthRequest.MITM, BleAuthRequest.SC_MITM, BleAuthRequest.SC_MITM_BOND)
_BONDS = (BleAuthRequest.BOND, BleAuthRequest.SC_BOND, BleAuthRequest.SC_MITM_BOND)
_PLACES = 15


class BlePairing(Part):
    """Pairs with the devices at the other ends of connections."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        #: Addresses of the devices whose keys are kept; in flash.
        self._bonded: list[str] = []
        self._forget_settings()

    def _forget_settings(self) -> None:
        self._settings = c.BLESECPARAM(
            auth_req=BleAuthRequest.BOND,
            iocap=BleIoCapability.NO_INPUT_NO_OUTPUT,
            enc_key_size=16,
            init_key=BleKeys.ENC | BleKeys.IRK,
            rsp_key=BleKeys.ENC | BleKeys.IRK,
            auth_option=False,
        )
        self._passkey: int | None = None
        #: What each connection waits for: that the host agrees to pair at all, or does as it was told.
        self._consents: set[LeLink] = set()
        self._asked: dict[LeLink, Association] = {}

    def power_down(self) -> None:
        self._forget_settings()

    def forget(self, link: LeLink) -> None:
        """Ask nothing any more about a connection that is over."""
        self._consents.discard(link)
        self._asked.pop(link, None)

    # Settings

    @handles(c.BLESECPARAM)
    def set_parameters(self, command: c.BLESECPARAM) -> None:
        """Set how to pair."""
        self._module.ble.need_role()
        self._settings = command

    @queries(c.BLESECPARAM)
    def tell_parameters(self) -> c.BLESECPARAM:
        """Tell how to pair."""
        self._module.ble.need_role()
        return self._settings

    @handles(c.BLESETKEY)
    def set_passkey(self, command: c.BLESETKEY) -> None:
        """Set the passkey that holds for all connections."""
        self._module.ble.need_role()
        self._passkey = command.passkey.reveal() if isinstance(command.passkey, Secret) else command.passkey

    @queries(c.BLESETKEY)
    def tell_passkey(self) -> BlePasskey:
        """Tell that passkey."""
        self._module.ble.need_role()
        return BlePasskey(passkey=Secret(-1 if self._passkey is None else self._passkey))

    # Pairing

    def asked(self, link: LeLink) -> None:
        """Ask the host whether to pair with a device that wants to."""
        self._consents.add(link)
        self._module.emit(e.BleSecReq(conn_index=self._module.ble_links.number(link)))

    @handles(c.BLEENC)
    def encrypt(self, command: c.BLEENC) -> None:
        """Pair; what comes of it is told behind the success."""
        link = self._module.ble_links.addressed(command.conn_index)
        protected = command.sec_act is BleSecurity.MITM
        self._module.console.after_answer(lambda: self._begin(link, protected))

    @handles(c.BLEENCRSP)
    def consent(self, command: c.BLEENCRSP) -> None:
        """Agree to pair, or do not."""
        link = self._module.ble_links.addressed(command.conn_index)
        if link not in self._consents:
            raise Refused
        self._consents.discard(link)
        if command.accept:
            self._module.console.after_answer(lambda: self._begin(link))
        else:
            self._module.console.after_answer(lambda: self._end(link, succeeded=False))

    def _begin(self, link: LeLink, protected: bool = False) -> None:
        if not link.open:
            return
        protected = protected or self._settings.auth_req in _PROTECTED
        how = associate(_IO[self._settings.iocap], link.device.io, man_in_the_middle=protected)
        number = self._module.ble_links.number(link)
        if how in (Association.ENTER, Association.COMPARE):
            self._asked[link] = how
        match how:
            case Association.ENTER:
                self._tell(e.BleSecKeyReq(conn_index=number))
            case Association.COMPARE:
                self._tell(e.BleSecNcReq(conn_index=number, number=int(link.device.passkey)))
            case Association.SHOW:
                shown = int(link.device.passkey) if self._passkey is None else self._passkey
                self._tell(e.BleSecNtfyKey(conn_index=number, key=Secret(f"{shown:06d}")))
                self._end(link, succeeded=link.device.accepts)
            case Association.JUST_WORKS:
                self._end(link, succeeded=link.device.accepts)

    def _tell(self, event: Event) -> None:
        self._module.emit(event)

    @handles(c.BLEKEYREPLY)
    def enter_passkey(self, command: c.BLEKEYREPLY) -> None:
        """Take the passkey that the host types."""
        link = self._answered(command.conn_index, Association.ENTER)
        typed = command.passkey.reveal() if isinstance(command.passkey, Secret) else command.passkey
        right = typed == int(link.device.passkey) and link.device.accepts
        self._module.console.after_answer(lambda: self._end(link, succeeded=right))

    @handles(c.BLECONFREPLY)
    def confirm(self, command: c.BLECONFREPLY) -> None:
        """Take what the host says of the two numbers."""
        link = self._answered(command.conn_index, Association.COMPARE)
        agreed = command.confirm and link.device.accepts
        self._module.console.after_answer(lambda: self._end(link, succeeded=agreed))

    def _answered(self, number: int, what: Association) -> LeLink:
        link = self._module.ble_links.addressed(number)
        if self._asked.get(link) is not what:
            raise Refused
        del self._asked[link]
        return link

    def _end(self, link: LeLink, *, succeeded: bool) -> None:
        if not link.open:
            return
        link.paired = succeeded
        if succeeded and self._settings.auth_req in _BONDS and link.device.address not in self._bonded:
            self._bonded = [*self._bonded[-_PLACES + 1 :], link.device.address]
        result = PairingResult.DONE if succeeded else PairingResult.FAILED
        self._tell(e.BleAuthCmpl(conn_index=self._module.ble_links.number(link), result=result))

    # Those that it is paired with

    @queries(c.BLEENCDEV)
    def list_bonded(self) -> tuple[BondedDevice, ...]:
        """List the devices whose keys are kept."""
        self._module.ble.need_role()
        return tuple(BondedDevice(index=index, addr=address) for index, address in enumerate(self._bonded))

    @handles(c.BLEENCCLEAR)
    def forget_bonded(self, command: c.BLEENCCLEAR) -> None:
        """Forget one of them, or all."""
        if command.index is None:
            self._bonded.clear()
        elif command.index < len(self._bonded):
            del self._bonded[command.index]
        else:
            raise Refused
