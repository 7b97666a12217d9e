"""Sockets."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Choice, Int
from ....wire.command import Command, QueryForm, command, form_flag, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Counted, Inline, InlineList
from ....wire.script import Prompt, Script
from ..codecs import HostText
from ..records import AutoSocket, Grant, ReceivedData, SenderAddress, SocketNumber, SocketState
from ..setting import InlineSetting
from ..values import Protocol, Role, Switch

__all__ = ["ATRM", "SKCLS", "SKCT", "SKRCV", "SKRPTM", "SKSDF", "SKSND", "SKSRCIP", "SKSTT"]


@command("ATRM", timeout=3, section="2.2.2.6", bare_query=True, evidence=Evidence.RUN)
class ATRM(Command[None]):
    """Set or read the socket that automatic mode opens.

    :param protocol: TCP or UDP.
    :param cs: client or server.
    :param host_timeout: the host of a client, at most 32 bytes; the idle limit of a TCP server, 0 to 10000000 s;
        empty for a UDP server.
    :param port: the port, 0 to 65535.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.6.
    """

    protocol: Protocol = param(Choice(Protocol))
    cs: Role = param(Choice(Role))
    host_timeout: str = param(HostText(longest=32), default="")
    port: int = param(Int(0, 65535))
    save: bool = form_flag(default=False)

    query: ClassVar[QueryForm[AutoSocket]] = QueryForm(Inline(AutoSocket))


@command("SKCT", timeout=30, section="2.2.3.10", reply=Inline(SocketNumber), evidence=Evidence.RUN)
class SKCT(Command[SocketNumber]):
    """Open a socket; a TCP client waits up to 25 s until it is connected or refused.

    :param protocol: TCP or UDP.
    :param cs: client or server.
    :param host_timeout: the host of a client, at most 32 bytes; the idle limit of a TCP server, 0 to 10000000 s,
        120 when left out; empty for a UDP server.
    :param remote_port: the peer's port, 1 to 65535; of a TCP server the port to listen on when ``local_port`` is
        0 or left out.
    :param local_port: the module's own port. Left out, the stack chooses one; a fixed one cannot be used again right
        after closing, and 0 is for a TCP server only.
    :raises CommandError: ``SKT_CONN`` when refused, timed out, or without a free socket; ``INV_PARAMS`` when the host
        is not resolved or a port is 0.

    Source: manual 2.2.3.10.
    """

    protocol: Protocol = param(Choice(Protocol))
    cs: Role = param(Choice(Role))
    host_timeout: str = param(HostText(longest=32), default="")
    remote_port: int = param(Int(0, 65535))
    local_port: int | None = param(Int(0, 65535), default=None)


@command(
    "SKSND",
    timeout=5,
    section="2.2.3.11",
    reply=Inline(Grant),
    script=Script(prompt=Prompt.GRANT, final=False),
    evidence=Evidence.RUN,
)
class SKSND(Command[Grant]):
    """Send data on a socket.

    The module grants a number of bytes and takes just these; ask again for the rest, after 50 ms when it was 0.
    Nothing confirms that the data left. On a UDP socket each SKSND is one datagram.

    :param socket: the socket, 1 to 20.
    :param size: how many bytes, 1 to 512; filled in from the data.
    :param data: the bytes.
    :raises CommandError: ``INV_PARAMS`` when the socket is not connected.

    Source: manual 2.2.3.11.
    """

    socket: int = param(Int(1, 20))
    size: int | None = length_of("data", Int(1, 512), default=None)
    data: bytes | None = payload(default=None)


@command(
    "SKRCV",
    timeout=3,
    section="2.2.3.12",
    reply=Counted(ReceivedData, "+OK=<size>\r\n\r\n"),
    evidence=Evidence.RUN,
)
class SKRCV(Command[ReceivedData]):
    """Read what waits in the buffer of a socket; nothing while SKRPTM is on.

    The buffer holds 511 bytes and loses the oldest when more come. It is gone when the peer closes.

    :param socket: the socket, 1 to 20.
    :param maxsize: how many bytes at most, 0 to 1024.
    :raises CommandError: ``INV_PARAMS`` when the socket is not open.

    Source: manual 2.2.3.12.
    """

    socket: int = param(Int(1, 20))
    maxsize: int = param(Int(0, 1024))

    def script(self) -> Script:
        return Script(asked=self.maxsize)


@command("SKSTT", timeout=3, section="2.2.3.13", reply=InlineList(SocketState), evidence=Evidence.RUN)
class SKSTT(Command[tuple[SocketState, ...]]):
    """Ask for the state of a socket; behind a TCP server its clients follow, at most four.

    :param socket: the socket, 1 to 20.
    :raises CommandError: ``INV_PARAMS`` when it is not open, also because the peer closed it.

    Source: manual 2.2.3.13.
    """

    socket: int = param(Int(1, 20))


@command("SKCLS", timeout=3, section="2.2.3.14", evidence=Evidence.RUN)
class SKCLS(Command[None]):
    """Close a socket, and the clients of a TCP server with it.

    :param socket: the socket, 1 to 20.
    :raises CommandError: ``OPS`` when it is not open.

    Source: manual 2.2.3.14.
    """

    socket: int = param(Int(1, 20))


@command("SKSDF", timeout=2, section="2.2.3.15", evidence=Evidence.RUN)
class SKSDF(Command[None]):
    """Choose the socket of transparent mode. SKSND changes it too, so send this right before ENTM.

    :param socket: the socket, 1 to 20; it is not checked for being open.
    :raises CommandError: ``INV_PARAMS`` when the socket is not open.

    Source: manual 2.2.3.15.
    """

    socket: int = param(Int(1, 20))


@command("SKSRCIP", timeout=2, section="2.2.3.16", evidence=Evidence.RUN)
class SKSRCIP(Command[None]):
    """Ask who sent the data received last, on any socket; asking resets it. Only ``SKSRCIP.query()`` exists.

    :raises CommandError: ``UNSUPP`` in firmware without it.

    Source: manual 2.2.3.16.
    """

    query: ClassVar[QueryForm[SenderAddress]] = QueryForm(Inline(SenderAddress))


@command("SKRPTM", timeout=2, section="2.2.3.17", evidence=Evidence.RUN)
class SKRPTM(InlineSetting):
    """Set or read whether data are reported as they come, by SKTRPT and HTTPCRPT. It is off after each start.

    :param mode: on or off.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.3.17; the query from the firmware.
    """

    mode: Switch = param(Choice(Switch))
