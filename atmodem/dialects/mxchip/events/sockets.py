"""Events of links."""

from __future__ import annotations

from ....wire.codecs import Int, Ip
from ....wire.counted import Data, Trailer
from ....wire.event import Event, event, value

__all__ = [
    "BroadcastData",
    "EthernetFrame",
    "PeerClosed",
    "PeerConnected",
    "ServerClosed",
    "ServerConnected",
    "ServerDisconnected",
    "SocketData",
    "UdpClosed",
    "UdpConnected",
]

_SECTION = "EVENT event notification"


@event("+CIPEVENT:<id>,SERVER,CONNECTED", name="CIPEVENT", kind="SERVER,CONNECTED", lead=True, section=_SECTION)
class ServerConnected(Event):
    """A client link reached its server; it may come unasked.

    :param id: the link, 0 to 4.
    """

    id: int = value(Int(0, 4))


@event("+CIPEVENT:<id>,SERVER,DISCONNECTED", name="CIPEVENT", kind="SERVER,DISCONNECTED", lead=True, section=_SECTION)
class ServerDisconnected(Event):
    """The server closed a client link, or it was lost. The module may connect it again by itself.

    :param id: the link, 0 to 4.
    """

    id: int = value(Int(0, 4))


@event("+CIPEVENT:<id>,SERVER,CLOSED", name="CIPEVENT", kind="SERVER,CLOSED", lead=True, section=_SECTION)
class ServerClosed(Event):
    """A link is closed for good, or could not be opened.

    :param id: the link, 0 to 4.
    """

    id: int = value(Int(0, 4))


@event("+CIPEVENT:CLIENT,CONNECTED,<ip>,<port>", name="CIPEVENT", kind="CLIENT,CONNECTED", lead=True, section=_SECTION)
class PeerConnected(Event):
    """A peer connected to a server of ours. Which server is not told.

    :param ip: address of the peer.
    :param port: its port, by which CIPSEND, CIPRECV and CIPSTOP name it.
    """

    ip: str = value(Ip())
    port: int = value(Int(0, 65535))


@event("+CIPEVENT:CLIENT,CLOSED,<ip>,<port>", name="CIPEVENT", kind="CLIENT,CLOSED", lead=True, section=_SECTION)
class PeerClosed(Event):
    """A peer of a server of ours is gone.

    :param ip: address of the peer.
    :param port: its port.
    """

    ip: str = value(Ip())
    port: int = value(Int(0, 65535))


@event("+CIPEVENT:<id>,UDP,CONNECTED", name="CIPEVENT", kind="UDP,CONNECTED", lead=True, section=_SECTION)
class UdpConnected(Event):
    """A UDP link is ready.

    :param id: the link, 0 to 4.
    """

    id: int = value(Int(0, 4))


@event("+CIPEVENT:<id>,UDP,CLOSED", name="CIPEVENT", kind="UDP,CLOSED", lead=True, section=_SECTION)
class UdpClosed(Event):
    """A UDP link failed or was closed.

    :param id: the link, 0 to 4.
    """

    id: int = value(Int(0, 4))


@event("+CIPEVENT:SOCKET,<id>,<length>,<data>", name="CIPEVENT", kind="SOCKET", lead=True, section=_SECTION)
class SocketData(Event):
    """Bytes were received. On a server link the peer that sent them is not told.

    :param id: the link, 0 to 4.
    :param length: number of bytes that the module announced.
    :param data: the bytes.
    :param short: they stopped before that number.
    """

    id: int = value(Int(0, 4))
    length: int = value(Int(0, 65535))
    data: bytes = value(Data(maximum=65535, trailer=Trailer(b"\r\n")))
    short: bool = False


@event(
    "+CIPEVENT:UDP_BROADCAST,<ip>,<port>,<id>,<length>,<data>",
    name="CIPEVENT",
    kind="UDP_BROADCAST",
    lead=True,
    section=_SECTION,
)
class BroadcastData(Event):
    """A datagram was received on a broadcast link. Firmware before 2.0.3 tells it as :class:`SocketData`.

    :param ip: address of the sender.
    :param port: its port.
    :param id: the link, 0 to 4.
    :param length: number of bytes that the module announced.
    :param data: the bytes.
    :param short: they stopped before that number.
    """

    ip: str = value(Ip())
    port: int = value(Int(0, 65535))
    id: int = value(Int(0, 4))
    length: int = value(Int(0, 65535))
    data: bytes = value(Data(maximum=65535, trailer=Trailer(b"\r\n")))
    short: bool = False


@event("+ENETEVENT:<length>,<data>", name="ENETEVENT", lead=True, section=_SECTION)
class EthernetFrame(Event):
    """An Ethernet frame was received, on the moc108.

    :param length: number of bytes that the module announced.
    :param data: the frame.
    :param short: it stopped before that number.
    """

    length: int = value(Int(0, 65535))
    data: bytes = value(Data(maximum=65535, trailer=Trailer(b"\r\n")))
    short: bool = False
