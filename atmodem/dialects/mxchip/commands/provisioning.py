"""Commands by which a phone hands over a network's name and key."""

from __future__ import annotations

from ....wire.codecs import Choice, Text
from ....wire.command import Command, command, param
from ....wire.event import Evidence
from ..values.enums import ProvisioningType

__all__ = ["SMARTCFG", "SMARTSTART", "SMARTSTOP"]


@command("SMARTSTART", timeout=5, section="6 AT+SMARTSTART")
class SMARTSTART(Command[None]):
    """Listen for a phone. :class:`StationUp` tells that it gave a network and that joining worked.

    Source: manual 6, AT+SMARTSTART.

    :param type: the way to listen.
    :raises CommandError: ``REFUSED`` for a way that the firmware lacks.
    """

    type: ProvisioningType = param(Choice(ProvisioningType))


@command("SMARTSTOP", timeout=5, section="6 AT+SMARTSTOP")
class SMARTSTOP(Command[None]):
    """Stop listening.

    Source: manual 6, AT+SMARTSTOP. It lists ``EASYLINK``, ``AIRKISS`` and ``EASYLINK_AWS`` only, and does not say how
    the others are stopped.

    :param type: the way that was started.
    :raises CommandError: ``REFUSED`` for a way that the firmware lacks.
    """

    type: ProvisioningType = param(Choice(ProvisioningType))


@command("SMARTCFG", timeout=5, section="6 AT+SMARTCFG", evidence=Evidence.DOCUMENTATION)
class SMARTCFG(Command[None]):
    """Set the identities that WeChat gave for Airkiss.

    Source: manual 6, AT+SMARTCFG.

    :param device_id: identity of the device.
    :param original_id: identity of the account.
    :raises CommandError: ``REFUSED`` for an identity that the firmware does not take.
    """

    device_id: str = param(Text(shortest=1))
    original_id: str = param(Text(shortest=1))
