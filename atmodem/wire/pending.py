"""Deferred commands: accepted by the module, their values still to come."""

from __future__ import annotations

from collections.abc import Iterator

from .ticket import Ticket

__all__ = ["Pending"]


class Pending:
    """The table of deferred commands, oldest first.

    :param limit: most commands at once.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._tickets: list[Ticket] = []

    def __iter__(self) -> Iterator[Ticket]:
        return iter(self._tickets)

    def __bool__(self) -> bool:
        return bool(self._tickets)

    def takes(self, ticket: Ticket) -> bool:
        """Tell whether *ticket* may run: two of one name and key could not be told apart."""
        if ticket.request.script.deferred is None:
            return True
        if len(self._tickets) >= self._limit:
            return False
        return not any(
            other.request.name == ticket.request.name and other.collector.key == ticket.collector.key
            for other in self._tickets
        )

    def add(self, ticket: Ticket) -> None:
        """Keep a command until its value comes."""
        self._tickets.append(ticket)

    def remove(self, ticket: Ticket) -> None:
        """Forget a command."""
        self._tickets.remove(ticket)

    def pop_oldest(self) -> Ticket:
        """Remove and return the command that waits longest."""
        return self._tickets.pop(0)

    def clear(self) -> list[Ticket]:
        """Remove and return all."""
        tickets, self._tickets = self._tickets, []
        return tickets
