"""What the commands of the Air602 answer."""

from __future__ import annotations

from attrs import frozen

from ...wire.codecs import Bool, Choice, Float, Hex, Int, Ip, Mac, Quoting, SecretText, Text
from ...wire.counted import Data
from ...wire.event import value
from ...wire.secret import Secret
from .codecs import HostOrTimeout, PinText, Stations
from .values import NetworkType, Protection, Protocol, Role, ScanType, Selection, SocketStatus, Station

__all__ = [
    "AccessPoint",
    "AutoSocket",
    "ConnectedStations",
    "CustomData",
    "DeviceName",
    "FirmwareVersion",
    "Grant",
    "HardwareId",
    "HttpSession",
    "JoinedNetwork",
    "LinkStatus",
    "MacAddress",
    "NetworkParameters",
    "ReceivedData",
    "ResolvedAddress",
    "SenderAddress",
    "SocketNumber",
    "SocketState",
    "Temperature",
    "UpdateBlock",
    "WpsPin",
]


@frozen(kw_only=True)
class AccessPoint:
    """A network found by WSCAN.

    :param bssid: its hardware address.
    :param type: access point or ad hoc network.
    :param channel: its channel.
    :param encry: whether it wants a key.
    :param ssid: its name; empty for a hidden one.
    :param rssi: strength of its signal without its sign: 60 means -60 dBm.
    """

    bssid: str = value(Mac(separator="", upper=True))
    type: ScanType = value(Choice(ScanType))
    channel: int = value(Int())
    encry: Protection = value(Choice(Protection))
    ssid: str = value(Text(Quoting.ALWAYS, free=True))
    rssi: int = value(Int())


@frozen(kw_only=True)
class AutoSocket:
    """The socket that automatic mode opens.

    :param protocol: TCP or UDP.
    :param cs: client or server.
    :param host_timeout: the host of a client, the idle limit of a TCP server in seconds, empty for a UDP server.
    :param port: the port.
    """

    protocol: Protocol = value(Choice(Protocol))
    cs: Role = value(Choice(Role))
    host_timeout: str = value(HostOrTimeout())
    port: int = value(Int())


@frozen(kw_only=True)
class ConnectedStations:
    """The stations that are connected to the module's access point.

    :param count: how many there are.
    :param stations: their addresses.
    """

    count: int = value(Int())
    stations: tuple[Station, ...] = value(Stations())


@frozen(kw_only=True)
class CustomData:
    """What a phone sent along with one-key configuration.

    :param data: up to 64 bytes, empty when there are none; they may be credentials.
    """

    data: Secret[str] = value(SecretText(Text(free=True)))


@frozen(kw_only=True)
class DeviceName:
    """The name of the device.

    :param devicename: the name.
    """

    devicename: str = value(Text(Quoting.NEVER, free=True))


@frozen(kw_only=True)
class FirmwareVersion:
    """The version of the firmware.

    :param version: one word, or hardware and firmware with the time of the build.
    """

    version: str = value(Text(Quoting.NEVER, free=True))


@frozen(kw_only=True)
class Grant:
    """How many bytes the module takes now.

    :param actualsize: the number; less than asked means to ask again for the rest.
    """

    actualsize: int = value(Int())


@frozen(kw_only=True)
class HardwareId:
    """The identification of the hardware.

    :param value: twelve hexadecimal digits as a number.
    """

    value: int = value(Hex(high=0xFFFFFFFFFFFF, prefix="", width=12))


@frozen(kw_only=True)
class HttpSession:
    """The session of an HTTP request.

    :param session: its number, which the event with the result carries.
    """

    session: int = value(Int())


