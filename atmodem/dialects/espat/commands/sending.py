"""Sending on links: announced pieces, long streams, passthrough."""

from __future__ import annotations

from typing import Self

from ....wire.codecs import Bool, Choice, Int, Mac, Quoting, Text
from ....wire.command import Command, Setting, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.script import Prompt, Script
from ..values.network import Netif
from ..values.sockets import LinkType, PassthroughStart, SendMode

__all__ = [
    "CIPMODE",
    "CIPRECONNINTV",
    "CIPSEND",
    "CIPSENDEX",
    "CIPSENDL",
    "CIPSENDLCFG",
    "ESCAPE",
    "SAVETRANSLINK",
]

_SECTION = "TCP/IP AT Commands"

_LINK = Int(0, 4)
#: ESP8266 and firmware before 2.3 take 2048.
_PIECE = Int(1, 8192, "bytes")
_HOST = Text(Quoting.ALWAYS)
_PORT = Int(1, 65535)

_ATTRIBUTE = Int(0)

_TO_FAR_END = ("mode", (PassthroughStart.TCP_UDP_CLIENT,))
_AS_SERVER = ("mode", (PassthroughStart.SERVER,))
_OVER_IP = ("mode", (PassthroughStart.TCP_UDP_CLIENT, PassthroughStart.SERVER))
_OVER_BLE = ("mode", (PassthroughStart.BLE,))

_RECEIVED = (rb"Recv \d+ bytes",)
#: Old firmware can print SEND OK behind SEND FAIL.
_SEND = Script(
    prompt=Prompt.REQUIRED,
    done=(b"SEND OK",),
    fail=(b"SEND FAIL", b"SEND Canceled"),
    progress=_RECEIVED,
    swallow=(b"SEND OK",),
)


@command("CIPSEND", timeout=30, section=_SECTION, execute=True, script=_SEND, evidence=Evidence.RUN)
class CIPSEND(Command[None]):
    """Send bytes on a link; without anything, enter passthrough (with CIPMODE=1), after which the line is a stream.

    Success means that the bytes were handed to the network stack, not that the far end has them. A cancelled call
    still hands over the announced bytes.

    :param link_id: its number, 0 to 4, with CIPMUX=1; must be left out else.
    :param length: how many bytes, 1 to 8192; that of *data* unless given.
    :param remote_host: another far end for this datagram (UDP).
    :param remote_port: its port (UDP).
    :param data: the bytes.
    :raises CommandError: ``REFUSED`` when there is no such link or the mode does not allow it; ``SEND_FAILED`` when the
        link is gone or too slow; ``SEND_CANCELED`` when ``+++`` ended it.

    Source: TCP/IP AT Commands, AT+CIPSEND.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    length: int | None = length_of("data", _PIECE, default=None)
    remote_host: str | None = param(_HOST, default=None)
    remote_port: int | None = param(_PORT, default=None)
    data: bytes | None = payload(default=None)

    def script(self) -> Script:
        """Without a length the prompt begins a stream."""
        if self.length is None and self.data is None:
            return Script(prompt=Prompt.REQUIRED, stream=True)
        return _SEND

    def time_limit(self) -> float:
        """Entering passthrough is quick."""
        return 5 if self.script().stream else 30


@command("CIPSENDEX", timeout=30, section=_SECTION, script=_SEND, evidence=Evidence.RUN)
class CIPSENDEX(Command[None]):
    r"""Send bytes on a link, at most as many as announced; ``\0`` in them sends at once what came before.

    In the data a backslash and the character behind it stand for that character; :meth:`of` writes them so.

    :param link_id: its number, 0 to 4, with CIPMUX=1; must be left out else.
    :param length: how many bytes at most, 1 to 8192, counted without the backslashes.
    :param remote_host: another far end for this datagram (UDP).
    :param remote_port: its port (UDP).
    :param data: the bytes as they stand on the wire.
    :raises CommandError: as :class:`CIPSEND`.

    Source: TCP/IP AT Commands, AT+CIPSENDEX.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    length: int = param(_PIECE)
    remote_host: str | None = param(_HOST, default=None)
    remote_port: int | None = param(_PORT, default=None)
    data: bytes | None = payload()

    @classmethod
    def of(cls, data: bytes, *, link_id: int | None = None) -> Self:
        """Return the command that sends *data* whole, whatever is in them."""
        return cls(link_id=link_id, length=len(data), data=data.replace(b"\\", b"\\\\"))


