"""Which method of a virtual module obeys which command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

from ..wire.command import Command, Form, Query
from .results import Answer

__all__ = ["Handler", "Handling", "handlers_of", "handles", "queries"]

C = TypeVar("C", bound=Command[Any])
P = TypeVar("P")
R = TypeVar("R")
M = TypeVar("M", bound=Callable[..., object])

Handler: TypeAlias = Callable[[Any], "Answer | Awaitable[Answer]"]

_MARK = "__handles__"


@frozen
class Handling:
    """A command in one of the ways it is sent: as itself (*asked* is None), or in a form that only asks."""

    command: type[Command[Any]]
    asked: Form | None = None

    @classmethod
    def of(cls, command: Command[Any]) -> Handling:
        """Return the handling that *command* needs."""
        if isinstance(command, Query):
            return cls(command.of, command.asked)
        return cls(type(command))


def handles(command: type[C]) -> Callable[[Callable[[P, C], R]], Callable[[P, C], R]]:
    """Mark a method as the one that obeys *command*; it is called with the command.

    It returns, or awaits, the reply that the command declares, or another :mod:`~atmodem.virtual.results`.
    """
    return lambda method: _marked(method, Handling(command))


def queries(command: type[Command[Any]], form: Form = Form.QUERY) -> Callable[[Callable[[P], R]], Callable[[P], R]]:
    """Mark a method as the one that answers *command* in a form that only asks; it is called without arguments."""
    return lambda method: _marked(method, Handling(command, form))


def _marked(method: M, handling: Handling) -> M:
    setattr(method, _MARK, handling)
    return method


def handlers_of(part: object) -> Iterator[tuple[Handling, Handler]]:
    """Yield what the marked methods of *part* handle, each as a function of the command."""
    for name in dir(type(part)):
        handling = getattr(getattr(type(part), name), _MARK, None)
        if isinstance(handling, Handling):
            yield handling, _bound(getattr(part, name), handling)


def _bound(method: Callable[..., object], handling: Handling) -> Handler:
    return method if handling.asked is None else lambda _: method()
