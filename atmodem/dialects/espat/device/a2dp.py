"""Classic Bluetooth: audio streaming, of which only the connection is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.results import Refused
from .. import commands as c
from .. import events as e
from ..values.classic import A2dpRole, A2dpSource, ClassicConnection

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["A2dp"]

_PAUSE = 2


class A2dp(Part):
    """The one audio connection, which carries no sound."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self.drop()

    def drop(self) -> None:
        """Be in no role, without a word."""
        self._role = A2dpRole.OFF
        self._peer: str | None = None
        self._source: A2dpSource | None = None
        #: What the host has last told the play to do; None before it did.
        self.control: int | None = None

    @handles(c.BTA2DPINIT)
    def choose_role(self, command: c.BTA2DPINIT) -> None:
        """Choose the role, or none."""
        self._module.classic.need_on()
        self.drop()
        self._role = command.role

    @queries(c.BTA2DPINIT)
    def tell_role(self) -> c.BTA2DPINIT:
        """Tell the role."""
        self._module.classic.need_on()
        return c.BTA2DPINIT(role=self._role)

    @handles(c.BTA2DPCONN)
    def connect(self, command: c.BTA2DPCONN) -> None:
        """Connect to a peer; what comes of it is told behind the success."""
        if self._role is A2dpRole.OFF or self._peer is not None:
            raise Refused
        peer = self._module.air.bluetooth.peer(command.remote_addr)
        if peer is None:
            self._module.emit_after(e.BtA2dpConnFailed())
            return
        self._peer = peer.address
        self._module.emit_after(e.BtA2dpConn(mac=peer.address))

    @queries(c.BTA2DPCONN)
    def tell_connection(self) -> tuple[ClassicConnection, ...]:
        """Tell the connection that is open."""
        self._module.classic.need_on()
        return () if self._peer is None else (ClassicConnection(conn_index=0, remote_addr=self._peer),)

    @handles(c.BTA2DPDISCONN)
    def disconnect(self, _: c.BTA2DPDISCONN) -> None:
        """Close the connection."""
        peer = self._need_peer()
        self._peer = None
        self._module.emit(e.BtA2dpDisconn(mac=peer))

    def _need_peer(self) -> str:
        if self._peer is None:
            raise Refused
        return self._peer

    @handles(c.BTA2DPSRC)
    def choose_source(self, command: c.BTA2DPSRC) -> None:
        """Choose what a source plays."""
        if self._role is not A2dpRole.SOURCE:
            raise Refused
        self._source = A2dpSource(url=command.url, type="mp3")

    @queries(c.BTA2DPSRC)
    def tell_source(self) -> A2dpSource | None:
        """Tell what it plays."""
        self._module.classic.need_on()
        return self._source

    @handles(c.BTA2DPCTRL)
    def control_play(self, command: c.BTA2DPCTRL) -> None:
        """Note what the play is to do."""
        self._need_peer()
        if self._role is A2dpRole.SOURCE and command.ctrl > _PAUSE:
            raise Refused
        self.control = command.ctrl
