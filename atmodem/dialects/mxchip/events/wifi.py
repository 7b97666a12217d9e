"""Events of the radio and of firmware updates."""

from __future__ import annotations

from ....wire.event import Event, Evidence, event

__all__ = [
    "AccessPointDown",
    "AccessPointUp",
    "StationConnecting",
    "StationDown",
    "StationUp",
    "UpdateDone",
    "UpdateDownloading",
    "UpdateInstalling",
    "UpdateStarted",
]

_SECTION = "EVENT event notification"


@event("+WEVENT:AP_UP", name="WEVENT", kind="AP_UP", lead=True, section=_SECTION)
class AccessPointUp(Event):
    """The module's own access point runs."""


@event("+WEVENT:AP_DOWN", name="WEVENT", kind="AP_DOWN", lead=True, section=_SECTION)
class AccessPointDown(Event):
    """The module's own access point failed or was stopped."""


@event("+WEVENT:STATION_UP", name="WEVENT", kind="STATION_UP", lead=True, section=_SECTION)
class StationUp(Event):
    """A network was joined and an address obtained. It may come unasked, and more than once."""


@event("+WEVENT:STATION_DOWN", name="WEVENT", kind="STATION_DOWN", lead=True, section=_SECTION)
class StationDown(Event):
    """Joining failed, or the network was lost or left."""


@event("+WEVENT:CONNECTING", name="WEVENT", kind="CONNECTING", lead=True)
class StationConnecting(Event):
    """Joining has begun. Custom firmware tells it."""


@event("+OTAEVENT:START", name="OTAEVENT", kind="START", lead=True, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class UpdateStarted(Event):
    """The update has begun."""


@event(
    "+OTAEVENT:SUCCESS",
    name="OTAEVENT",
    kind="SUCCESS",
    lead=True,
    restarts=True,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
)
class UpdateDone(Event):
    """The update is done, and the module starts anew."""


@event("+OTAEVENT:DOWNLOADING", name="OTAEVENT", kind="DOWNLOADING", lead=True)
class UpdateDownloading(Event):
    """The update is being loaded. Custom firmware tells it."""


@event("+OTAEVENT:INSTALLING", name="OTAEVENT", kind="INSTALLING", lead=True)
class UpdateInstalling(Event):
    """The update is being installed. Custom firmware tells it."""
