"""What goes out on the links by command."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.intake import Counted
from ....virtual.results import Answer, Payload, Refused
from ..commands.sockets import CIPSEND
from .link import FarEnd, Link

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["DATA_LIMIT", "Sending", "refuse_late"]

#: Seconds for which a command waits for its data.
DATA_LIMIT = 60.0


def refuse_late(_: bytes) -> Answer:
    """Refuse a command whose data have not come in time."""
    raise Refused


class Sending(Part):
    """Obeys the command that sends.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module

    @handles(CIPSEND)
    def send(self, command: CIPSEND) -> Payload:
        """Take the data of a link that is open."""
        link = self._module.links.get(command.id)
        if link is None or (command.remote_port is not None and not link.is_server):
            raise Refused
        end = link.only_end if command.remote_port is None else link.ends.get(command.remote_port)
        if end is None and link.datagrams is None:
            raise Refused
        return Payload(
            intake=Counted(command.data_length or 0),
            then=partial(self._sent, link, end),
            limit=DATA_LIMIT,
            late=refuse_late,
        )

    def _sent(self, link: Link, end: FarEnd | None, data: bytes) -> Answer | Awaitable[Answer]:
        if end is None:
            if link.datagrams is None or link.target is None:
                raise Refused
            link.datagrams.send(data, link.target)
            return None
        if link.ends.get(end.remote[1]) is not end:
            raise Refused
        end.channel.write(data)
        return self._taken(end)

    async def _taken(self, end: FarEnd) -> None:
        if not await end.taken():
            raise Refused
