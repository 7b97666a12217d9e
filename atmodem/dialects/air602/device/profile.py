"""The firmware that a virtual module plays, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from ....wire.command import Command
from ..commands.net import LKSTT2
from ..commands.provisioning import ONEMODE
from ..commands.system import QMAC2
from ..commands.wifi import APWJOIN, SSID2
from .codes import Code

__all__ = ["PROFILES", "Profile"]

#: Names of commands that only the manual's table knows.
_OLD_NAMES: tuple[type[Command[Any]], ...] = (LKSTT2, QMAC2, SSID2)


@frozen(kw_only=True)
class Profile:
    """How one build of the firmware behaves.

    :param version: what QVER answers.
    :param segment: most bytes that a TCP socket takes from the network at once; a report announces as many.
    :param report_limit: most bytes of a segment or datagram that a report really holds; None for all.
    :param list_end: what stands behind a list besides the end of an answer.
    :param quotes_user_data: the answer of CUSTDATA stands in quotes.
    :param tells_flow_control: UART is answered with five values, not four.
    :param tells_session: HTTPC answers the number of its session.
    :param announces_once: only the first HTTP response after a start has a header.
    :param has_device_name: DNAME keeps a name.
    :param doubles_comma: SLIST has two commas behind the count.
    :param tells_unused: SKSTT tells of a socket that is not open that it is disconnected, instead of refusing.
    :param no_free_socket: code where every socket is in use.
    :param bad_socket: code for a socket number beyond 20.
    :param lacks: commands that are unknown.
    """

    version: str = "AirM2M_Luat_WiFi_V008_WM"
    segment: int = 511
    report_limit: int | None = None
    list_end: bytes = b"\r\n"
    quotes_user_data: bool = True
    tells_flow_control: bool = True
    tells_session: bool = True
    announces_once: bool = False
    has_device_name: bool = False
    doubles_comma: bool = True
    tells_unused: bool = False
    no_free_socket: Code = Code.SKT_CONN
    bad_socket: Code = Code.INV_PARAMS
    lacks: frozenset[type[Command[Any]]] = frozenset((*_OLD_NAMES, ONEMODE, APWJOIN))


_DEFAULT = Profile()

#: ``default`` is the firmware of 2018, but loses nothing that a report announces.
PROFILES: Mapping[str, Profile] = {
    "default": _DEFAULT,
    "w600-2018": evolve(_DEFAULT, segment=1460, report_limit=511, announces_once=True),
    "w600-2020": evolve(
        _DEFAULT,
        version="H1.00.00.0000,G3.02.00@ 11:20:45 Mar 18 2019",
        segment=1460,
        doubles_comma=False,
        tells_unused=True,
        lacks=frozenset(_OLD_NAMES),
    ),
    "manual": evolve(
        _DEFAULT,
        list_end=b"",
        quotes_user_data=False,
        tells_flow_control=False,
        tells_session=False,
        has_device_name=True,
        no_free_socket=Code.NO_SKT,
        bad_socket=Code.INV_SKT,
    ),
}
