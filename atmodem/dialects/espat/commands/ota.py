"""Updates of the firmware."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bool, Choice, Int, Quoting, Text
from ....wire.command import Command, QueryForm, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import One
from ....wire.script import Prompt, Script
from ..values.ota import OfferedVersion, UpdateStatus, UpdateTransport

__all__ = ["CIPFWVER", "CIUPDATE", "USEROTA"]

_SECTION = "TCP/IP AT Commands"

_NAME = Text(Quoting.ALWAYS)


@command("CIUPDATE", timeout=190, section=_SECTION, execute=True)
class CIUPDATE(Command[None]):
    """Update the firmware from its maker's server; ``query()`` returns how far it is.

    :class:`CipUpdate` tells each step. A blocking update ends with a restart; a cancelled call leaves it running.

    :param ota_mode: how the firmware is fetched.
    :param version: which one; the newest unless given.
    :param firmware: name of the partition to update.
    :param nonblocking: answer at once and go on; the host restarts the module itself after ``DONE``.
    :raises CommandError: when a step fails; the last :class:`CipUpdate` tells which.

    Source: TCP/IP AT Commands, AT+CIUPDATE; components/at/src/at_ota_cmd.c.
    """

    ota_mode: UpdateTransport | None = param(Choice(UpdateTransport), default=None)
    version: str | None = param(_NAME, default=None)
    firmware: str | None = param(_NAME, default=None)
    nonblocking: bool | None = param(Bool(), default=None)
    query: ClassVar[QueryForm[UpdateStatus]] = QueryForm(One(UpdateStatus, aliases=("CIPUPDATE",)), timeout=3)

    def script(self) -> Script:
        """Only a blocking update restarts the module by itself."""
        return Script(restarts=not self.nonblocking)


@command("CIPFWVER", timeout=30, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class CIPFWVER(Command[None]):
    """Ask which version the update server offers, from 3.0; ``query()`` returns it.

    :raises CommandError: without a network, or when the server does not answer.

    Source: TCP/IP AT Commands, AT+CIPFWVER.
    """

    query: ClassVar[QueryForm[OfferedVersion]] = QueryForm(One(OfferedVersion))


@command(
    "USEROTA",
    timeout=300,
    section="User AT Commands",
    script=Script(prompt=Prompt.REQUIRED, progress=(rb"Recv \d+ bytes",), restarts=True),
)
class USEROTA(Command[None]):
    """Update the firmware from a URL, from 2.3. The module restarts afterwards; a cancelled call leaves it running.

    :param url_length: bytes of the URL, 1 to 8192; that of *url* unless given.
    :param url: where the firmware is.
    :raises CommandError: when it cannot be fetched or is none for this chip.

    Source: User AT Commands, AT+USEROTA; components/at/src/at_user_cmd.c.
    """

    url_length: int | None = length_of("url", Int(1, 8192, "bytes"), default=None)
    url: bytes | None = payload()
