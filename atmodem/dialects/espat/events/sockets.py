"""Events of links: opened, closed, data, progress.

Firmware prints most of them in two shapes, with the number of the link (AT+CIPMUX=1) and without. Each pair has a
common base, by which a program can take both; without a number the link is 0.
"""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Choice, Int, Ip, Quoting
from ....wire.counted import Data, Trailer
from ....wire.event import Event, Evidence, event, value
from ..values.sockets import LinkRole, LinkType

__all__ = [
    "AlreadyConnected",
    "CipRecvData",
    "CipSendl",
    "Closed",
    "ClosedMux",
    "ClosedSingle",
    "Connect",
    "ConnectMux",
    "ConnectSingle",
    "HaveConnections",
    "Ipd",
    "IpdMux",
    "IpdMuxInfo",
    "IpdNotice",
    "IpdNoticeMux",
    "IpdNoticeSingle",
    "IpdSingle",
    "IpdSingleInfo",
    "LinkConn",
    "NoCa",
    "NoCert",
    "NoKey",
    "Quitt",
    "Recv",
    "SendCanceled",
    "SendCancelled",
    "SendFail",
    "SendOk",
]

#: More than this never comes in one record of pushed data.
_LARGEST_RECORD = 2920

_LINK = Int(0, 4)
_PORT = Int(0, 65535)
#: Bare in 2.0.
_SENDER = Ip(None, Quoting.NEEDED)


def _pushed() -> Data:
    # Some old firmware prints no line end behind the data.
    return Data(maximum=_LARGEST_RECORD, trailer=Trailer(b"\r\n"))


@frozen(kw_only=True)
class Connect(Event):
    """A link is open: one that was asked for, or a client of the own server.

    :param link_id: its number.
    """

    link_id: int = 0


@event("CONNECT", name="CONNECT", evidence=Evidence.RUN)
class ConnectSingle(Connect):
    """The one link is open."""


@event("<link_id>,CONNECT", name="CONNECT", kind="mux", evidence=Evidence.RUN)
class ConnectMux(Connect):
    """A link is open.

    :param link_id: its number.
    """

    link_id: int = value(_LINK)


@frozen(kw_only=True)
class Closed(Event):
    """A link is closed; in passive mode this is told only when all its data were fetched.

    :param link_id: its number.
    """

    link_id: int = 0


@event("CLOSED", name="CLOSED", evidence=Evidence.RUN)
class ClosedSingle(Closed):
    """The one link is closed."""


@event("<link_id>,CLOSED", name="CLOSED", kind="mux", evidence=Evidence.RUN)
class ClosedMux(Closed):
    """A link is closed.

    :param link_id: its number.
    """

    link_id: int = value(_LINK)


@event("+LINK_CONN:<*>", name="LINK_CONN", evidence=Evidence.RUN)
class LinkConn(Event):
    """A link is open, in detail; with SYSMSG bit 1 it takes the place of CONNECT.

    :param status: 0 for success.
    :param link_id: number of the link; 0 also without numbers.
    :param type: what it speaks.
    :param tetype: which side the module is.
    :param remote_ip: address of the far end.
    :param remote_port: port of the far end.
    :param local_port: port of the module.
    """

    status: int = value(Int())
    link_id: int = value(_LINK)
    type: LinkType = value(Choice(LinkType, Quoting.ALWAYS))
    tetype: LinkRole = value(Choice(LinkRole))
    remote_ip: str = value(Ip(None, Quoting.ALWAYS))
    remote_port: int = value(_PORT)
    local_port: int = value(_PORT)


@frozen(kw_only=True)
class Ipd(Event):
    """Data that the module pushes (active mode).

    :param link_id: number of the link.
    :param length: how many bytes were announced.
    :param remote_ip: address of the sender, where AT+CIPDINFO is on.
    :param remote_port: port of the sender, likewise.
    :param data: the bytes.
    :param short: fewer came than were announced.
    """

    link_id: int = 0
    length: int
    remote_ip: str | None = None
    remote_port: int | None = None
    data: bytes
    short: bool = False


@event("+IPD,<length>:<data>", name="IPD", kind="single", lead=True, evidence=Evidence.RUN)
class IpdSingle(Ipd):
    """Data of the one link.

    :param length: how many bytes.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    data: bytes = value(_pushed())


@event("+IPD,<link_id>,<length>:<data>", name="IPD", kind="mux", lead=True, evidence=Evidence.RUN)
class IpdMux(Ipd):
    """Data of a link.

    :param link_id: its number.
    :param length: how many bytes.
    :param data: the bytes.
    """

    link_id: int = value(_LINK)
    length: int = value(Int(0))
    data: bytes = value(_pushed())


@event(
    "+IPD,<length>,<remote_ip>,<remote_port>:<data>",
    name="IPD",
    kind="single-info",
    lead=True,
    evidence=Evidence.RUN,
)
class IpdSingleInfo(Ipd):
    """Data of the one link, with their sender.

    :param length: how many bytes.
    :param remote_ip: address of the sender.
    :param remote_port: port of the sender.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    remote_ip: str = value(_SENDER)
    remote_port: int = value(_PORT)
    data: bytes = value(_pushed())


