"""What a command makes the module do: the plan by which the dialogue reads its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from attrs import Factory, frozen

__all__ = ["Deferred", "EchoEffect", "Meaning", "Prompt", "Script"]


@frozen
class Meaning:
    """What an error code stands for.

    :param name: its stable name, such as ``"WRONG_PASSWORD"``.
    :param text: what happened, in words.
    :param advice: what to do about it.
    """

    name: str
    text: str
    advice: str | None = None


class Prompt(Enum):
    """Whether the module asks for data, and how."""

    NONE = "none"
    #: A ``>``; nothing is sent without it.
    REQUIRED = "required"
    #: The same, without an OK before it.
    BARE = "bare"
    #: A ``>`` that some firmware leaves out: after a while the data go without it.
    OPTIONAL = "optional"
    #: The reply itself, which tells how many bytes are taken.
    GRANT = "grant"


class EchoEffect(Enum):
    """What a command does to the echo when it succeeds."""

    ON = "on"
    OFF = "off"
    TOGGLE = "toggle"


@frozen
class Deferred:
    """A value that comes after the acceptance of its command.

    :param key: values that the line must hold to belong to this command; empty when one of the name may pend.
    :param lines: how many such lines come; the last is the value, the others are progress.
    :param final_follows: one more ``OK`` may follow the value.
    :param holds: nothing else is written before its end, because its failure could not be told from another's.
    """

    key: Mapping[str, object] = Factory(dict)
    lines: int = 1
    final_follows: bool = True
    holds: bool = False


@frozen
class Script:
    """The plan of one command.

    :param prompt: how the module asks for data.
    :param done: finals that mean success after the data; empty for the common ones.
    :param fail: finals that mean failure after the data, besides the common ones.
    :param progress: lines that only tell how far it is.
    :param causes: patterns of lines that tell why, before the final; group 1 holds the code.
    :param meanings: what those codes mean.
    :param swallow: finals of which one more may follow a failure, to be dropped.
    :param final: a final comes at all after the data; else the command ends when they are handed over.
    :param stream: success makes the line a stream of bare data.
    :param deferred: the value comes later, and the line is free before it unless that says otherwise.
    :param echo: what success does to the echo.
    :param restarts: success makes the module start anew.
    :param stands_in: patterns of event lines after which a final that does not come within 2 s is not missed.
    :param data_end: what is sent behind the data.
    :param asked: most bytes that an answer may announce; None where only the header's own limit counts.
    """

    prompt: Prompt = Prompt.NONE
    done: Sequence[bytes] = ()
    fail: Sequence[bytes] = ()
    progress: Sequence[bytes] = ()
    causes: Sequence[bytes] = ()
    meanings: Mapping[str, Meaning] = Factory(dict)
    swallow: Sequence[bytes] = ()
    final: bool = True
    stream: bool = False
    deferred: Deferred | None = None
    echo: EchoEffect | None = None
    restarts: bool = False
    stands_in: Sequence[bytes] = ()
    data_end: bytes = b""
    asked: int | None = None
