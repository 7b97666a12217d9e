"""Receiving: pushing data, or keeping them until they are fetched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....virtual.device import Part
from ....virtual.flash import Keep
from ....virtual.handlers import handles, queries
from ....virtual.results import Answer, Lines, Refused
from ....wire.command import Command
from .. import commands as c
from ..values.sockets import LengthReport, ReceivedData, ReceiveMode, ReceiveType, SendMode, WaitingLengths
from .links import NUMBERS

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Receiving"]


class Receiving(Part):
    """How received data are handed over."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._passive: set[int] = set()
        self._by_datagram: set[int] = set()

    @staticmethod
    def defaults() -> Mapping[Command[Any], Keep]:
        """Return the factory's settings."""
        return {c.CIPRECVMODE(mode=ReceiveMode.ACTIVE): Keep.NEVER}

    def power_up(self) -> None:
        self._passive.clear()
        self._by_datagram.clear()

    def reset(self) -> None:
        """Push again what comes on any link, as the mode of the links has changed."""
        mode = self._module.settings[c.CIPRECVMODE].mode
        self._passive = set(NUMBERS) if mode is ReceiveMode.PASSIVE else set()

    def mode(self, number: int) -> ReceiveMode:
        """Return how the data of a link are handed over."""
        return ReceiveMode.PASSIVE if number in self._passive else ReceiveMode.ACTIVE

    def reports_datagrams(self, number: int) -> bool:
        """Tell whether a notice of that link counts the next datagram alone."""
        return number in self._by_datagram

    @handles(c.CIPRECVMODE)
    def set_all(self, command: c.CIPRECVMODE) -> None:
        """Set it for all links."""
        if self._module.settings[c.CIPMODE].mode is SendMode.PASSTHROUGH:
            raise Refused
        self._module.settings.set(command)
        self._set(NUMBERS, command.mode)

    @handles(c.CIPRECVTYPE)
    def set_one(self, command: c.CIPRECVTYPE) -> None:
        """Set it for one link, or for all."""
        if command.length_report is not None and not self._module.profile.shows_length_report:
            raise Refused
        numbers = self._module.links.concerned(command.link_id)
        if command.length_report is LengthReport.NEXT_DATAGRAM:
            self._by_datagram.update(numbers)
        else:
            self._by_datagram.difference_update(numbers)
        self._set(numbers, command.mode)

    def _set(self, numbers: range, mode: ReceiveMode) -> None:
        if mode is ReceiveMode.PASSIVE:
            self._passive.update(numbers)
            return
        self._passive.difference_update(numbers)
        for link in self._module.links.open_links:
            if link.number in numbers and link.waiting:
                self._module.console.after_answer(link.push_waiting)

    @queries(c.CIPRECVTYPE)
    def types(self) -> tuple[ReceiveType, ...]:
        """List it for the links."""
        shown = self._module.profile.shows_length_report
        return tuple(
            ReceiveType(
                link_id=number,
                mode=self.mode(number),
                length_report=LengthReport(self.reports_datagrams(number)) if shown else None,
            )
            for number in (NUMBERS if self._module.numbered else NUMBERS[:1])
        )

    @queries(c.CIPRECVLEN)
    def lengths(self) -> WaitingLengths:
        """Tell how much waits."""
        idle = self._module.profile.idle_length
        numbers = NUMBERS if self._module.numbered else NUMBERS[:1]
        links = [self._module.links.get(number) for number in numbers]
        return WaitingLengths(lengths=tuple(idle if link is None else len(link.waiting) for link in links))

    @handles(c.CIPRECVDATA)
    def fetch(self, command: c.CIPRECVDATA) -> Answer:
        """Hand over what waits, as much as is wanted."""
        link = self._module.links.addressed(command.link_id)
        if command.keep_datagram is not None and not self._module.profile.shows_length_report:
            raise Refused
        if self.mode(link.number) is ReceiveMode.ACTIVE or not link.waiting:
            raise Refused
        data = link.fetch(command.length, keep_datagram=bool(command.keep_datagram))
        if self._module.profile.old_data_header:
            return Lines([b"+CIPRECVDATA,%d:" % len(data) + data])
        if not self._module.settings[c.CIPDINFO].mode:
            return ReceivedData(length=len(data), data=data)
        ip, port = link.sender
        return ReceivedData(length=len(data), remote_ip=ip, remote_port=port, data=data)
