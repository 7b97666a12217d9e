"""What can be entered or awaited: ``async with x as t`` closes by itself, ``t = await x`` is closed by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from types import TracebackType
from typing import Generic, Protocol, TypeVar

__all__ = ["Closable", "Opening"]


class Closable(Protocol):
    """What an :class:`Opening` opens."""

    async def aclose(self) -> None:
        """Close it; idempotent."""


T = TypeVar("T", bound=Closable)


class Opening(Generic[T]):
    """The opening of a ``T``: use it once, with ``async with`` or with ``await``.

    No cancel scope spans the two ends of the block, so that a notebook may open in one cell and close in another.
    Cancelling the opening leaves nothing open.
    """

    def __init__(self, open: Callable[[], Awaitable[T]]) -> None:
        self._open = open
        self._opened: T

    def __await__(self) -> Generator[object, None, T]:
        return self._open().__await__()

    async def __aenter__(self) -> T:
        self._opened = await self._open()
        return self._opened

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._opened.aclose()
