"""Events of the module itself: starts, refusals, updates."""

from __future__ import annotations

from ....wire.codecs import Choice, Hex, Int
from ....wire.event import Event, Evidence, event, value
from ..values.ota import UpdateState

__all__ = [
    "Busy",
    "CipUpdate",
    "ErrCode",
    "Errno",
    "ForceRestart",
    "Ready",
    "TimeUpdated",
    "WebServerRsp",
    "WriteOk",
]


@event("ready", name="ready", kind="boot", lead=True, restarts=True, evidence=Evidence.RUN)
class Ready(Event):
    """The firmware runs and takes commands.

    It comes after power-up, AT+RST, AT+RESTORE, deep sleep and a crash; everything volatile is gone.
    """


@event("Will force to restart!!!", name="force_restart", kind="boot", lead=True, evidence=Evidence.RUN)
class ForceRestart(Event):
    """AT+RST came while another command ran, which gets no answer any more; OK and the restart follow."""


@event("busy p...", name="busy", kind="flow", lead=True, variants=("busy s...",), evidence=Evidence.RUN)
class Busy(Event):
    """Bytes came while a command ran, or behind announced data, and were thrown away.

    It answers nothing: the running command goes on. Old firmware says ``busy s...`` while it sends.
    """


@event("ERR CODE:<code>", name="err_code", kind="error", evidence=Evidence.RUN)
class ErrCode(Event):
    """Cause of an ERROR that no command waits for; needs AT+SYSLOG=1.

    :param code: the code; see :func:`~atmodem.dialects.espat.errors.meaning`.
    """

    code: int = value(Hex(width=8))


@event("+ERRNO:<errno>", name="errno", kind="error", evidence=Evidence.RUN)
class Errno(Event):
    """A socket call has failed, from 5.0; needs AT+SYSLOG=1. The ERROR that follows has it as its cause.

    :param errno: number of the module's C library.
    """

    errno: int = value(Hex())


@event("+TIME_UPDATED", name="TIME_UPDATED", evidence=Evidence.RUN)
class TimeUpdated(Event):
    """A time server has set the clock, from 3.0."""


@event("+CIPUPDATE:<state>", name="CIPUPDATE")
class CipUpdate(Event):
    """Progress of AT+CIUPDATE.

    :param state: how far it is; ``FAILED`` ends a non-blocking update.
    """

    state: UpdateState = value(Choice(UpdateState))


@event("+WEBSERVERRSP:<n>", name="WEBSERVERRSP", evidence=Evidence.DOCUMENTATION)
class WebServerRsp(Event):
    """Something has happened on the web page.

    :param n: 1 network data came, 2 the browser has fetched the result, 3 an update began, 4 it was received, 5 it
        failed.
    """

    n: int = value(Int(0))


@event("WRITE OK", name="WRITE OK", lead=True)
class WriteOk(Event):
    """Final of a write to the scratch buffer, when no command waits for it."""