@frozen(kw_only=True)
class JoinedNetwork:
    """The network that WJOIN joined or opened.

    :param bssid: its hardware address.
    :param type: the role that the module has in it.
    :param channel: its channel.
    :param encry: whether it wants a key.
    :param ssid: its name.
    :param rssi: strength of its signal without its sign: 60 means -60 dBm.
    """

    bssid: str = value(Mac(separator=""))
    type: NetworkType = value(Choice(NetworkType))
    channel: int = value(Int())
    encry: Protection = value(Choice(Protection))
    ssid: str = value(Text(Quoting.ALWAYS, free=True))
    rssi: int = value(Int())


@frozen(kw_only=True)
class LinkStatus:
    """Whether an interface is up, and its addresses.

    :param status: whether it is up.
    :param ip: its address; None, as all that follow, while it is down.
    :param netmask: its netmask.
    :param gateway: the gateway.
    :param dns1: the first name server.
    :param dns2: the second name server; ``0.0.0.0`` for none.
    """

    status: bool = value(Bool())
    ip: str | None = value(Ip(quoting=Quoting.NEEDED), default=None)
    netmask: str | None = value(Ip(quoting=Quoting.NEEDED), default=None)
    gateway: str | None = value(Ip(quoting=Quoting.NEEDED), default=None)
    dns1: str | None = value(Ip(quoting=Quoting.NEEDED), default=None)
    dns2: str | None = value(Ip(quoting=Quoting.NEEDED), default=None)


@frozen(kw_only=True)
class MacAddress:
    """A hardware address.

    :param mac: the address.
    """

    mac: str = value(Mac(separator=""))


@frozen(kw_only=True)
class NetworkParameters:
    """The network that is configured.

    :param bssid_en: whether it is chosen by its hardware address.
    :param ssid_or_bssid: its name, or its hardware address in twelve hexadecimal digits.
    :param key: its key.
    """

    bssid_en: Selection = value(Choice(Selection))
    ssid_or_bssid: str = value(Text(Quoting.NEVER, free=True))
    key: Secret[str] = value(SecretText(Text(Quoting.NEVER)))


@frozen(kw_only=True)
class ReceivedData:
    """What waited in the buffer of a socket.

    :param size: how many bytes were announced.
    :param data: the bytes; fewer than announced when the line fell silent.
    """

    size: int = value(Int(0, 1024))
    data: bytes = value(Data(length="size", maximum=1024))


@frozen(kw_only=True)
class ResolvedAddress:
    """The address of a host.

    :param ip: the address.
    """

    ip: str = value(Ip(quoting=Quoting.NEEDED))


@frozen(kw_only=True)
class SenderAddress:
    """Who sent the data received last.

    :param ip: the address; ``0.0.0.0`` when nothing came since it was last asked for.
    """

    ip: str = value(Ip())


@frozen(kw_only=True)
class SocketNumber:
    """A socket that was opened.

    :param socket: its number, 1 to 20.
    """

    socket: int = value(Int())


@frozen(kw_only=True)
class SocketState:
    """The state of a socket, or of a client that a server accepted.

    :param socket: its number.
    :param status: disconnected, listening or connected.
    :param host: address of the peer; of a listening server its own, of a UDP server ``255.255.255.255``.
    :param host_port: port of the peer.
    :param local_port: the module's own port.
    :param rx_data: bytes that wait in its buffer.
    """

    socket: int = value(Int())
    status: SocketStatus = value(Choice(SocketStatus))
    host: str = value(Text(Quoting.ALWAYS))
    host_port: int = value(Int())
    local_port: int = value(Int())
    rx_data: int = value(Int())


@frozen(kw_only=True)
class Temperature:
    """The temperature of the chip.

    :param celsius: in degrees Celsius.
    """

    celsius: float = value(Float())


@frozen(kw_only=True)
class UpdateBlock:
    """A block of a firmware update that the module asks for.

    :param block: its number.
    """

    block: int = value(Int())


@frozen(kw_only=True)
class WpsPin:
    """The PIN for Wi-Fi protected setup.

    :param pin: eight digits; None while none was stored.
    """

    pin: Secret[str] | None = value(PinText(Text(Quoting.NEVER, 8, 8)), default=None)
