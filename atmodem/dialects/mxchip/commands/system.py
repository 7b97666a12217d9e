"""Commands of the module as a whole."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Choice
from ....wire.command import Command, QueryForm, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import One
from ....wire.script import Script
from ..values.enums import Switch
from ..values.records import FirmwareVersion, FreeMemory, Uptime

__all__ = ["AT", "CIPEVENT", "FACTORY", "FLASHLOCK", "FWVER", "MEMFREE", "REBOOT", "STANDBY", "SYSTIME", "WEVENT"]


@command("AT", bare=True, timeout=1, section="-")
class AT(Command[None]):
    """Ask whether the module is alive and takes commands.

    No answer within the second may also mean that it restarts, or that its line is transparent.

    Source: real drivers; the manual lacks it.

    :raises CommandError: ``REFUSED`` never by itself: a module that refuses it took rests of an earlier line for it.
    """


@command("FWVER", timeout=5, section="1 AT+FWVER")
class FWVER(Command[FirmwareVersion]):
    """Ask for the version of the AT firmware: ``FWVER.query()`` answers :class:`FirmwareVersion`.

    Source: manual 1, AT+FWVER.

    :raises CommandError: never by itself.
    """

    query: ClassVar[QueryForm[FirmwareVersion]] = QueryForm(One(FirmwareVersion))


@command("SYSTIME", timeout=5, section="1 AT+SYSTIME", evidence=Evidence.DOCUMENTATION)
class SYSTIME(Command[Uptime]):
    """Ask for the time since the start: ``SYSTIME.query()`` answers :class:`Uptime`.

    Source: manual 1, AT+SYSTIME.

    :raises CommandError: never by itself.
    """

    query: ClassVar[QueryForm[Uptime]] = QueryForm(One(Uptime))


@command("MEMFREE", timeout=5, section="1 AT+MEMFREE", evidence=Evidence.DOCUMENTATION)
class MEMFREE(Command[FreeMemory]):
    """Ask for the free heap: ``MEMFREE.query()`` answers :class:`FreeMemory`.

    Source: manual 1, AT+MEMFREE.

    :raises CommandError: never by itself.
    """

    query: ClassVar[QueryForm[FreeMemory]] = QueryForm(One(FreeMemory))


@command("FACTORY", timeout=5, section="1 AT+FACTORY", script=Script(restarts=True))
class FACTORY(Command[None]):
    """Restore the factory settings and start anew.

    The module answers, then is silent for up to 16 s and prints no banner. Its echo is on again.

    Source: manual 1, AT+FACTORY.

    :raises CommandError: ``REFUSED``; the manual names no cause.
    """


@command("REBOOT", timeout=5, section="1 AT+REBOOT", script=Script(restarts=True))
class REBOOT(Command[None]):
    """Start anew.

    The module answers, then is silent for 2 to 5 s and prints no banner. Its echo is on again; a stored network is
    joined and links come back unasked.

    Source: manual 1, AT+REBOOT.

    :raises CommandError: ``REFUSED``; the manual names no cause.
    """


@command("FLASHLOCK", timeout=5, section="1 AT+FLASHLOCK", evidence=Evidence.DOCUMENTATION)
class FLASHLOCK(Setting):
    """Keep settings from being saved; ``FLASHLOCK.query()`` reads it back.

    Source: manual 1, AT+FLASHLOCK.

    :param mode: ``ON``: later settings act, but are gone after a restart; ``OFF``: each setting is saved at once.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    mode: Switch = param(Choice(Switch))


@command("WEVENT", timeout=5, section="1 AT+WEVENT")
class WEVENT(Setting):
    """Switch the Wi-Fi events ``+WEVENT``; ``WEVENT.query()`` reads it back.

    Source: manual 1, AT+WEVENT.

    :param state: ``ON``, as the factory has it, or ``OFF``.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    # Closed: the events have the same name as the answer, and none of them may be taken for it.
    state: Switch = param(Choice(Switch, closed=True))


@command("CIPEVENT", timeout=5, section="1 AT+CIPEVENT")
class CIPEVENT(Setting):
    """Switch the link events ``+CIPEVENT``; ``CIPEVENT.query()`` reads it back.

    While they are off and CIPRECVCFG is raw, received bytes come without any frame, in command mode too: switch them
    off for transparent mode only.

    Source: manual 1, AT+CIPEVENT.

    :param state: ``ON``, as the factory has it, or ``OFF``.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    state: Switch = param(Choice(Switch, closed=True))


@command("STANDBY", timeout=5, section="1 AT+STANDBY", script=Script(restarts=True), evidence=Evidence.DOCUMENTATION)
class STANDBY(Command[None]):
    """Sleep until the STANDBY pin wakes the module; it is deaf until then.

    Whether waking is a restart is not documented; it is taken for one.

    Source: manual 1, AT+STANDBY.

    :raises CommandError: ``REFUSED``; the manual names no cause.
    """
