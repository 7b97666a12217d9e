"""Commands of links: TCP, TLS and UDP."""

from __future__ import annotations

from typing import Any

from ....errors import InvalidArgument
from ....wire.codecs import Choice, Int, Text
from ....wire.command import Command, Setting, command, length_of, param, payload
from ....wire.reply import Counted, NoReply, One, Reply
from ....wire.script import Prompt, Script
from ..errors import LINK_IN_USE, NOT_CONNECTED
from ..values.enums import AutoConnect, LinkType, ReceiveMode
from ..values.records import LinkAutoConnect, LinkStatus, ReceivedData

__all__ = [
    "CIPAUTOCONN",
    "CIPRECV",
    "CIPRECVCFG",
    "CIPSEND",
    "CIPSENDRAW",
    "CIPSTART",
    "CIPSTATUS",
    "CIPSTOP",
]

_WITH_PEER = (LinkType.TCP_CLIENT, LinkType.SSL_CLIENT, LinkType.UDP_BROADCAST, LinkType.UDP_UNICAST)
_WITH_LOCAL_PORT = (LinkType.TCP_SERVER, LinkType.UDP_BROADCAST, LinkType.UDP_UNICAST)


@command("CIPAUTOCONN", timeout=5, section="4 AT+CIPAUTOCONN")
class CIPAUTOCONN(Command[LinkAutoConnect | None]):
    """Switch or ask whether a link connects by itself: after a restart, once the station is up, and after a loss.

    Without *option* it asks, and answers :class:`LinkAutoConnect`; the query has no question mark.

    Source: manual 4, AT+CIPAUTOCONN.

    :param id: the link, 0 to 4.
    :param option: ``ON``, as the factory has it, or ``OFF``; None asks.
    :raises CommandError: ``REFUSED`` for a link out of range.
    """

    id: int = param(Int(0, 4))
    option: AutoConnect | None = param(Choice(AutoConnect), default=None)

    def reply(self) -> Reply[Any]:
        return One(LinkAutoConnect) if self.option is None else NoReply()


@command("CIPSTART", timeout=5, section="4 AT+CIPSTART", script=Script(meanings=LINK_IN_USE))
class CIPSTART(Command[None]):
    """Open a link.

    The answer says only that the link is set up. :class:`ServerConnected` or :class:`ServerClosed` follows within 10 s
    (20 s with TLS), for UDP :class:`UdpConnected` or :class:`UdpClosed`; a server tells each peer by
    :class:`PeerConnected`. Without a network the link waits for one.

    Source: manual 4, AT+CIPSTART.

    :param id: the link, 0 to 4.
    :param type: its kind.
    :param domain: name or address of the far end; not for a server.
    :param remote_port: port of the far end, 1 to 65535; not for a server.
    :param local_port: own port, 0 to 65535: needed for a server and for UDP, else chosen by the module when None.
    :raises InvalidArgument: for a parameter that the kind of link needs and that is missing, or that it does not have.
    :raises CommandError: ``LINK_IN_USE`` when the link is not closed.
    """

    id: int = param(Int(0, 4))
    type: LinkType = param(Choice(LinkType))
    domain: str | None = param(Text(shortest=1), default=None, when=("type", _WITH_PEER))
    remote_port: int | None = param(Int(1, 65535), default=None, when=("type", _WITH_PEER))
    local_port: int | None = param(Int(0, 65535), default=None)

    def __attrs_post_init__(self) -> None:
        needed = {"domain": _WITH_PEER, "remote_port": _WITH_PEER, "local_port": _WITH_LOCAL_PORT}
        for name, types in needed.items():
            if self.type in types and getattr(self, name) is None:
                raise InvalidArgument(name, f"given for {self.type}", command="AT+CIPSTART")


