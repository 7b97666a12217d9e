"""The firmware and the model that a virtual module plays, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from ....errors import InvalidArgument
from ....wire.command import Command
from ..commands import bluetooth, ethernet, ilop, ota, wifi

__all__ = ["PROFILES", "Profile", "profile_named"]

_Commands = frozenset[type[Command[Any]]]


def _commands_of(module: Any) -> _Commands:  # noqa: ANN401 - a Python module
    return frozenset(getattr(module, name) for name in module.__all__)


_BLUETOOTH = _commands_of(bluetooth)
_ETHERNET = _commands_of(ethernet)
_ILOP = _commands_of(ilop)
_OTA = _commands_of(ota)
#: Its name alone is known.
_NOWHERE: _Commands = frozenset((wifi.WLPC,))


@frozen(kw_only=True)
class Profile:
    """How one firmware on one model behaves.

    :param version: what FWVER answers.
    :param send_prompt: CIPSEND asks for its data by a prompt.
    :param mqtt_ids: the number of the subscription stands in the events of subscribing.
    :param broadcast_events: datagrams of a broadcast link are told with their sender.
    :param tells_join_failure: WJAPS tells why joining failed.
    :param lacks: commands that are unknown.
    """

    version: str = "basic_AT_v2.1.4"
    send_prompt: bool = True
    mqtt_ids: bool = False
    broadcast_events: bool = True
    tells_join_failure: bool = False
    lacks: _Commands = _NOWHERE | _BLUETOOTH | _ETHERNET | _ILOP


_DEFAULT = Profile()

PROFILES: Mapping[str, Profile] = {
    "default": _DEFAULT,
    "no-prompt": evolve(_DEFAULT, send_prompt=False),
    "mqtt-ids": evolve(_DEFAULT, mqtt_ids=True),
    "join-codes": evolve(_DEFAULT, tells_join_failure=True),
    "v2.0.2": evolve(_DEFAULT, version="basic_AT_v2.0.2", broadcast_events=False, lacks=_DEFAULT.lacks | _OTA),
    "emw3239": evolve(_DEFAULT, lacks=_DEFAULT.lacks - _BLUETOOTH),
    "moc108": evolve(_DEFAULT, lacks=_DEFAULT.lacks - _ETHERNET),
    "ilop": evolve(_DEFAULT, version="ilop_AT_v2.1.4", lacks=_DEFAULT.lacks - _ILOP | _OTA),
}


def profile_named(name: str) -> Profile:
    """Return the profile of that name.

    :raises InvalidArgument: there is none.
    """
    if name not in PROFILES:
        raise InvalidArgument("profile", f"one of {', '.join(PROFILES)}")
    return PROFILES[name]
