"""Commands of the radio: scanning, the station and the access point."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Choice, SecretText, Text
from ....wire.command import Command, Form, QueryForm, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import One, Table
from ....wire.secret import Secret
from ..values.enums import ScanOption, Switch
from ..values.records import (
    AccessPoint,
    AccessPointSettings,
    AccessPointStatus,
    CurrentNetwork,
    PowerSave,
    RadioVersion,
    ScanResult,
    StationMac,
    StationStatus,
    StoredNetwork,
)

__all__ = [
    "WDHCP",
    "WFVER",
    "WJAP",
    "WJAPQ",
    "WJAPS",
    "WLPC",
    "WMAC",
    "WSAP",
    "WSAPQ",
    "WSAPS",
    "WSCAN",
    "WSCANOPT",
]


@command("WFVER", timeout=5, section="3 AT+WFVER", reply=One(RadioVersion), execute=True)
class WFVER(Command[RadioVersion]):
    """Ask for the version of the radio driver: ``WFVER.query()`` answers :class:`RadioVersion`.

    ``WFVER()`` asks the same in the form without ``?``, which the manual has.

    Source: manual 3, AT+WFVER; real drivers for the form with ``?``.

    :raises CommandError: ``REFUSED`` for the form that the firmware lacks.
    """

    query: ClassVar[QueryForm[RadioVersion]] = QueryForm(One(RadioVersion))


@command("WMAC", timeout=5, section="3 AT+WMAC", reply=One(StationMac), execute=True)
class WMAC(Command[StationMac]):
    """Ask for the hardware address: ``WMAC.query()`` answers :class:`StationMac`.

    ``WMAC()`` asks the same in the form without ``?``, which the manual has.

    Source: manual 3, AT+WMAC; real drivers for the form with ``?`` and the form of the address.

    :raises CommandError: ``REFUSED`` for the form that the firmware lacks.
    """

    query: ClassVar[QueryForm[StationMac]] = QueryForm(One(StationMac))


@command("WSCANOPT", timeout=5, section="3 AT+WSCANOPT")
class WSCANOPT(Setting):
    """Choose what a scan tells; ``WSCANOPT.query()`` reads it back.

    Source: manual 3, AT+WSCANOPT.

    :param option: name and signal only, or all that is known of each access point.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    option: ScanOption = param(Choice(ScanOption))


# A name may be empty and may hold commas, so a row is read from its end; nothing in it is escaped.
_SCAN = Table(ScanResult, AccessPoint, row_template="<ssid>[,<bssid>,<en>,<channel>],<rssi>")


@command("WSCAN", timeout=15, section="3 AT+WSCAN", reply=_SCAN, execute=True)
class WSCAN(Command[ScanResult]):
    """Scan for access points. Answers :class:`ScanResult` within some seconds.

    Source: manual 3, AT+WSCAN; a real log for the rows of an advanced scan.

    :param ssid: only those of this name, at most 32 bytes.
    :raises CommandError: ``REFUSED`` for a name of wrong length.
    """

    ssid: str | None = param(Text(shortest=1, longest=32), default=None)


@command("WDHCP", timeout=5, section="3 AT+WDHCP")
class WDHCP(Setting):
    """Switch the DHCP client of the station; ``WDHCP.query()`` reads it back.

    A fixed address takes three steps: switch it off, set the address by WJAPIP, and REBOOT.

    Source: manual 3, AT+WDHCP.

    :param option: ``ON`` or ``OFF``.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    option: Switch = param(Choice(Switch))


@command("WSAP", timeout=10, section="3 AT+WSAP")
class WSAP(Command[None]):
    """Start the module's own access point. Done when :class:`AccessPointUp` or :class:`AccessPointDown` comes.

    ``WSAP.query()`` answers :class:`AccessPointSettings`.

    Source: manual 3, AT+WSAP.

    :param ssid: its name, 1 to 32 bytes.
    :param key: its key, 1 to 64 bytes; under 8 bytes the network is open.
    :raises CommandError: ``REFUSED`` for a name or key of wrong length.
    """

    ssid: str = param(Text(shortest=1, longest=32))
    key: str | Secret[str] = param(SecretText(Text(shortest=1, longest=64)))

    query: ClassVar[QueryForm[AccessPointSettings]] = QueryForm(One(AccessPointSettings), Form.STORED)


@command("WSAPQ", timeout=5, section="3 AT+WSAPQ", evidence=Evidence.DOCUMENTATION)
class WSAPQ(Command[None]):
    """Stop the module's own access point; :class:`AccessPointDown` follows.

    Source: manual 3, AT+WSAPQ.

    :raises CommandError: never by itself.
    """


@command("WSAPS", timeout=5, section="3 AT+WSAPS", reply=One(AccessPointStatus), evidence=Evidence.DOCUMENTATION)
class WSAPS(Command[AccessPointStatus]):
    """Ask whether the module's own access point runs. Answers :class:`AccessPointStatus`.

    Source: manual 3, AT+WSAPS.

    :raises CommandError: never by itself.
    """


@command("WJAP", timeout=10, section="3 AT+WJAP")
class WJAP(Command[None]):
    """Join a network, now and after each restart.

    The answer says only that joining has begun: :class:`StationUp` or :class:`StationDown` follows within 20 s, and
    WJAPS may tell why it failed. ``WJAP.query()`` answers the network that is joined as :class:`CurrentNetwork`,
    ``WJAP.stored()`` the one that will be joined as :class:`StoredNetwork`.

    Source: manual 3, AT+WJAP; real drivers for an open network.

    :param ssid: name of the network, 1 to 32 bytes.
    :param key: its key, 1 to 64 bytes; None for an open network.
    :raises CommandError: ``REFUSED`` for a name or key of wrong length; that joining failed comes as an event.
    """

    ssid: str = param(Text(shortest=1, longest=32))
    key: str | Secret[str] | None = param(SecretText(Text(shortest=1, longest=64)), default=None)

    query: ClassVar[QueryForm[CurrentNetwork]] = QueryForm(One(CurrentNetwork))
    stored: ClassVar[QueryForm[StoredNetwork]] = QueryForm(One(StoredNetwork), Form.STORED)


@command("WJAPQ", timeout=5, section="3 AT+WJAPQ", evidence=Evidence.DOCUMENTATION)
class WJAPQ(Command[None]):
    """Leave the network; :class:`StationDown` follows.

    Source: manual 3, AT+WJAPQ.

    :raises CommandError: never by itself.
    """


@command("WJAPS", timeout=5, section="3 AT+WJAPS", reply=One(StationStatus))
class WJAPS(Command[StationStatus]):
    """Ask for the state of the station. Answers :class:`StationStatus`.

    Source: manual 3, AT+WJAPS.

    :raises CommandError: never by itself.
    """


@command("WLPC", timeout=5, section="-", evidence=Evidence.UNPROVEN)
class WLPC(Command[None]):
    """Set the power save of the radio; ``WLPC.query()`` answers :class:`PowerSave`.

    Source: name seen in AliOS driver code; its values are not known.

    :param option: the setting, as the firmware names it.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    option: str = param(Text(shortest=1))

    query: ClassVar[QueryForm[PowerSave]] = QueryForm(One(PowerSave))