@command("CIPSTOP", timeout=5, section="4 AT+CIPSTOP")
class CIPSTOP(Command[None]):
    """Close a link, or one peer of a server. Answered also for a link that is not open.

    :class:`ServerClosed`, :class:`UdpClosed` or :class:`PeerClosed` follows; :class:`ServerDisconnected` may come too.

    Source: manual 4, AT+CIPSTOP.

    :param id: the link, 0 to 4.
    :param remote_port: port of the one peer of a server to drop, 1 to 65535.
    :raises CommandError: ``REFUSED`` for a link out of range; some firmware refuses a link that is not open.
    """

    id: int = param(Int(0, 4))
    remote_port: int | None = param(Int(1, 65535), default=None)


@command("CIPSTATUS", timeout=5, section="4 AT+CIPSTATUS", reply=One(LinkStatus))
class CIPSTATUS(Command[LinkStatus]):
    """Ask for kind and state of a link. Answers :class:`LinkStatus`; the query has no question mark.

    Source: manual 4, AT+CIPSTATUS.

    :param id: the link, 0 to 4.
    :raises CommandError: ``REFUSED`` for a link out of range.
    """

    id: int = param(Int(0, 4))


@command(
    "CIPSEND",
    timeout=10,
    section="4 AT+CIPSEND",
    script=Script(prompt=Prompt.OPTIONAL, meanings=NOT_CONNECTED),
)
class CIPSEND(Command[None]):
    """Send bytes over a link. Some firmware asks for them by a prompt, some takes them without.

    Cancelled after the prompt, the bytes are sent all the same: the module waits for them.

    Source: manual 4, AT+CIPSEND, which describes it the wrong way round; real drivers for the prompt.

    :param id: the link, 0 to 4.
    :param remote_port: port of the peer, 1 to 65535; for a server only, where it chooses the peer.
    :param data_length: number of bytes, filled in.
    :param data: 1 to 1024 bytes; the true limit is not documented.
    :raises CommandError: ``NOT_CONNECTED`` when the link is not open; no data were sent.
    """

    id: int = param(Int(0, 4))
    # Absent without a comma of its own.
    remote_port: int | None = param(Int(1, 65535), default=None, leading=True)
    data_length: int | None = length_of("data", Int(1, 1024, "bytes"), default=None)
    data: bytes | None = payload()


@command("CIPSENDRAW", timeout=5, section="4 AT+CIPSENDRAW", script=Script(stream=True, meanings=NOT_CONNECTED))
class CIPSENDRAW(Command[None]):
    """Turn the serial line into the link: all bytes pass both ways until ``+++`` stands alone.

    Use it with one open link; CIPEVENT=OFF and CIPRECVCFG=RAW come first. The mode may survive a restart.

    Source: manual 4, AT+CIPSENDRAW; MXCHIP source of a sibling for the way out.

    :raises CommandError: ``NOT_CONNECTED``.
    """


@command("CIPRECV", timeout=5, section="4 AT+CIPRECV", reply=Counted(ReceivedData, empty="<length>"))
class CIPRECV(Command[ReceivedData]):
    """Fetch bytes that wait on a link while CIPRECVCFG says so. Answers :class:`ReceivedData`, which may be empty.

    Source: manual 4, AT+CIPRECV; a test tool for the form of the answer.

    :param id: the link, 0 to 4.
    :param port: remote port of the link, 1 to 65535.
    :param length: most bytes to fetch, 1 to 65535.
    :raises CommandError: ``REFUSED`` while data are sent as they come, and for a link out of range.
    """

    id: int = param(Int(0, 4))
    port: int = param(Int(1, 65535))
    length: int = param(Int(1, 65535, "bytes"))

    def script(self) -> Script:
        return Script(asked=self.length)


@command("CIPRECVCFG", timeout=5, section="4 AT+CIPRECVCFG")
class CIPRECVCFG(Setting):
    """Choose how received bytes come; ``CIPRECVCFG.query()`` reads it back.

    Source: manual 4, AT+CIPRECVCFG.

    :param recv_mode: ``RAW``, as the factory has it: by events at once; ``COMMAND``: they wait for CIPRECV, and nothing
        tells that they came.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    recv_mode: ReceiveMode = param(Choice(ReceiveMode))
