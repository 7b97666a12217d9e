"""A command made ready for the line."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from attrs import field, frozen

from .reply import Collector, Reply
from .script import Script
from .template import Spelling

__all__ = ["Request"]

R = TypeVar("R")


@frozen(kw_only=True)
class Request(Generic[R]):
    """A line to write and the plan by which its answer is read.

    :param line: the whole line with its terminator and data that stand in it.
    :param name: the name that answer lines carry.
    :param label: the line as it may be shown, secrets masked.
    :param script: what the module will do.
    :param reply: the shape of its answer.
    :param spelling: how the dialect spells answers.
    :param data: what is sent behind the prompt.
    :param timeout: seconds until the answer must have come; 0 for no limit.
    :param secrets: bytes that must not be shown when they come back in something unknown.
    """

    line: bytes = field(repr=False)
    name: str
    label: str
    script: Script
    reply: Reply[Any]
    spelling: Spelling
    data: bytes | None = field(default=None, repr=False)
    timeout: float = 10.0
    secrets: tuple[bytes, ...] = field(default=(), repr=False)

    def collector(self) -> Collector[R]:
        """Return what gathers the answer."""
        made: Collector[R] = self.reply.collector(self.name, self.spelling)
        return made
