"""Sending: announced pieces, long streams, passthrough."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from ....virtual.air import UnknownHost
from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.flash import Keep
from ....virtual.handlers import handles
from ....virtual.intake import Counted, Passed
from ....virtual.network import Address, Channel, DatagramSocket
from ....virtual.results import Answer, Final, Payload, Refused, Streaming
from ....wire.command import Command
from .. import commands as c
from .. import events as e
from ..values.sockets import LinkMode, LinkRole, LinkType, PassthroughStart, SendMode
from ..values.system import Messages
from .link import Link

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["EscapedIntake", "Sending"]

_SENT = Final(b"SEND OK")
_FAILED = b"SEND FAIL"
_BACKSLASH = ord("\\")
_END = ord("0")


class EscapedIntake:
    r"""Takes at most *length* bytes; a backslash makes the next byte plain, and ``\0`` is the end."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._kept = bytearray()
        self._escaped = False
        self._ended = False

    @property
    def complete(self) -> bool:
        """Whether it has all, or has seen the end."""
        return self._ended or len(self._kept) == self._length

    @property
    def data(self) -> bytes:
        """What was taken, the backslashes gone."""
        return bytes(self._kept)

    def take(self, data: bytes) -> bytes:
        """Take what belongs to it; return the rest."""
        for position, byte in enumerate(data):
            if self.complete:
                return data[position:]
            if not self._escaped and byte == _BACKSLASH:
                self._escaped = True
            elif self._escaped and byte == _END:
                self._ended = True
            else:
                self._kept.append(byte)
                self._escaped = False
        return b""


