"""The base of portable events, and those of the module as a whole."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from ...wire.event import Event
from ..capabilities import Capability
from ..values import UpdateStep

__all__ = ["ModuleReady", "ModuleRestarted", "PortableEvent", "UpdateProgress"]


@frozen(kw_only=True)
class PortableEvent(Event):
    """Base of the events that every dialect shares.

    :param cause: the dialect's own event behind it, or None where the driver found out otherwise.
    """

    #: What a module must be able to do to raise it; None for what every module raises.
    needs: ClassVar[Capability | None] = None

    cause: Event | None = field(default=None, repr=False)


@frozen(kw_only=True)
class ModuleRestarted(PortableEvent):
    """The module has started anew: links, modes and unsaved settings are gone.

    :param suspected: nothing but an unexpected echo tells so.
    """

    suspected: bool = False


@frozen(kw_only=True)
class ModuleReady(PortableEvent):
    """The module was set up again after a restart and takes commands."""


@frozen(kw_only=True)
class UpdateProgress(PortableEvent):
    """An update of the firmware goes on.

    :param step: how far it is.
    :param percent: how much is loaded, or None where the module does not tell.
    """

    needs: ClassVar[Capability | None] = Capability.OTA_UPDATE

    step: UpdateStep
    percent: int | None = None
