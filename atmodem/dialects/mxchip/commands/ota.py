"""Commands of firmware updates, from firmware 2.0.3 on and not on ILOP firmware."""

from __future__ import annotations

from ....wire.codecs import Text
from ....wire.command import Command, command, param
from ....wire.event import Evidence
from ....wire.reply import One
from ....wire.script import Script
from ..errors import NOT_JOINED
from ..values.records import OfferedVersion

__all__ = ["OTACHECK", "OTASTART"]


@command(
    "OTACHECK",
    timeout=20,
    section="10 AT+OTACHECK",
    reply=One(OfferedVersion),
    script=Script(meanings=NOT_JOINED),
    evidence=Evidence.DOCUMENTATION,
)
class OTACHECK(Command[OfferedVersion]):
    """Ask the cloud for a firmware version. Answers :class:`OfferedVersion`.

    Source: manual 10, AT+OTACHECK.

    :raises CommandError: ``NOT_JOINED``.
    """


@command(
    "OTASTART",
    timeout=10,
    section="10 AT+OTASTART",
    script=Script(meanings=NOT_JOINED),
    evidence=Evidence.DOCUMENTATION,
)
class OTASTART(Command[None]):
    """Load and install a firmware version, newer or older.

    :class:`UpdateStarted` follows, after some 10 s :class:`UpdateDone`, and then the module starts anew. No event tells
    of a failure: allow 60 s.

    Source: manual 10, AT+OTASTART.

    :param version: the version, as OTACHECK tells it.
    :raises CommandError: ``NOT_JOINED``.
    """

    version: str = param(Text(shortest=1))
