"""Bluetooth Low Energy: the role, the own name and address, scanning and advertising."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....portable.uuids import short_uuid, uuid_of_bytes
from ....portable.values import AddressKind
from ....virtual.device import Part
from ....virtual.gatt import Characteristic, Descriptor, Service
from ....virtual.handlers import handles, queries
from ....virtual.low_energy import LeLink, Peripheral
from ....virtual.results import Refused
from .. import commands as c
from .. import events as e
from ..values.ble import (
    AdvertisingChannel,
    AdvertisingFilter,
    AdvertisingParts,
    AdvertisingType,
    BleAddress,
    BleAddressType,
    BlePhy,
    BleRole,
    BleRoleStatus,
    BleScanFilterPolicy,
    BleScanFilterType,
    BleScanType,
    OwnAddressType,
    PrimaryPhy,
)
from ..values.sockets import SendMode

if TYPE_CHECKING:
    from ....virtual.clock import Timer
    from .module import Virtual

__all__ = ["Ble", "address_type"]

_ADDRESS = "58:cf:79:00:11:2a"
_NOBODY = "00:00:00:00:00:00"
_LONGEST_LEGACY = 31
_FLAGS = b"\x02\x01\x06"
_POWER_LEVEL = 9
_COMPLETE_NAME, _SHORT_NAME, _TX_POWER, _MANUFACTURER = 0x09, 0x08, 0x0A, 0xFF
#: AD types of service UUIDs, by the length of these.
_UUID_TYPES = {0x02: 2, 0x03: 2, 0x04: 4, 0x05: 4, 0x06: 16, 0x07: 16}
_EXTENDED = (AdvertisingType.EXT_NOSCANNABLE, AdvertisingType.EXT_CONNECTABLE, AdvertisingType.EXT_SCANNABLE)
_CONNECTABLE = (
    AdvertisingType.IND,
    AdvertisingType.DIRECT_HIGH,
    AdvertisingType.DIRECT_LOW,
    AdvertisingType.EXT_CONNECTABLE,
)


class Ble(Part):
    """The radio of Low Energy, and what is set before it is connected."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self.role: BleRole = BleRole.OFF
        self._forget()

    def _forget(self) -> None:
        self._static: str | None = None
        self._name = "ESP-AT"
        self._scan_settings = c.BLESCANPARAM(
            scan_type=BleScanType.PASSIVE,
            own_addr_type=OwnAddressType.PUBLIC,
            filter_policy=BleScanFilterPolicy.ALL,
            scan_interval=100,
            scan_window=50,
        )
        self._scan: c.BLESCAN | None = None
        self._scan_timer: Timer | None = None
        self._synchronized = False
        self._advertising_settings = c.BLEADVPARAM(
            adv_int_min=32,
            adv_int_max=64,
            adv_type=AdvertisingType.IND,
            own_addr_type=BleAddressType.PUBLIC,
            channel_map=AdvertisingChannel.CH37 | AdvertisingChannel.CH38 | AdvertisingChannel.CH39,
            filter_policy=AdvertisingFilter.ANY,
            peer_addr_type=BleAddressType.PUBLIC,
            peer_addr=_NOBODY,
            primary_phy=PrimaryPhy.PHY_1M,
            secondary_phy=BlePhy.PHY_1M,
        )
        self.advertisement: bytes = b""
        self.scan_response: bytes = b""
        self._parts: AdvertisingParts | None = None
        self.advertising: bool = False
        self._periodic = False
        self._white_list: set[str] = set()

    def power_down(self) -> None:
        self._switch_off()

    def _switch_off(self) -> None:
        radios = self._module.air.bluetooth.radios
        if self in radios:
            radios.remove(self)
        self._stop_timer()
        self._module.ble_links.drop()
        self._module.ble_server.forget()
        self.role = BleRole.OFF
        self._forget()

    # Which role

    def need_client(self) -> None:
        """Refuse in another role than a client's."""
        if self.role not in (BleRole.CLIENT, BleRole.DUAL):
            raise Refused

    def need_server(self) -> None:
        """Refuse in another role than a server's."""
        if self.role not in (BleRole.SERVER, BleRole.DUAL):
            raise Refused

    def need_role(self) -> None:
        """Refuse while Low Energy is off."""
        if self.role is BleRole.OFF:
            raise Refused

    @handles(c.BLEINIT)
    def choose_role(self, command: c.BLEINIT) -> None:
        """Switch on in a role, or off."""
        if command.init is BleRole.OFF:
            self._switch_off()
            return
        unknown = command.init is BleRole.DUAL and not self._module.profile.has_dual_role
        elsewhere = self._module.blufi.running or self._module.hid.running
        passthrough = self._module.settings[c.CIPMODE].mode is SendMode.PASSTHROUGH
        if unknown or elsewhere or passthrough or self.role not in (BleRole.OFF, command.init):
            raise Refused
        if self.role is BleRole.OFF:
            self.role = command.init
            self._module.air.bluetooth.radios.append(self)

    @queries(c.BLEINIT)
    def tell_role(self) -> BleRoleStatus:
        """Tell the role."""
        return BleRoleStatus(role=self.role)

    # Own name and address

    @property
    def address(self) -> str:
        """The own address."""
        return self._static or _ADDRESS

    @handles(c.BLEADDR)
    def set_address(self, command: c.BLEADDR) -> None:
        """Choose the own address; without one given, a private one is made up."""
        self.need_role()
        if command.addr_type is BleAddressType.PUBLIC:
            self._static = None
            return
        address = command.random_addr or "c8:cf:79:00:11:2a"
        # The two highest bits of a static one are 1.
        if int(address[:2], 16) < 0xC0:
            raise Refused
        self._static = address.lower()

    @queries(c.BLEADDR)
    def tell_address(self) -> BleAddress:
        """Tell the own address."""
        self.need_role()
        return BleAddress(addr=self.address)

    @handles(c.BLENAME)
    def set_name(self, command: c.BLENAME) -> None:
        """Set the own name."""
        self.need_role()
        self._name = command.name

    @queries(c.BLENAME)
    def tell_name(self) -> c.BLENAME:
        """Tell the own name."""
        self.need_role()
        return c.BLENAME(name=self._name)

    # Scanning

    @handles(c.BLESCANPARAM)
    def set_scan(self, command: c.BLESCANPARAM) -> None:
        """Set how to scan."""
        self.need_client()
        if command.scan_window > command.scan_interval:
            raise Refused
        self._scan_settings = command

    @queries(c.BLESCANPARAM)
    def tell_scan(self) -> c.BLESCANPARAM:
        """Tell how to scan."""
        self.need_client()
        return self._scan_settings

    @handles(c.BLESCAN)
    def scan(self, command: c.BLESCAN) -> None:
        """Begin or end to scan; what is heard is told behind the success."""
        self.need_client()
        if not command.enable and self._scan is None:
            raise Refused
        self._stop_timer()
        if command.enable:
            self._scan = command
            self._module.console.after_answer(self._begin_scan)
        else:
            self._module.console.after_answer(self._end_scan)

    def _begin_scan(self) -> None:
        if self._scan is not None and self._scan.duration_s:
            self._scan_timer = self._module.clock.call_later(self._scan.duration_s, self._end_scan)
        for peripheral in tuple(self._module.air.bluetooth.peripherals):
            self.heard(peripheral)

    def _end_scan(self) -> None:
        if self._scan is not None:
            self._stop_timer()
            self._scan = None
            self._synchronized = False
            self._module.emit(e.BleScanDone())

    def _stop_timer(self) -> None:
        if self._scan_timer is not None:
            self._scan_timer.cancel()
            self._scan_timer = None

    def _wanted(self, advertiser: Peripheral) -> bool:
        scan = self._scan
        if scan is None:
            return False
        policy = self._scan_settings.filter_policy
        narrowed = policy in (BleScanFilterPolicy.WHITELIST, BleScanFilterPolicy.WLIST_RPA_DIR)
        if narrowed and advertiser.address not in self._white_list:
            return False
        fields = list(_structures(advertiser.advertisement + advertiser.scan_response))
        match scan.filter_type:
            case BleScanFilterType.MAC:
                return advertiser.address == str(scan.filter_param).lower()
            case BleScanFilterType.NAME:
                names = [
                    data.decode("utf-8", "replace") for kind, data in fields if kind in (_COMPLETE_NAME, _SHORT_NAME)
                ]
                return str(scan.filter_param) in names
            case BleScanFilterType.UUID:
                return short_uuid(str(scan.filter_param)) in _uuids(fields)
            case BleScanFilterType.RSSI:
                return advertiser.rssi >= int(scan.filter_param or 0)
            case _:
                return True

    # Advertising

    @handles(c.BLEADVPARAM)
    def set_advertising(self, command: c.BLEADVPARAM) -> None:
        """Set how to advertise; what is left out keeps its default."""
        self.need_server()
        if command.adv_int_min > command.adv_int_max:
            raise Refused
        known = self._advertising_settings
        self._advertising_settings = c.BLEADVPARAM(
            adv_int_min=command.adv_int_min,
            adv_int_max=command.adv_int_max,
            adv_type=command.adv_type,
            own_addr_type=command.own_addr_type,
            channel_map=command.channel_map,
            filter_policy=command.filter_policy or AdvertisingFilter.ANY,
            peer_addr_type=command.peer_addr_type or BleAddressType.PUBLIC,
            peer_addr=command.peer_addr or _NOBODY,
            primary_phy=command.primary_phy or known.primary_phy,
            secondary_phy=command.secondary_phy or known.secondary_phy,
        )

    @queries(c.BLEADVPARAM)
    def tell_advertising(self) -> c.BLEADVPARAM:
        """Tell how to advertise."""
        self.need_server()
        return self._advertising_settings

    @handles(c.BLEADVDATA)
    def set_advertisement(self, command: c.BLEADVDATA) -> None:
        """Set what is advertised."""
        self.need_server()
        if len(command.data) > _LONGEST_LEGACY and self._advertising_settings.adv_type not in _EXTENDED:
            raise Refused
        self.advertisement = command.data

    @handles(c.BLESCANRSPDATA)
    def set_scan_response(self, command: c.BLESCANRSPDATA) -> None:
        """Set what a scanner gets that asks."""
        self.need_server()
        self.scan_response = command.data

    @handles(c.BLEADVDATAEX)
    def advertise_parts(self, command: c.BLEADVDATAEX) -> None:
        """Make the advertisement from parts, and advertise it."""
        self.need_server()
        uuid = command.uuid[::-1]
        parts = [(_COMPLETE_NAME, command.name.encode("utf-8", "surrogateescape"))]
        parts += [(kind, uuid) for kind, length in _UUID_TYPES.items() if length == len(uuid) and kind & 1]
        parts += [(_MANUFACTURER, command.manufacturer_data)] if command.manufacturer_data else []
        parts += [(_TX_POWER, bytes([_POWER_LEVEL]))] if command.include_power else []
        data = _FLAGS + b"".join(bytes([len(content) + 1, kind]) + content for kind, content in parts)
        if len(data) > _LONGEST_LEGACY:
            raise Refused
        self.advertisement = data
        self._parts = AdvertisingParts(
            name=command.name,
            uuid=command.uuid.hex().upper(),
            manufacturer_data=command.manufacturer_data.hex().upper(),
            include_power=command.include_power,
        )
        self.advertising = True

    @queries(c.BLEADVDATAEX)
    def tell_parts(self) -> AdvertisingParts:
        """Tell the parts."""
        self.need_server()
        return self._parts or AdvertisingParts(name="", uuid="", manufacturer_data="", include_power=False)

    @handles(c.BLEADVSTART)
    def start_advertising(self, _: c.BLEADVSTART) -> None:
        """Begin to advertise."""
        self.need_server()
        self.advertising = True

    @handles(c.BLEADVSTOP)
    def stop_advertising(self, _: c.BLEADVSTOP) -> None:
        """Advertise no more."""
        self.need_server()
        self.advertising = self._periodic = False

    @handles(c.BLEPERIODICDATA)
    def set_periodic(self, _: c.BLEPERIODICDATA) -> None:
        """Set what is advertised periodically; nobody here follows it."""
        self.need_server()

    @handles(c.BLEPERIODICSTART)
    def start_periodic(self, _: c.BLEPERIODICSTART) -> None:
        """Begin to advertise periodically."""
        extended = self._advertising_settings.adv_type is AdvertisingType.EXT_NOSCANNABLE
        if not (self.advertising and extended):
            raise Refused
        self._periodic = True

    @handles(c.BLEPERIODICSTOP)
    def stop_periodic(self, _: c.BLEPERIODICSTOP) -> None:
        """Advertise periodically no more."""
        if not self._periodic:
            raise Refused
        self._periodic = False

    @handles(c.BLESYNCSTART)
    def follow(self, _: c.BLESYNCSTART) -> None:
        """Follow somebody's periodic advertising; nobody here does any."""
        if self._scan is None:
            raise Refused
        self._synchronized = True

    @handles(c.BLESYNCSTOP)
    def follow_no_more(self, _: c.BLESYNCSTOP) -> None:
        """Follow nobody."""
        if not self._synchronized:
            raise Refused
        self._synchronized = False

    @handles(c.BLEWL)
    def change_white_list(self, command: c.BLEWL) -> None:
        """Add a device to the white list, or remove it."""
        self.need_role()
        address = (command.addr or "").lower()
        if not address or command.add == (address in self._white_list):
            raise Refused
        self._white_list ^= {address}

    # For the neighbourhood

    @property
    def open_for_centrals(self) -> bool:
        """Whether centrals may connect now."""
        return self.advertising and self._advertising_settings.adv_type in _CONNECTABLE and self._module.ble_links.free

    @property
    def services(self) -> Sequence[Service]:
        """The services that were started."""
        return self._module.ble_server.started

    def has_room(self) -> bool:
        """Return whether the line keeps up."""
        return not self._module.outlet.congested

    def heard(self, advertiser: Peripheral) -> None:
        """Tell an advertiser, where a scan looks for it."""
        # As on the air, what comes too fast for the line is not heard.
        if self._wanted(advertiser) and self.has_room():
            active = self._scan_settings.scan_type is BleScanType.ACTIVE
            self._module.emit(
                e.BleScan(
                    mac=advertiser.address,
                    rssi=advertiser.rssi,
                    adv_data=advertiser.advertisement.hex(),
                    scan_rsp_data=advertiser.scan_response.hex() if active else "",
                    addr_type=address_type(advertiser.kind),
                )
            )

    def connected(self, link: LeLink) -> None:
        """Take a central; advertising is over."""
        self.advertising = False
        self._module.ble_links.take(link)

    def lost(self, link: LeLink) -> None:
        """Learn that the other side has gone."""
        self._module.ble_links.lost(link)

    def notified(self, link: LeLink, characteristic: Characteristic, value: bytes, confirmed: bool) -> None:
        """Tell what the other side tells."""
        self._module.ble_client.notified(link, characteristic, value, confirmed)

    def was_read(self, link: LeLink) -> None:
        """Tell that the other side has read."""
        self._module.ble_server.was_read(link)

    def was_written(
        self, link: LeLink, characteristic: Characteristic, descriptor: Descriptor | None, value: bytes
    ) -> None:
        """Tell what the other side has written."""
        self._module.ble_server.was_written(link, characteristic, descriptor, value)

    def mtu_agreed(self, link: LeLink) -> None:
        """Tell the packet size."""
        self._module.ble_links.mtu_agreed(link)

    def pairing_asked(self, link: LeLink) -> None:
        """Ask the host whether to pair."""
        self._module.ble_pairing.asked(link)


def address_type(kind: AddressKind) -> BleAddressType:
    """Return how the wire tells the kind of an address."""
    public = kind in (AddressKind.PUBLIC, AddressKind.PUBLIC_IDENTITY)
    return BleAddressType.PUBLIC if public else BleAddressType.RANDOM


def _structures(data: bytes) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    while data and data[0]:
        found.append((data[1], data[2 : data[0] + 1]))
        data = data[data[0] + 1 :]
    return found


def _uuids(fields: list[tuple[int, bytes]]) -> set[str]:
    found: set[str] = set()
    for kind, data in fields:
        length = _UUID_TYPES.get(kind)
        if length is not None:
            pieces = [data[start : start + length] for start in range(0, len(data), length)]
            found.update(uuid_of_bytes(piece) for piece in pieces if len(piece) == length)
    return found
