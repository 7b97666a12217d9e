"""The TCP and SSL server."""

from __future__ import annotations

from ....wire.codecs import Bool, Choice, Int, Quoting
from ....wire.command import Setting, command, param
from ....wire.event import Evidence
from ..values.network import Netif
from ..values.sockets import ServerMode, ServerType

__all__ = ["CIPSERVER", "CIPSERVERMAXCONN", "CIPSTO"]

_SECTION = "TCP/IP AT Commands"


@command("CIPSERVER", timeout=3, section=_SECTION, evidence=Evidence.RUN)
class CIPSERVER(Setting):
    """Create or delete the server; ``query()`` reads it. There is one, and it needs CIPMUX=1.

    A client gets the lowest free number, told by :class:`Connect`. When AT+CIPSERVERMAXCONN is reached, the next client
    is refused without a word.

    :param mode: create or delete it.
    :param port: its port, 1 to 65535; 333 unless given. For ``DELETE``, 1 closes its links as well.
    :param type: what it speaks; TCP unless given.
    :param ca_enable: clients of an SSL server must show a certificate.
    :param netif: the interface it listens on (from 4.1).
    :raises CommandError: with CIPMUX=0, and for a second one.

    Source: TCP/IP AT Commands, AT+CIPSERVER.
    """

    mode: ServerMode = param(Choice(ServerMode))
    port: int | None = param(Int(1, 65535), default=None)
    type: ServerType | None = param(Choice(ServerType, Quoting.ALWAYS), default=None)
    ca_enable: bool | None = param(Bool(), default=None)
    netif: Netif | None = param(Choice(Netif), default=None)


@command("CIPSERVERMAXCONN", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class CIPSERVERMAXCONN(Setting):
    """Set how many clients the server takes; ``query()`` reads it. Lost at a restart.

    :param num: 1 to 5.
    :raises CommandError: while the server runs.

    Source: TCP/IP AT Commands, AT+CIPSERVERMAXCONN.
    """

    num: int = param(Int(1, 5))


@command("CIPSTO", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class CIPSTO(Setting):
    """Set after which silence the server drops a client; ``query()`` reads it. Lost at a restart.

    :param time_s: 0 to 7200 seconds; 0 never.
    :raises CommandError: while no server runs.

    Source: TCP/IP AT Commands, AT+CIPSTO.
    """

    time_s: int = param(Int(0, 7200, "s"))
