"""The ILOP cloud, in the hands of a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.results import Payload, Refused
from ....wire.event import Event
from ..commands.ilop import (
    ILOPCONFIG,
    ILOPDM,
    ILOPRESET,
    ILOPSENDICA,
    ILOPSENDRAW,
    ILOPSTART,
    ILOPSTATUS,
    ILOPSTOP,
    ILOPTSL,
    ILOPTSLPRE,
)
from ..events.clouds import IlopCloudConnected, IlopCloudDisconnected, IlopThingModelWanted
from ..values.enums import DataModel, IlopState, ThingModelState
from ..values.records import IlopStatus, ThingModelStatus
from .sending import DATA_LIMIT, refuse_late

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Ilop"]

_BLOCK = 4096


class Ilop(Part):
    """Obeys the commands of ILOP firmware; its cloud accepts everything.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._state = IlopState.NONE
        self._missing = 0
        self._blocks = 0
        self._has_model = False
        #: What the device has reported by the thing model, in order.
        self.reports: list[ILOPSENDICA] = []
        #: What the device has sent without one, in order.
        self.sent: list[bytes] = []
        #: The thing model that was loaded last.
        self.model: bytearray = bytearray()

    def power_up(self) -> None:
        self._state = IlopState.NONE
        self._missing = self._blocks = 0

    def tell(self, event: Event) -> None:
        """Let the cloud, or a phone, do what *event* tells."""
        self._module.emit(event)

    # Connection

    @handles(ILOPSTART)
    def start(self, _: ILOPSTART) -> None:
        """Connect behind the answer, once there is a thing model where one is needed."""
        self._module.wifi.need_network()
        self._state = IlopState.INIT
        if self._module.settings[ILOPDM].mode == DataModel.ICA_LOCAL and not self._has_model:
            self._module.emit_after(IlopThingModelWanted())
        else:
            self._module.console.after_answer(self._connect)

    def _connect(self) -> None:
        self._state = IlopState.CONNECT
        self._module.emit(IlopCloudConnected())

    @handles(ILOPSTOP)
    def stop(self, _: ILOPSTOP) -> None:
        """Disconnect behind the answer."""
        if self._state is IlopState.CONNECT:
            self._module.emit_after(IlopCloudDisconnected())
        self._state = IlopState.DISCONNECT

    @queries(ILOPSTATUS)
    def state(self) -> IlopStatus:
        """Tell the state of the connection."""
        return IlopStatus(state=self._state)

    @handles(ILOPRESET)
    def forget_user(self, _: ILOPRESET) -> None:
        """Need nothing: no user is bound here."""

    # Thing model

    @queries(ILOPCONFIG)
    def has_model(self) -> ThingModelStatus:
        """Tell whether there is a thing model."""
        return ThingModelStatus(state=ThingModelState.CONFIG if self._has_model else ThingModelState.NONE)

    @handles(ILOPTSLPRE)
    def announce_model(self, command: ILOPTSLPRE) -> None:
        """Expect a thing model of that size."""
        if command.blocks != -(-command.length // _BLOCK):
            raise Refused
        self._missing, self._blocks = command.length, 0
        self.model.clear()

    @handles(ILOPTSL)
    def take_block(self, command: ILOPTSL) -> Payload:
        """Take the next block."""
        if command.index != self._blocks or not self._missing:
            raise Refused
        intake = Counted(min(self._missing, _BLOCK))
        return Payload(intake=intake, then=self._took_block, limit=DATA_LIMIT, late=refuse_late)

    def _took_block(self, data: bytes) -> None:
        self.model += data
        self._missing -= len(data)
        self._blocks += 1
        if not self._missing:
            self._has_model = True
            if self._state is IlopState.INIT:
                self._module.console.after_answer(self._connect)

    # Reports

    def _need_cloud(self) -> None:
        if self._state is not IlopState.CONNECT:
            raise Refused

    @handles(ILOPSENDICA)
    def report(self, command: ILOPSENDICA) -> None:
        """Report values."""
        self._need_cloud()
        self.reports.append(command)

    @handles(ILOPSENDRAW)
    def send(self, command: ILOPSENDRAW) -> Payload:
        """Send bytes."""
        self._need_cloud()
        intake = Counted(command.length or 0)
        return Payload(intake=intake, then=self.sent.append, limit=DATA_LIMIT, late=refuse_late)
