"""Configuration from outside: WPS and one-key configuration."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Choice, Quoting, SecretText, Text
from ....wire.command import Command, QueryForm, command, form_flag, param
from ....wire.event import Evidence
from ....wire.reply import Inline, MaybeInline
from ....wire.secret import Secret
from ..records import CustomData, NetworkParameters, WpsPin
from ..setting import InlineSetting
from ..values import OneKeyMode, Switch, WpsMode

__all__ = ["CNTPARAM", "CUSTDATA", "ONEMODE", "ONESHOT", "WWPS"]


@command("CUSTDATA", execute=True, timeout=3, section="2.2.2.24", reply=Inline(CustomData))
class CUSTDATA(Command[CustomData]):
    """Ask for the user data that came with one-key configuration; ``CUSTDATA.query()`` does the same.

    :raises CommandError: never by itself.

    Source: manual 2.2.2.24.
    """

    query: ClassVar[QueryForm[CustomData]] = QueryForm(Inline(CustomData))


@command("CNTPARAM", execute=True, timeout=3, section="2.2.2.25", reply=Inline(NetworkParameters))
class CNTPARAM(Command[NetworkParameters]):
    """Ask for the network that is configured; ``CNTPARAM.query()`` does the same.

    :raises CommandError: never by itself.

    Source: manual 2.2.2.25.
    """

    query: ClassVar[QueryForm[NetworkParameters]] = QueryForm(Inline(NetworkParameters))


@command("WWPS", timeout=3, section="2.2.3.3", reply=MaybeInline(WpsPin, variants=("\0" * 8,)))
class WWPS(Command[WpsPin | None]):
    """Take a step of Wi-Fi protected setup; ``GET_PIN`` answers the PIN, all others nothing.

    :param mode: the step.
    :param pin: the PIN to set, 8 digits; with ``SET_PIN`` only.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a step or PIN that the firmware does not take.

    Source: manual 2.2.3.3.
    """

    mode: WpsMode = param(Choice(WpsMode))
    pin: str | Secret[str] | None = param(
        SecretText(Text(Quoting.NEVER, 8, 8)), default=None, when=("mode", (WpsMode.SET_PIN,))
    )
    save: bool = form_flag(default=False)


@command("ONESHOT", timeout=3, section="2.2.3.18")
class ONESHOT(InlineSetting):
    """Begin or end one-key configuration, or ask whether it runs.

    :param status: begin or end.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.3.18; the query from the firmware.
    """

    status: Switch = param(Choice(Switch))
    save: bool = form_flag(default=False)


@command("ONEMODE", timeout=3, section="", evidence=Evidence.DOCUMENTATION)
class ONEMODE(InlineSetting):
    """Set or read the kind of one-key configuration.

    :param mode: the kind.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware of 2020 and its maker's W60x manual 1.0.3.
    """

    mode: OneKeyMode = param(Choice(OneKeyMode))
    save: bool = form_flag(default=False)
