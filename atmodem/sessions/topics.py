"""Topics of MQTT and filters for them."""

from __future__ import annotations

from ..errors import InvalidArgument

__all__ = ["check_filter", "check_topic", "matches"]

#: Bytes that MQTT has room for.
_LONGEST = 65535


def check_topic(topic: str, parameter: str = "topic") -> None:
    """Check that a message can have this topic.

    :raises InvalidArgument: it is empty, too long or not Unicode, or holds NUL or a wildcard.
    """
    _check_text(topic, parameter)
    if "+" in topic or "#" in topic:
        raise InvalidArgument(parameter, "without the wildcards + and #")


def check_filter(topic_filter: str) -> None:
    """Check that a subscription can have this filter.

    :raises InvalidArgument: it is empty, too long or not Unicode, or holds NUL or a wildcard in the wrong place.
    """
    _check_text(topic_filter, "topic_filter")
    *levels, last = topic_filter.split("/")
    misplaced = any("#" in level for level in levels) or ("#" in last and last != "#")
    if misplaced or any("+" in level and level != "+" for level in (*levels, last)):
        raise InvalidArgument("topic_filter", "a filter with + as a whole level and # as the whole last one")


def _check_text(text: str, parameter: str) -> None:
    try:
        length = len(text.encode())
    except UnicodeEncodeError:
        length = 0
    if not 1 <= length <= _LONGEST or "\0" in text:
        raise InvalidArgument(parameter, f"1 to {_LONGEST} bytes of UTF-8 without NUL")


def matches(topic_filter: str, topic: str) -> bool:
    """Tell whether *topic*, or each topic of another filter, is one of *topic_filter*."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    if topic.startswith("$") and wanted[0] in ("+", "#"):
        return False
    for place, level in enumerate(wanted):
        if level == "#":
            return True
        if place >= len(levels) or levels[place] == "#" or level not in ("+", levels[place]):
            return False
    return len(wanted) == len(levels)
