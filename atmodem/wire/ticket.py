"""A command on its way: what was submitted, and what has become of it so far."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .reply import Collector
from .request import Request

__all__ = ["Ticket"]


class Ticket:
    """Stands for one submitted command. Only the dialogue changes it."""

    __slots__ = (
        "accepted",
        "cancelled",
        "causes",
        "collector",
        "data_sent",
        "deadline",
        "given_up",
        "inline",
        "lines_left",
        "prompt_deadline",
        "request",
        "stood_in",
        "unprompted",
    )

    def __init__(self, request: Request[Any]) -> None:
        self.request: Request[Any] = request
        #: The owner no longer wants the outcome.
        self.cancelled: bool = False
        #: Its value is not waited for any more; it is told apart while its place is not needed.
        self.given_up: bool = False
        #: When its reply must have come; None for no limit.
        self.deadline: float | None = None
        #: When its data go without a prompt.
        self.prompt_deadline: float | None = None
        self.data_sent: bool = False
        #: Its data went without a prompt.
        self.unprompted: bool = False
        #: A value that came before the last final.
        self.inline: bytes | None = None
        #: The module has taken it, and its value is still to come.
        self.accepted: bool = False
        #: An event told the result; the final may be missing.
        self.stood_in: bool = False
        #: Causes of a failure to come, with their rank.
        self.causes: list[tuple[int, str]] = []
        deferred = request.script.deferred
        #: Value lines that are still to come.
        self.lines_left: int = deferred.lines if deferred is not None else 0
        self.renew()

    def renew(self) -> None:
        """Gather the answer anew."""
        deferred = self.request.script.deferred
        #: Gathers the answer.
        self.collector: Collector[Any] = self.request.collector()
        if deferred is not None:
            self.collector.key = deferred.key

    def restart_clock(self, now: float) -> None:
        """Give it its whole time from *now* on."""
        self.deadline = now + self.request.timeout if self.request.timeout else None

    @property
    def deadlines(self) -> Iterator[float]:
        """The times at which something of it is due."""
        if self.deadline is not None:
            yield self.deadline
        if self.prompt_deadline is not None:
            yield self.prompt_deadline

    def __repr__(self) -> str:
        return f"<Ticket {self.request.label}>"
