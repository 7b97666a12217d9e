"""Wi-Fi: what to join or to open, scanning, joining and leaving."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bool, Choice, Hex, Int, Mac, Quoting, SecretText, Text
from ....wire.command import Command, QueryForm, command, form_flag, param
from ....wire.event import Evidence
from ....wire.reply import Inline, InlineList
from ....wire.secret import Secret
from ..records import AccessPoint, ConnectedStations, JoinedNetwork
from ..setting import InlineSetting
from ..values import ApRadioMode, KeyFormat, LeaveMode, NetworkType, RadioMode, Security, Selection

__all__ = [
    "APCHL",
    "APENCRY",
    "APKEY",
    "APSSID",
    "APWBGR",
    "APWJOIN",
    "BRDSSID",
    "BSSID",
    "CHL",
    "CHLL",
    "ENCRY",
    "KEY",
    "SLIST",
    "SSID",
    "SSID2",
    "WARC",
    "WARM",
    "WATC",
    "WBGR",
    "WJOIN",
    "WLEAV",
    "WPRT",
    "WPSM",
    "WREG",
    "WSCAN",
]


@command("WPRT", timeout=3, section="2.2.2.1", bare_query=True, evidence=Evidence.RUN)
class WPRT(InlineSetting):
    """Set or read the role of the module in the network.

    Query and WJOIN read the flash copy: a role set without ``save`` counts after PMTF.

    :param type: the role.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.2.1.
    """

    type: NetworkType = param(Choice(NetworkType))
    save: bool = form_flag(default=False)


@command("SSID", timeout=3, section="2.2.2.7", bare_query=True, evidence=Evidence.RUN)
class SSID(InlineSetting):
    """Set or read the name of the network to join.

    :param ssid: the name, 1 to 32 bytes.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.7.
    """

    ssid: str = param(Text(shortest=1, longest=32, free=True), answer_quoting=Quoting.NEVER)
    save: bool = form_flag(default=False)


@command("SSID2", timeout=3, section="1.2.1", evidence=Evidence.UNPROVEN)
class SSID2(InlineSetting):
    """Set or read the name of the access point by an old name of the command; use :class:`APSSID`.

    :param ssid: the name, 1 to 32 bytes.
    :param save: write it to flash too.
    :raises CommandError: ``UNSUPP`` from firmware of 2018 on.

    Source: command table of the manual, 1.2.1.
    """

    ssid: str = param(Text(shortest=1, longest=32, free=True), answer_quoting=Quoting.NEVER)
    save: bool = form_flag(default=False)


@command("APSSID", timeout=3, section="2.2.2.8", bare_query=True, evidence=Evidence.RUN)
class APSSID(InlineSetting):
    """Set or read the name of the module's access point.

    Query and WJOIN read the flash copy: a name set without ``save`` counts after PMTF.

    :param ssid: the name, 1 to 32 bytes.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.8.
    """

    ssid: str = param(Text(shortest=1, longest=32, free=True), answer_quoting=Quoting.NEVER)
    save: bool = form_flag(default=False)


@command("ENCRY", timeout=3, section="2.2.2.9", bare_query=True, evidence=Evidence.RUN)
class ENCRY(InlineSetting):
    """Set or read the security of the network to join. Setting ``OPEN`` erases the key: set it before :class:`KEY`.

    :param mode: the security.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.9.
    """

    mode: Security = param(Choice(Security))
    save: bool = form_flag(default=False)


@command("APENCRY", timeout=3, section="2.2.2.10", bare_query=True, evidence=Evidence.RUN)
class APENCRY(InlineSetting):
    """Set or read the security of the module's access point. Setting ``OPEN`` erases the key of :class:`APKEY`.

    :param mode: the security.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.10.
    """

    mode: Security = param(Choice(Security))
    save: bool = form_flag(default=False)


@command("KEY", timeout=3, section="2.2.2.11", bare_query=True, evidence=Evidence.RUN)
class KEY(InlineSetting):
    """Set or read the key of the network to join.

    Query and WJOIN read the flash copy: with a key set without ``save`` and no PMTF, WJOIN uses the old one.

    :param format: hexadecimal digits or plain text.
    :param index: 1 to 4 for WEP, else 0.
    :param key: the key, empty for none. WEP64: 5 characters or 10 digits; WEP128: 13 or 26; WPA and WPA2: 8 to 63 or
        64.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.11.
    """

    format: KeyFormat = param(Choice(KeyFormat))
    index: int = param(Int(0, 4))
    key: str | Secret[str] = param(SecretText(Text(longest=64, free=True)), answer_quoting=Quoting.NEVER)
    save: bool = form_flag(default=False)


@command("APKEY", timeout=3, section="2.2.2.12", bare_query=True, evidence=Evidence.RUN)
class APKEY(InlineSetting):
    """Set or read the key of the module's access point; set :class:`APENCRY` first.

    Query and WJOIN read the flash copy: a key set without ``save`` counts after PMTF.

    :param format: hexadecimal digits or plain text.
    :param index: 1 to 4 for WEP, else 0.
    :param key: the key, as for :class:`KEY`.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.12.
    """

    format: KeyFormat = param(Choice(KeyFormat))
    index: int = param(Int(0, 4))
    key: str | Secret[str] = param(SecretText(Text(longest=64, free=True)), answer_quoting=Quoting.NEVER)
    save: bool = form_flag(default=False)


@command("BSSID", timeout=3, section="2.2.2.13", bare_query=True)
class BSSID(InlineSetting):
    """Set or read the one access point to join.

    :param mode: any of that name, or one that is fixed.
    :param bssid: its hardware address; with ``FIXED`` only.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.13.
    """

    mode: Selection = param(Choice(Selection))
    bssid: str | None = param(Mac(separator=""), default=None, when=("mode", (Selection.FIXED,)))
    save: bool = form_flag(default=False)


@command("CHL", timeout=3, section="2.2.2.14", bare_query=True, evidence=Evidence.RUN)
class CHL(InlineSetting):
    """Set or read the channel of the station side.

    :param mode: any channel, or one that is fixed.
    :param channel: 1 to 14; with ``FIXED`` only.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.14.
    """

    mode: Selection = param(Choice(Selection))
    channel: int | None = param(Int(1, 14), default=None, when=("mode", (Selection.FIXED,)))
    save: bool = form_flag(default=False)


@command("APCHL", timeout=3, section="2.2.2.15", bare_query=True, evidence=Evidence.RUN)
class APCHL(InlineSetting):
    """Set or read the channel of the module's access point. It is always read as ``FIXED``.

    :param mode: any channel, or one that is fixed.
    :param channel: 1 to 14; with ``FIXED`` only. From the factory 11.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.15.
    """

    mode: Selection = param(Choice(Selection))
    channel: int | None = param(Int(1, 14), default=None, when=("mode", (Selection.FIXED,)))
    save: bool = form_flag(default=False)


@command("CHLL", timeout=3, section="2.2.2.16", bare_query=True, evidence=Evidence.RUN)
class CHLL(InlineSetting):
    """Set or read the channels to scan.

    :param channel_list: bit 0 for channel 1 up to bit 13 for channel 14; ``0x3fff`` for all.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.16.
    """

    channel_list: int = param(Hex(1, 0x3FFF, prefix="", width=4))
    save: bool = form_flag(default=False)


@command("WATC", timeout=3, section="2.2.2.17", bare_query=True)
class WATC(InlineSetting):
    """Set or read whether an ad hoc network is opened where joining one fails.

    :param enable: yes or no.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.2.17.
    """

    enable: bool = param(Bool())
    save: bool = form_flag(default=False)


@command("WPSM", timeout=3, section="2.2.2.18", bare_query=True)
class WPSM(InlineSetting):
    """Set or read the Wi-Fi power saving while joined; switching it on counts only once the module has joined.

    :param enable: on or off.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.2.18.
    """

    enable: bool = param(Bool())
    save: bool = form_flag(default=False)


@command("BRDSSID", timeout=3, section="2.2.2.19", bare_query=True, evidence=Evidence.RUN)
class BRDSSID(InlineSetting):
    """Set or read whether the access point shows its name.

    :param enable: yes or no.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.2.19.
    """

    enable: bool = param(Bool())
    save: bool = form_flag(default=False)


@command("WJOIN", timeout=30, section="2.2.3.4", reply=Inline(JoinedNetwork), evidence=Evidence.RUN)
class WJOIN(Command[JoinedNetwork]):
    """Join the network, or open the access point, as configured; with ``APSTA`` the reply is about the station side.

    It takes up to 20 s. Success means associated: the address comes later, see LKSTT.

    :raises CommandError: ``JOIN`` when it failed, ``BUSY`` while another join runs.

    Source: manual 2.2.3.4.
    """


@command("WLEAV", timeout=5, section="2.2.3.5", execute=True, evidence=Evidence.RUN)
class WLEAV(Command[None]):
    """Leave the network, or stop the access point. It also ends automatic rejoining until the next WJOIN.

    :param mode: ``AP`` for the access point, ``STA`` or nothing for the network.
    :raises CommandError: never by itself.

    Source: manual 2.2.3.5 and 3.6.
    """

    mode: LeaveMode | None = param(Choice(LeaveMode), default=None)


@command("WSCAN", timeout=10, section="2.2.3.6", reply=InlineList(AccessPoint), evidence=Evidence.RUN)
class WSCAN(Command[tuple[AccessPoint, ...]]):
    """List the networks around; it takes up to 5 s, and about 45 of them fit into the answer.

    :raises CommandError: ``BUSY`` while another scan runs, ``OPS`` when it timed out.

    Source: manual 2.2.3.6.
    """


@command("SLIST", execute=True, timeout=3, section="2.2.3.9", reply=Inline(ConnectedStations, "<count><stations>"))
class SLIST(Command[ConnectedStations]):
    """List the stations that are connected to the module's access point; ``SLIST.query()`` does the same.

    :raises CommandError: never by itself.

    Source: manual 2.2.3.9.
    """

    query: ClassVar[QueryForm[ConnectedStations]] = QueryForm(Inline(ConnectedStations, "<count><stations>"))


@command("APWJOIN", timeout=30, section="")
class APWJOIN(Command[None]):
    """Open the access point only.

    :raises CommandError: ``JOIN`` when the access point did not come up.

    Source: firmware of 2020; not in the manual.
    """


@command("WREG", timeout=3, section="", bare_query=True)
class WREG(InlineSetting):
    """Set or read the regulatory region.

    :param region: its number.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    region: int = param(Int())
    save: bool = form_flag(default=False)