class Sending(Part):
    """What goes out."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        #: Into which passthrough the module starts; in flash.
        self._start: c.SAVETRANSLINK | None = None

    @staticmethod
    def defaults() -> Mapping[Command[Any], Keep]:
        """Return the factory's settings."""
        return {
            c.CIPMODE(mode=SendMode.NORMAL): Keep.NEVER,
            c.CIPSENDLCFG(report_size=1024, transmit_size=2920): Keep.NEVER,
            c.CIPRECONNINTV(interval=1): Keep.ASKED,
        }

    @property
    def _passing_through(self) -> bool:
        return self._module.settings[c.CIPMODE].mode is SendMode.PASSTHROUGH

    # Announced pieces

    @handles(c.CIPSEND)
    def send(self, command: c.CIPSEND) -> Answer:
        """Ask for the bytes; without a length, begin passthrough."""
        if command.length is None:
            return self._begin_passthrough(command)
        if command.length > self._module.profile.largest_piece:
            raise Refused
        return self._piece(command, Counted(command.length))

    @handles(c.CIPSENDEX)
    def send_escaped(self, command: c.CIPSENDEX) -> Payload:
        """Ask for bytes that may end early."""
        if command.length > self._module.profile.largest_piece:
            raise Refused
        return self._piece(command, EscapedIntake(command.length))

    def _piece(self, command: c.CIPSEND | c.CIPSENDEX, intake: Counted | EscapedIntake) -> Payload:
        link = self._target(command)
        return Payload(
            intake=intake,
            then=partial(self._taken, link, _destination(command)),
            cancelled=partial(Final, b"SEND Canceled"),
        )

    def _target(self, command: c.CIPSEND | c.CIPSENDEX | c.CIPSENDL) -> Link:
        link = self._module.links.addressed(command.link_id)
        if self._passing_through or link.over or (_destination(command) is not None and not link.is_datagram):
            raise Refused
        return link

    def _taken(self, link: Link, destination: Address | None, data: bytes) -> Answer | Awaitable[Answer]:
        self._module.emit(e.Recv(n=len(data)))
        if self._module.links.get(link.number) is not link:
            raise Refused(final=_FAILED)
        self._module.server.heard(link)
        if link.datagrams is not None:
            return self._send_datagram(link.datagrams, link.remote, destination, data)
        if link.channel is not None:
            link.channel.write(data)
            if link.channel.congested:
                return self._drained(link.channel)
        return _SENT

    async def _drained(self, channel: Channel) -> Final:
        try:
            await channel.drain()
        except OSError:
            raise Refused(final=_FAILED) from None
        return _SENT

    async def _send_datagram(
        self, datagrams: DatagramSocket, remote: Address, destination: Address | None, data: bytes
    ) -> Final:
        if destination is not None:
            try:
                remote = await self._module.links.datagram_route(*destination, 4)
            except UnknownHost:
                raise Refused(final=_FAILED) from None
        datagrams.send(data, remote)
        return _SENT

    # Long streams

    @handles(c.CIPSENDL)
    def send_long(self, command: c.CIPSENDL) -> Payload:
        """Ask for many bytes, and hand them to the network as they come."""
        if command.length is None:
            raise Refused
        transfer = _LongTransfer(self._module, self._target(command), command.length)
        return Payload(
            intake=Passed(command.length, transfer.forward),
            then=transfer.finish,
            cancelled=partial(Final, b"SEND CANCELLED"),
        )

    # Passthrough

    @handles(c.CIPMODE)
    def set_mode(self, command: c.CIPMODE) -> None:
        """Choose pieces or passthrough."""
        settings = self._module.settings
        mux = settings[c.CIPMUX].mode is LinkMode.MULTIPLE
        if command.mode is SendMode.PASSTHROUGH and (mux or self._module.server.running):
            raise Refused
        settings.set(command)

    @handles(c.SAVETRANSLINK)
    def save_start(self, command: c.SAVETRANSLINK) -> None:
        """Start into passthrough from the next start on, or do not; a server or Bluetooth is not built in for that."""
        if command.mode is PassthroughStart.OFF:
            self._start = None
        elif command.mode is PassthroughStart.TCP_UDP_CLIENT and None not in (command.remote_host, command.remote_port):
            self._start = command
        else:
            raise Refused

    def forget_start(self) -> None:
        """Start into passthrough no more."""
        self._start = None

    def started(self) -> None:
        """Begin passthrough, if that is what the module starts into; the link opens when there is a network."""
        start = self._start
        if start is None:
            return
        kind = start.type or LinkType.TCP
        link = Link(self._module, 0, kind, LinkRole.CLIENT, (start.remote_host or "", start.remote_port or 0))
        if link.is_datagram:
            link.local_port = start.keep_alive_or_local_port or 0
        self._module.settings.set(c.CIPMODE(mode=SendMode.PASSTHROUGH))
        self._module.links.add(link)
        self._module.console.begin_stream(self._streaming(link))
        self._module.spawn(self._reconnect(link))

    def _begin_passthrough(self, command: c.CIPSEND) -> Streaming:
        link = self._module.links.addressed(command.link_id)
        if not self._passing_through or self._module.numbered:
            raise Refused
        return self._streaming(link)

    def _streaming(self, link: Link) -> Streaming:
        return Streaming(received=partial(self._pass_on, link), escaped=self._left)

    def _pass_on(self, link: Link, data: bytes) -> None:
        if link.datagrams is not None:
            size = self._module.profile.largest_record
            for start in range(0, len(data), size):
                link.datagrams.send(data[start : start + size], link.remote)
        elif link.channel is not None:
            link.channel.write(data)
            self.hold_back(link.channel)

    def hold_back(self, channel: Channel) -> None:
        """Take no more from the host before the network has taken what was written to *channel*."""
        if channel.congested:
            self._module.hold_input(channel)
            self._module.spawn(self._release(channel))

    async def _release(self, channel: Channel) -> None:
        # That the connection is over is told where it is noticed.
        with suppress(ConnectionError):
            await channel.drain()
        self._module.release_input(channel)

    def _left(self) -> None:
        if Messages.QUIT_PROMPT in self._module.settings[c.SYSMSG].state:
            self._module.emit(e.Quitt())
        link = self._module.links.get(0)
        if link is not None and link.channel is None and link.datagrams is None:
            # It was to be opened, and nobody waits for that any more.
            self._module.links.remove(link)
            self._module.links.tell_closed(link)

    def reconnects(self, link: Link) -> bool:
        """Tell whether *link*, which the far end has closed, is opened again: silently, while passthrough runs."""
        if not self._module.console.streaming:
            return False
        link.channel = None
        self._tell_in_stream(e.ClosedSingle())
        self._module.spawn(self._reconnect(link))
        return True

    async def _reconnect(self, link: Link) -> None:
        links = self._module.links
        while not link.is_open and self._module.console.streaming:
            await sleep(self._module.clock, self._module.settings[c.CIPRECONNINTV].interval / 10)
            if self._module.wifi.online:
                with suppress(OSError, UnknownHost):
                    await links.connect(link)
        if not link.is_open:
            return
        if links.get(link.number) is not link:
            link.abort()
            return
        self._tell_in_stream(e.ConnectSingle())
        if link.channel is not None:
            link.channel.start(link)

    def _tell_in_stream(self, event: e.ClosedSingle | e.ConnectSingle) -> None:
        if Messages.STATUS_IN_PASSTHROUGH in self._module.settings[c.SYSMSG].state:
            self._module.emit(event)


class _LongTransfer:
    """Bytes on their way through CIPSENDL."""

    def __init__(self, module: Virtual, link: Link, length: int) -> None:
        self._module = module
        self._link = link
        self._length = length
        self._report_size = module.settings[c.CIPSENDLCFG].report_size
        self._received = 0
        self._reported = 0

    @property
    def _open(self) -> bool:
        return self._module.links.get(self._link.number) is self._link

    def forward(self, data: bytes) -> None:
        """Hand bytes on; take no more before the network has taken these."""
        self._received += len(data)
        link = self._link
        if self._open and link.datagrams is not None:
            link.datagrams.send(data, link.remote)
        elif self._open and link.channel is not None:
            link.channel.write(data)
            self._module.sending.hold_back(link.channel)
        if self._received - self._reported >= self._report_size or self._received == self._length:
            self._reported = self._received
            self._module.emit(e.CipSendl(sent=self._received, received=self._received))

    def finish(self, _: bytes) -> Final:
        """Tell how it went."""
        if not self._open:
            raise Refused(final=_FAILED)
        return _SENT


def _destination(command: c.CIPSEND | c.CIPSENDEX | c.CIPSENDL) -> Address | None:
    if command.remote_host is None:
        return None
    if command.remote_port is None:
        raise Refused
    return command.remote_host, command.remote_port
