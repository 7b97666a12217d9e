"""How two Bluetooth devices come to trust each other: who asks whose user what."""

from __future__ import annotations

from enum import Enum

from ..portable.values import IoCapability

__all__ = ["Association", "associate"]

_DISPLAYS = (IoCapability.DISPLAY, IoCapability.DISPLAY_YES_NO, IoCapability.KEYBOARD_DISPLAY)
_COMPARES = (IoCapability.DISPLAY_YES_NO, IoCapability.KEYBOARD_DISPLAY)
_TYPES = (IoCapability.KEYBOARD, IoCapability.KEYBOARD_DISPLAY)


class Association(Enum):
    """What the module's user has to do."""

    #: Nothing: nobody is asked.
    JUST_WORKS = "just works"
    #: Show a passkey, which the peer's user types.
    SHOW = "show"
    #: Type the passkey that the peer shows.
    ENTER = "enter"
    #: Compare the number that both show.
    COMPARE = "compare"


def associate(module: IoCapability, peer: IoCapability, *, man_in_the_middle: bool = True) -> Association:
    """Return how the two pair, by the table of the Bluetooth specification.

    :param module: what the module's user can see and do.
    :param peer: what the peer's user can see and do.
    :param man_in_the_middle: one of the two demands protection; without that nobody is asked.
    """
    if not man_in_the_middle or IoCapability.NONE in (module, peer):
        return Association.JUST_WORKS
    if module in _COMPARES and peer in _COMPARES:
        return Association.COMPARE
    if module in _TYPES:
        return Association.ENTER
    return Association.SHOW if peer in _TYPES and module in _DISPLAYS else Association.JUST_WORKS
