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
        return any(not ticket.given_up for ticket in self._tickets)

    def takes(self, ticket: Ticket) -> bool:
        """Tell whether *ticket* may run: two of one name and key could not be told apart."""
        if ticket.request.script.deferred is None:
            return True
        waited_for = [other for other in self._tickets if not other.given_up]
        return len(waited_for) < self._limit and not any(_alike(other, ticket) for other in waited_for)

    def make_room(self, ticket: Ticket) -> None:
        """Let go of those that were given up and are in the way of *ticket*."""
        if ticket.request.script.deferred is None:
            return
        self._tickets = [other for other in self._tickets if not (other.given_up and _alike(other, ticket))]
        if len(self._tickets) >= self._limit:
            self._tickets.remove(next(other for other in self._tickets if other.given_up))

    def add(self, ticket: Ticket) -> None:
        """Keep a command until its value comes."""
        self._tickets.append(ticket)

    def remove(self, ticket: Ticket) -> None:
        """Forget a command."""
        self._tickets.remove(ticket)

    def pop_oldest(self) -> Ticket:
        """Remove and return the command that waits longest, of those that were not given up."""
        oldest = next(ticket for ticket in self._tickets if not ticket.given_up)
        self._tickets.remove(oldest)
        return oldest

    def clear(self) -> list[Ticket]:
        """Remove and return all."""
        tickets, self._tickets = self._tickets, []
        return tickets


def _alike(one: Ticket, other: Ticket) -> bool:
    return one.request.name == other.request.name and one.collector.key == other.collector.key
