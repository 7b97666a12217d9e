"""Bluetooth Low Energy: connections. All of it is documented; none was run."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Choice, Int, Mac, Quoting
from ....wire.command import Command, QueryForm, command, param
from ....wire.event import Evidence
from ....wire.reply import Many, Maybe, One
from ....wire.script import Meaning, Script
from ..values.ble import BleAddressType, BleConnection, BleConnectionParameters, BleMtu, BlePhy, BleRssi, PhysInUse

__all__ = [
    "BLECFGMTU",
    "BLECONN",
    "BLECONNPARAM",
    "BLEDATALEN",
    "BLEDISCONN",
    "BLERDRSSI",
    "BLEREADPHY",
    "BLESETPHY",
]

_SECTION = "Bluetooth LE AT Commands"

_CONNECTION = Int(0, 2)
_INTERVAL = Int(6, 3200, "units of 1.25 ms")
_REFUSED = Meaning(
    "BLE_CONNECT_FAILED",
    "the connection could not be opened",
    "the peer must advertise, be in reach, and be named with the right kind of address",
)


@command(
    "BLECONN",
    timeout=35,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
    script=Script(causes=(rb"\+BLECONN:\d+, ?(-1)",), meanings={"-1": _REFUSED}),
)
class BLECONN(Command[None]):
    """Connect to a peer; :meth:`query` lists the connections.

    The event BLECONN comes before the success. A server that connects back to its client gets the success alone.

    :param conn_index: 0 to 2; the ESP32-C2 has 0 and 1.
    :param remote_addr: address of the peer.
    :param addr_type: kind of the address; public when left out.
    :param timeout_s: how long to try, 3 to 30 s.
    :returns: nothing; the query a tuple of :class:`~atmodem.dialects.espat.values.ble.BleConnection`.
    :raises CommandError: ``-1``, ``BLE_CONNECT_FAILED``, when the peer is not reached; ``ERROR`` for an index in use.

    Source: Bluetooth LE AT Commands, AT+BLECONN.
    """

    conn_index: int = param(_CONNECTION)
    remote_addr: str = param(Mac(quoting=Quoting.ALWAYS))
    addr_type: BleAddressType | None = param(Choice(BleAddressType), default=None)
    timeout_s: int | None = param(Int(3, 30, "s"), default=None)

    query: ClassVar[QueryForm[tuple[BleConnection, ...]]] = QueryForm(Many(BleConnection, none=(b"",)), timeout=2)


@command("BLECONNPARAM", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLECONNPARAM(Command[None]):
    """Ask the peer for other timing; :meth:`query` lists the timing of the connections.

    The success tells that the request is under way; the event BLECONNPARAM tells the outcome. Only the client can ask.

    :param conn_index: 0 to 2.
    :param min_interval: shortest interval, 6 to 3200 units of 1.25 ms.
    :param max_interval: longest interval, 6 to 3200 units of 1.25 ms.
    :param latency: connection events that the peer may skip, 0 to 499.
    :param timeout: supervision timeout, 10 to 3200 units of 10 ms.
    :returns: nothing; the query a tuple of :class:`~atmodem.dialects.espat.values.ble.BleConnectionParameters`.
    :raises CommandError: ``ERROR`` without that connection, and for values that contradict each other.

    Source: Bluetooth LE AT Commands, AT+BLECONNPARAM.
    """

    conn_index: int = param(_CONNECTION)
    min_interval: int = param(_INTERVAL)
    max_interval: int = param(_INTERVAL)
    latency: int = param(Int(0, 499))
    timeout: int = param(Int(10, 3200, "units of 10 ms"))

    query: ClassVar[QueryForm[tuple[BleConnectionParameters, ...]]] = QueryForm(
        Many(BleConnectionParameters), timeout=2
    )


@command("BLEDISCONN", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEDISCONN(Command[None]):
    """Close a connection; the event BLEDISCONN follows the success.

    :param conn_index: 0 to 2.
    :raises CommandError: ``ERROR`` without that connection.

    Source: Bluetooth LE AT Commands, AT+BLEDISCONN.
    """

    conn_index: int = param(_CONNECTION)


@command("BLEDATALEN", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEDATALEN(Command[None]):
    """Set the length of the data packets of a connection; on ESP32 and ESP32-C3.

    :param conn_index: 0 to 2.
    :param length: 27 to 251 bytes.
    :raises CommandError: ``ERROR`` without that connection.

    Source: Bluetooth LE AT Commands, AT+BLEDATALEN.
    """

    conn_index: int = param(_CONNECTION)
    length: int = param(Int(27, 251, "bytes"))


@command("BLECFGMTU", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLECFGMTU(Command[None]):
    """Agree on the MTU of a connection with the peer; :meth:`query` lists the MTUs.

    The success tells that the request is under way; the event BLECFGMTU tells the outcome. Only the client can ask.

    :param conn_index: 0 to 2.
    :param mtu: 23 to 517 bytes; on the ESP32-C2 it is left out.
    :returns: nothing; the query a tuple of :class:`~atmodem.dialects.espat.values.ble.BleMtu`.
    :raises CommandError: ``ERROR`` without that connection.

    Source: Bluetooth LE AT Commands, AT+BLECFGMTU.
    """

    conn_index: int = param(_CONNECTION)
    mtu: int | None = param(Int(23, 517, "bytes"), default=None)

    query: ClassVar[QueryForm[tuple[BleMtu, ...]]] = QueryForm(Many(BleMtu), timeout=2)


@command(
    "BLEREADPHY",
    timeout=5,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
    reply=Maybe(PhysInUse, none=(b"-1",)),
)
class BLEREADPHY(Command[PhysInUse | None]):
    """Ask for the radio modes of a connection; from release 2.4, not on the first ESP32.

    :param conn_index: 0 to 2.
    :returns: the modes, or None where the module could not tell them.
    :raises CommandError: ``ERROR`` without that connection.

    Source: Bluetooth LE AT Commands, AT+BLEREADPHY.
    """

    conn_index: int = param(_CONNECTION)


@command(
    "BLESETPHY",
    timeout=5,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
    reply=Maybe(PhysInUse, none=(b"-1",)),
)
class BLESETPHY(Command[PhysInUse | None]):
    """Change the radio modes of a connection; from release 2.4, not on the first ESP32.

    :param conn_index: 0 to 2.
    :param phy: the mode for both directions.
    :returns: the modes that are in use then, or None where the change failed.
    :raises CommandError: ``ERROR`` without that connection.

    Source: Bluetooth LE AT Commands, AT+BLESETPHY.
    """

    conn_index: int = param(_CONNECTION)
    phy: BlePhy = param(Choice(BlePhy))


@command(
    "BLERDRSSI",
    timeout=5,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
    reply=One(BleRssi, "[<conn_index>,]<rssi>", variants=("<conn_index>,Fail",)),
)
class BLERDRSSI(Command[BleRssi]):
    """Ask for the signal strength of a connection; from release 3.2, on ESP32 and ESP32-C3.

    :param conn_index: 0 to 2.
    :returns: the strength in dBm, or None in its place where it could not be read.
    :raises CommandError: ``ERROR`` without that connection.

    Source: Bluetooth LE AT Commands, AT+BLERDRSSI.
    """

    conn_index: int = param(_CONNECTION)
