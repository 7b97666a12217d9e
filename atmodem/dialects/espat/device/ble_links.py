"""Bluetooth Low Energy: connections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.low_energy import LeLink, Peripheral
from ....virtual.results import Refused
from .. import commands as c
from .. import events as e
from ..values.ble import (
    BleAddressType,
    BleConnection,
    BleConnectionParameters,
    BleMtu,
    BlePhy,
    BleRole,
    BleRssi,
    PhysInUse,
)
from .ble import address_type

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["BleLinks"]

#: Connections at a time.
_LINKS = 3
#: Seconds to try, where the command does not say.
_LIMIT = 30
_INTERVAL = 0x20
_LATENCY = 0
_SUPERVISION = 400


class BleLinks(Part):
    """The connections, by number."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._links: dict[int, LeLink] = {}
        self._timing: dict[LeLink, BleConnectionParameters] = {}
        self._phys: dict[LeLink, BlePhy] = {}

    def outlet_cleared(self) -> None:
        for link in tuple(self._links.values()):
            link.pump()

    # For other parts

    @property
    def free(self) -> bool:
        """Whether there is room for another."""
        return len(self._links) < _LINKS

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return bool(self._links)

    def addressed(self, number: int) -> LeLink:
        """Return the connection of that number.

        :raises Refused: there is none.
        """
        link = self._links.get(number)
        if link is None:
            raise Refused
        return link

    def first(self) -> LeLink | None:
        """Return the connection with the lowest number, or None."""
        return self._links[min(self._links)] if self._links else None

    def number(self, link: LeLink) -> int:
        """Return its number."""
        return next(number for number, known in self._links.items() if known is link)

    def take(self, link: LeLink) -> None:
        """Take a connection that a central has opened."""
        number = min(set(range(_LINKS)) - self._links.keys())
        self._add(number, link)

    def lost(self, link: LeLink) -> None:
        """Learn that the other side has ended a connection."""
        number = self._remove(link)
        self._module.ble_client.tell(e.BleDisconn(conn_index=number, mac=link.device.address))

    def mtu_agreed(self, link: LeLink) -> None:
        """Tell the packet size."""
        self._module.emit(e.BleCfgMtu(conn_index=self.number(link), mtu=link.mtu))

    def drop(self) -> None:
        """End all, without a word."""
        for link in tuple(self._links.values()):
            link.close()
            self._remove(link)

    def _add(self, number: int, link: LeLink) -> None:
        self._links[number] = link
        self._timing[link] = BleConnectionParameters(
            conn_index=number,
            min_interval=_INTERVAL,
            max_interval=_INTERVAL,
            cur_interval=_INTERVAL,
            latency=_LATENCY,
            timeout=_SUPERVISION,
        )
        self._phys[link] = BlePhy.PHY_1M
        self._module.emit(e.BleConn(conn_index=number, mac=link.device.address))

    def _remove(self, link: LeLink) -> int:
        number = self.number(link)
        del self._links[number], self._timing[link], self._phys[link]
        self._module.ble_client.forget(link)
        self._module.ble_pairing.forget(link)
        return number

    # Opening and closing

    @handles(c.BLECONN)
    async def connect(self, command: c.BLECONN) -> None:
        """Connect to a peripheral, or back to the central at the other end of a connection."""
        known = self._links.get(command.conn_index)
        if known is not None:
            if self._module.ble.role is BleRole.SERVER and known.device.address == command.remote_addr.lower():
                return
            raise Refused
        self._module.ble.need_client()
        peripheral = await self._find(command)
        if peripheral is None:
            raise Refused(lines=[b"+BLECONN:%d,-1" % command.conn_index])
        self._add(command.conn_index, LeLink(self._module.ble, peripheral))

    async def _find(self, command: c.BLECONN) -> Peripheral | None:
        """Return the peripheral; one that is not there, or has another kind of address, is tried to the end."""
        bluetooth = self._module.air.bluetooth
        address, kind = command.remote_addr.lower(), command.addr_type or BleAddressType.PUBLIC

        def known() -> Peripheral | None:
            found = (p for p in bluetooth.peripherals if p.address == address and address_type(p.kind) is kind)
            return next(found, None)

        if known() is None:
            await sleep(self._module.clock, command.timeout_s or _LIMIT)
        peripheral = known()
        return peripheral if peripheral is not None and peripheral.connectable else None

    @queries(c.BLECONN)
    def list_links(self) -> tuple[BleConnection, ...]:
        """List the connections."""
        self._module.ble.need_role()
        return tuple(
            BleConnection(conn_index=number, remote_addr=link.device.address) for number, link in self._sorted()
        )

    def _sorted(self) -> Iterator[tuple[int, LeLink]]:
        return iter(sorted(self._links.items()))

    @handles(c.BLEDISCONN)
    def disconnect(self, command: c.BLEDISCONN) -> None:
        """Close a connection, which is told behind the success."""
        link = self.addressed(command.conn_index)
        link.close()
        self._remove(link)
        self._module.emit_after(e.BleDisconn(conn_index=command.conn_index, mac=link.device.address))

    # What was agreed

    @handles(c.BLECONNPARAM)
    def set_timing(self, command: c.BLECONNPARAM) -> None:
        """Agree on another timing, which is told behind the success."""
        link = self.addressed(command.conn_index)
        # The supervision must outlast the events that may be skipped.
        longest = (1 + command.latency) * command.max_interval * 2
        if command.min_interval > command.max_interval or command.timeout * 8 < longest:
            raise Refused
        timing = self._timing[link] = attrs.evolve(
            self._timing[link],
            min_interval=command.min_interval,
            max_interval=command.max_interval,
            cur_interval=command.max_interval,
            latency=command.latency,
            timeout=command.timeout,
        )
        self._module.emit_after(e.BleConnParam(**attrs.asdict(timing)))

    @queries(c.BLECONNPARAM)
    def list_timing(self) -> tuple[BleConnectionParameters, ...]:
        """List the timing of all."""
        return tuple(self._timing[link] for _, link in self._sorted())

    @handles(c.BLEDATALEN)
    def set_data_length(self, command: c.BLEDATALEN) -> None:
        """Set the length of radio packets, which nothing here shows."""
        self.addressed(command.conn_index)

    @handles(c.BLECFGMTU)
    def agree_mtu(self, command: c.BLECFGMTU) -> None:
        """Agree on a packet size, which is told behind the success."""
        self._module.ble.need_client()
        link = self.addressed(command.conn_index)
        link.mtu = min(command.mtu or link.device.mtu, link.device.mtu)
        self._module.emit_after(e.BleCfgMtu(conn_index=command.conn_index, mtu=link.mtu))

    @queries(c.BLECFGMTU)
    def list_mtus(self) -> tuple[BleMtu, ...]:
        """List the packet sizes."""
        return tuple(BleMtu(conn_index=number, mtu=link.mtu) for number, link in self._sorted())

    @handles(c.BLEREADPHY)
    def tell_phy(self, command: c.BLEREADPHY) -> PhysInUse:
        """Tell the radio modes."""
        link = self.addressed(command.conn_index)
        phy = self._phys[link]
        return PhysInUse(addr=link.device.address, tx_phy=phy, rx_phy=phy)

    @handles(c.BLESETPHY)
    def set_phy(self, command: c.BLESETPHY) -> PhysInUse:
        """Change the radio modes."""
        link = self.addressed(command.conn_index)
        self._phys[link] = command.phy
        return PhysInUse(addr=link.device.address, tx_phy=command.phy, rx_phy=command.phy)

    @handles(c.BLERDRSSI)
    def tell_signal(self, command: c.BLERDRSSI) -> BleRssi:
        """Tell the signal of the other side."""
        return BleRssi(conn_index=command.conn_index, rssi=self.addressed(command.conn_index).device.rssi)
