"""The application around the AT core that a virtual module plays, as data."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

__all__ = ["PROFILES", "Profile"]


@frozen(kw_only=True)
class Profile:
    """How one application treats the line.

    :param end: what ends a line that it prints.
    :param echo: every byte comes back at once, and a line end behind each line.
    :param banner: it prints a banner at its start.
    :param manual: names, words and the order of answers are those of the manual.
    """

    end: bytes
    echo: bool = False
    banner: bool = False
    manual: bool = False


#: ``demo`` is the example application of the development kit.
PROFILES: Mapping[str, Profile] = {
    "demo": Profile(end=b"\n\r", echo=True, banner=True),
    "noecho-crlf": Profile(end=b"\r\n"),
    "noecho-lf": Profile(end=b"\n"),
    "manual": Profile(end=b"\r\n", manual=True),
}
