"""What a test lets go wrong inside a virtual module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import attrs

from ..wire.command import Command
from ..wire.event import Event

__all__ = ["Fault", "Faults"]


@attrs.frozen
class Fault:
    """What happens to one run of a command.

    :param delay: seconds that pass before the module obeys.
    :param mute: the module obeys and never answers.
    :param events: told between the lines of the answer, one in each gap, the rest before the final.
    """

    delay: float = 0.0
    mute: bool = False
    events: tuple[Event, ...] = ()


class Faults:
    """The faults that wait for their command. Each is used once, in the order in which they were set."""

    def __init__(self) -> None:
        self._waiting: defaultdict[type[Command[Any]], list[Fault]] = defaultdict(list)

    def set(
        self, command: type[Command[Any]], *, delay: float = 0.0, mute: bool = False, events: Iterable[Event] = ()
    ) -> None:
        """Let the next run of *command*, in any form, go wrong.

        :param delay: seconds that pass before the module obeys.
        :param mute: the module obeys and never answers.
        :param events: told between the lines of the answer.
        """
        self._waiting[command].append(Fault(delay, mute, tuple(events)))

    def take(self, command: type[Command[Any]]) -> Fault:
        """Return what is to happen to the run of *command* that begins now."""
        waiting = self._waiting.get(command)
        return waiting.pop(0) if waiting else Fault()