@command("WBGR", timeout=3, section="", bare_query=True)
class WBGR(InlineSetting):
    """Set or read the 802.11 mode and the top rate of the station side.

    :param mode: the mode.
    :param rate: number of the rate, 0 to 28.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    mode: RadioMode = param(Choice(RadioMode))
    rate: int = param(Int(0, 28))
    save: bool = form_flag(default=False)


@command("APWBGR", timeout=3, section="", bare_query=True)
class APWBGR(InlineSetting):
    """Set or read the 802.11 mode and the top rate of the module's access point.

    :param mode: the mode, ``BG`` or ``B``.
    :param rate: number of the rate, 0 to 28.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    mode: ApRadioMode = param(Choice(ApRadioMode))
    rate: int = param(Int(0, 28))
    save: bool = form_flag(default=False)


@command("WARC", timeout=3, section="", bare_query=True)
class WARC(InlineSetting):
    """Set or read how often the module tries to rejoin by itself. The query reads the flash copy.

    :param count: 0 to 255; from the factory 255.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    count: int = param(Int(0, 255))
    save: bool = form_flag(default=False)


@command("WARM", timeout=3, section="", bare_query=True)
class WARM(InlineSetting):
    """Set or read roaming.

    :param enable: on or off.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    enable: bool = param(Bool())
    save: bool = form_flag(default=False)
