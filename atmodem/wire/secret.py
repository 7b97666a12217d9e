"""Values that must not reach a log, a repr or a traceback."""

from __future__ import annotations

from typing import Generic, TypeVar

__all__ = ["MASK", "Secret", "hide", "reveal"]

T = TypeVar("T")
S = TypeVar("S")

MASK = "***"


class Secret(Generic[T]):
    """A password, key or token. It comes out by :meth:`reveal` alone."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value: T = value

    def reveal(self) -> T:
        """Return the value itself."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__


def hide(value: object) -> object:
    """Return *value* as a :class:`Secret`; None stays None."""
    return value if value is None or isinstance(value, Secret) else Secret(value)


def reveal(value: Secret[T] | S) -> T | S:
    """Return what *value* holds, whether it is a :class:`Secret` or plain."""
    return value.reveal() if isinstance(value, Secret) else value