@command(
    "CIPSENDL",
    timeout=120,
    section=_SECTION,
    script=Script(
        prompt=Prompt.REQUIRED,
        done=(b"SEND OK",),
        fail=(b"SEND FAIL", b"SEND CANCELLED"),
        swallow=(b"SEND OK",),
    ),
    evidence=Evidence.RUN,
)
class CIPSENDL(Command[None]):
    """Send many bytes on a link while they still come in, from 2.3; a real line needs hardware flow control for it.

    :class:`CipSendl` tells how far it is. A link that closes does not end it: all bytes are due, or ``+++``.

    :param link_id: its number, 0 to 4, with CIPMUX=1; must be left out else.
    :param length: how many bytes, 1 to 2147483647; that of *data* unless given.
    :param remote_host: another far end (UDP).
    :param remote_port: its port (UDP).
    :param data: the bytes.
    :raises CommandError: ``REFUSED`` when there is no such link; ``SEND_FAILED``; ``SEND_CANCELED`` when ``+++`` ended
        it.

    Source: TCP/IP AT Commands, AT+CIPSENDL.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    length: int | None = length_of("data", Int(1, 2147483647, "bytes"), default=None)
    remote_host: str | None = param(_HOST, default=None)
    remote_port: int | None = param(_PORT, default=None)
    data: bytes | None = payload()

    def time_limit(self) -> float:
        """A second more for each thousand bytes, which a slow line needs."""
        length = len(self.data) if self.length is None and self.data is not None else self.length or 0
        return 120 + length / 1000


@command("CIPSENDLCFG", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class CIPSENDLCFG(Setting):
    """Set the block sizes of AT+CIPSENDL, from 2.3; ``query()`` reads them. Lost at a restart.

    :param report_size: bytes between two reports of progress, 100 to 1048576.
    :param transmit_size: bytes that go to the network at once, 100 to 2920.
    :raises CommandError: ``0x01070001`` or ``0x01070002`` for a size out of range.

    Source: TCP/IP AT Commands, AT+CIPSENDLCFG.
    """

    report_size: int = param(Int(100, 1048576, "bytes"))
    transmit_size: int | None = param(Int(100, 2920, "bytes"), default=None)


@command("CIPMODE", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class CIPMODE(Setting):
    """Choose between announced pieces and passthrough; ``query()`` reads it. Pieces after every start.

    While passthrough is on, data of the far end come bare, also between answers.

    :param mode: which.
    :raises CommandError: for passthrough with CIPMUX=1, or while a server runs.

    Source: TCP/IP AT Commands, AT+CIPMODE.
    """

    mode: SendMode = param(Choice(SendMode))


@command("SAVETRANSLINK", timeout=2, section="Basic AT Commands", evidence=Evidence.DOCUMENTATION)
class SAVETRANSLINK(Command[None]):
    """Choose whether the module starts into passthrough. Stored always; holds from the next start on.

    :param mode: off, a link to a far end, Bluetooth, or a server (from 5.0).
    :param remote_host: the far end, up to 64 bytes (for a link).
    :param remote_port: its port (for a link).
    :param port: own port (for a server).
    :param type: what the link or server speaks; TCP unless given.
    :param keep_alive_or_local_port: for TCP and SSL the idle seconds before the far end is asked, for UDP the own port
        (for a link).
    :param ca_enable: clients of an SSL server must show a certificate (for a server).
    :param netif: the interface it listens on (for a server).
    :param role: 1 client, 2 server (for Bluetooth).
    :param tx_service: number of the service to send on (for Bluetooth).
    :param tx_characteristic: number of its characteristic (for Bluetooth).
    :param rx_service: number of the service to receive on (for Bluetooth).
    :param rx_characteristic: number of its characteristic (for Bluetooth).
    :param peer_address: address of the peer (for Bluetooth).
    :raises CommandError: for a far end that cannot be one.

    Source: Basic AT Commands, AT+SAVETRANSLINK.
    """

    mode: PassthroughStart = param(Choice(PassthroughStart))
    remote_host: str | None = param(Text(Quoting.ALWAYS, longest=64), default=None, when=_TO_FAR_END)
    remote_port: int | None = param(_PORT, default=None, when=_TO_FAR_END)
    port: int | None = param(_PORT, default=None, when=_AS_SERVER)
    type: LinkType | None = param(Choice(LinkType, Quoting.ALWAYS), default=None, when=_OVER_IP)
    keep_alive_or_local_port: int | None = param(Int(0, 65535), default=None, when=_TO_FAR_END)
    ca_enable: bool | None = param(Bool(), default=None, when=_AS_SERVER)
    netif: Netif | None = param(Choice(Netif), default=None, when=_AS_SERVER)
    role: int | None = param(Int(1, 2), default=None, when=_OVER_BLE)
    tx_service: int | None = param(_ATTRIBUTE, default=None, when=_OVER_BLE)
    tx_characteristic: int | None = param(_ATTRIBUTE, default=None, when=_OVER_BLE)
    rx_service: int | None = param(_ATTRIBUTE, default=None, when=_OVER_BLE)
    rx_characteristic: int | None = param(_ATTRIBUTE, default=None, when=_OVER_BLE)
    peer_address: str | None = param(Mac(quoting=Quoting.ALWAYS), default=None, when=_OVER_BLE)


@command("CIPRECONNINTV", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class CIPRECONNINTV(Setting):
    """Set the pause between attempts to reconnect in passthrough; ``query()`` reads it. Stored while SYSSTORE is on.

    :param interval: 1 to 36000 tenths of a second.
    :raises CommandError: ``0x01070001`` for another number.

    Source: TCP/IP AT Commands, AT+CIPRECONNINTV.
    """

    interval: int = param(Int(1, 36000, "x 0.1 s"))


@command(
    "+++",
    bare=True,
    terminated=False,
    timeout=2,
    section=_SECTION,
    script=Script(final=False),
    evidence=Evidence.RUN,
)
class ESCAPE(Command[None]):
    """Leave passthrough, or cancel the data that another command waits for.

    It is three plus signs without a line end, between silences of 20 ms, and nothing answers it but
    :class:`Quitt`. It is no command to send: leaving a stream sends it.

    :raises InvalidArgument: always, when it is sent as a command.

    Source: TCP/IP AT Commands, +++.
    """