@event(
    "+IPD,<link_id>,<length>,<remote_ip>,<remote_port>:<data>",
    name="IPD",
    kind="mux-info",
    lead=True,
    evidence=Evidence.RUN,
)
class IpdMuxInfo(Ipd):
    """Data of a link, with their sender.

    :param link_id: its number.
    :param length: how many bytes.
    :param remote_ip: address of the sender.
    :param remote_port: port of the sender.
    :param data: the bytes.
    """

    link_id: int = value(_LINK)
    length: int = value(Int(0))
    remote_ip: str = value(_SENDER)
    remote_port: int = value(_PORT)
    data: bytes = value(_pushed())


@frozen(kw_only=True)
class IpdNotice(Event):
    """Data wait to be fetched (passive mode); not told again until something was read.

    :param link_id: number of the link.
    :param length: how many bytes; for SSL those of the encrypted record, which is longer than the text.
    """

    link_id: int = 0
    length: int


@event("+IPD,<length>", name="IPD", kind="passive-single", lead=True, evidence=Evidence.RUN)
class IpdNoticeSingle(IpdNotice):
    """Data of the one link wait.

    :param length: how many bytes.
    """

    length: int = value(Int(0))


@event("+IPD,<link_id>,<length>", name="IPD", kind="passive-mux", lead=True, evidence=Evidence.RUN)
class IpdNoticeMux(IpdNotice):
    """Data of a link wait.

    :param link_id: its number.
    :param length: how many bytes.
    """

    link_id: int = value(_LINK)
    length: int = value(Int(0))


@event("+CIPRECVDATA:<length>,<data>", name="CIPRECVDATA", kind="answer", evidence=Evidence.RUN)
class CipRecvData(Event):
    """Data that were fetched, when no command waits for them any more.

    :param length: how many bytes.
    :param remote_ip: address of the sender, where AT+CIPDINFO is on.
    :param remote_port: port of the sender, likewise.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    remote_ip: str | None = value(_SENDER, default=None)
    remote_port: int | None = value(_PORT, default=None)
    data: bytes = value(Data(prefix="<remote_ip>,<remote_port>,"))
    short: bool = False


@event("Recv <n> bytes", name="RECV", lead=True, evidence=Evidence.RUN)
class Recv(Event):
    """Announced data have arrived in the module, when no command waits for them.

    :param n: how many bytes.
    """

    n: int = value(Int(0))


@event("SEND OK", name="SEND OK", lead=True, evidence=Evidence.RUN)
class SendOk(Event):
    """Data were handed to the network stack, when no command waits for it."""


@event("SEND FAIL", name="SEND FAIL", lead=True, evidence=Evidence.RUN)
class SendFail(Event):
    """Data were not sent, when no command waits for it."""


@event("SEND Canceled", name="SEND Canceled", lead=True, evidence=Evidence.RUN)
class SendCanceled(Event):
    """AT+CIPSEND was ended by ``+++``, when no command waits for it."""


@event("SEND CANCELLED", name="SEND CANCELLED", lead=True, evidence=Evidence.RUN)
class SendCancelled(Event):
    """AT+CIPSENDL was ended by ``+++``, when no command waits for it."""


@event("+CIPSENDL:<sent>,<received>", name="CIPSENDL", evidence=Evidence.RUN)
class CipSendl(Event):
    """Progress of AT+CIPSENDL.

    :param sent: bytes handed to the network so far.
    :param received: bytes taken over from the host so far.
    """

    sent: int = value(Int(0))
    received: int = value(Int(0))


@event("+QUITT", name="QUITT", lead=True, evidence=Evidence.RUN)
class Quitt(Event):
    """Passthrough has ended; needs SYSMSG bit 0."""


@event(
    "ALREADY CONNECTED",
    name="ALREADY CONNECTED",
    variants=("ALREADY CONNECTTED",),
    evidence=Evidence.DOCUMENTATION,
)
class AlreadyConnected(Event):
    """The link is open already; ERROR follows. Only old firmware prints it, and logs that share the line."""


@event("NO CERT FOUND", name="no_cert", kind="tls")
class NoCert(Event):
    """No client certificate is stored."""


@event("NO PRVT_KEY FOUND", name="no_key", kind="tls")
class NoKey(Event):
    """No private key is stored."""


@event("NO CA FOUND", name="no_ca", kind="tls")
class NoCa(Event):
    """No CA is stored."""


@event("Have <n> Connections", name="have_connections", evidence=Evidence.UNPROVEN)
class HaveConnections(Event):
    """A mode cannot be changed because links are open.

    :param n: how many.
    """

    n: int = value(Int(0))
