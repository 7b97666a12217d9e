"""What differs between releases of the firmware, as far as it shows on the wire."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ....errors import InvalidArgument
from ....wire.command import Command
from .. import commands as c

__all__ = ["PROFILES", "Profile", "profile_named"]

#: First release of each command that is not in all of them.
_SINCE: dict[type[Command[Any]], tuple[int, int]] = {
    **dict.fromkeys(
        (
            *(c.SYSLOG, c.SYSSTORE, c.SYSTIMESTAMP, c.SLEEPWKCFG, c.SYSROLLBACK),
            *(c.CWSTAPROTO, c.CWAPPROTO, c.CWCOUNTRY, c.CIPTCPOPT),
            *(c.CIPSSLCCONF, c.CIPSSLCCN, c.CIPSSLCSNI, c.CIPSSLCALPN, c.CIPSSLCPSK),
            *(c.MQTTUSERCFG, c.MQTTCLIENTID, c.MQTTUSERNAME, c.MQTTPASSWORD, c.MQTTCONNCFG, c.MQTTCONN),
            *(c.MQTTPUB, c.MQTTPUBRAW, c.MQTTSUB, c.MQTTUNSUB, c.MQTTCLEAN),
            *(c.HTTPCLIENT, c.HTTPGETSIZE, c.WEBSERVER),
        ),
        (2, 1),
    ),
    **dict.fromkeys((c.CWSTATE, c.CMD, c.SYSREG, c.USERRAM, c.CWRECONNCFG, c.CIPV6, c.HTTPCPOST), (2, 2)),
    **dict.fromkeys((c.CIPSTATE, c.CIPSENDL, c.CIPSENDLCFG, c.CIPSNTPINTV, c.HTTPURLCFG, c.USEROTA), (2, 3)),
    **dict.fromkeys((c.SYSTEMP, c.USERDOCS, c.MQTTALPN, c.HTTPCGET), (2, 4)),
    **dict.fromkeys((c.USERWKMCUCFG, c.USERMCUSLEEP, c.HTTPCPUT, c.CIPFWVER), (3, 0)),
    **dict.fromkeys((c.MQTTLONGCLIENTID, c.MQTTLONGUSERNAME, c.MQTTLONGPASSWORD), (3, 0)),
    **dict.fromkeys((c.TRANSINTVL, c.SYSMSGFILTER, c.SYSMSGFILTERCFG, c.SYSMFG, c.CWINIT, c.CIPSSLCPSKHEX), (3, 2)),
    **dict.fromkeys((c.HTTPCHEAD, c.FSMOUNT, c.WSCFG, c.WSOPEN, c.WSSEND, c.WSCLOSE), (3, 2)),
    **dict.fromkeys((c.CIPRECVTYPE, c.MQTTSNI, c.WSHEAD), (3, 3)),
    **dict.fromkeys((c.RFCAL, c.CWBANDWIDTH, c.CWCONFIG, c.CIPSSLCCIPHER, c.HTTPCFG), (4, 1)),
    # The ESP8266 has no Bluetooth.
    **dict.fromkeys(
        (
            *(c.BLEINIT, c.BLEADDR, c.BLENAME, c.BLESCANPARAM, c.BLESCAN, c.BLESCANRSPDATA, c.BLEADVPARAM),
            *(c.BLEADVDATA, c.BLEADVDATAEX, c.BLEADVSTART, c.BLEADVSTOP, c.BLECONN, c.BLECONNPARAM, c.BLEDISCONN),
            *(c.BLEDATALEN, c.BLECFGMTU, c.BLEGATTSSRVCRE, c.BLEGATTSSRVSTART, c.BLEGATTSSRVSTOP, c.BLEGATTSSRV),
            *(c.BLEGATTSCHAR, c.BLEGATTSNTFY, c.BLEGATTSIND, c.BLEGATTSSETATTR, c.BLEGATTCPRIMSRV),
            *(c.BLEGATTCINCLSRV, c.BLEGATTCCHAR, c.BLEGATTCRD, c.BLEGATTCWR, c.BLESPPCFG, c.BLESPP),
            *(c.BLESECPARAM, c.BLEENC, c.BLEENCRSP, c.BLEKEYREPLY, c.BLECONFREPLY, c.BLEENCDEV, c.BLEENCCLEAR),
            *(c.BLESETKEY, c.BLEHIDINIT, c.BLEHIDNAME, c.BLEHIDKB, c.BLEHIDMUS, c.BLEHIDCONSUMER),
            *(c.BLUFI, c.BLUFINAME, c.BLUFIADDR, c.BLEPERIODICDATA, c.BLEPERIODICSTART, c.BLEPERIODICSTOP),
            *(c.BLESYNCSTART, c.BLESYNCSTOP, c.BLEREADPHY, c.BLESETPHY),
            *(c.BTINIT, c.BTNAME, c.BTADDR, c.BTSCANMODE, c.BTSTARTDISC, c.BTSPPINIT, c.BTSPPCONN, c.BTSPPDISCONN),
            *(c.BTSPPSTART, c.BTSPPSEND, c.BTA2DPINIT, c.BTA2DPCONN, c.BTA2DPDISCONN, c.BTA2DPSRC, c.BTA2DPCTRL),
            *(c.BTSECPARAM, c.BTKEYREPLY, c.BTPINREPLY, c.BTSECCFM, c.BTENCDEV, c.BTENCCLEAR, c.BTCOD, c.BTPOWER),
        ),
        (2, 4),
    ),
    **dict.fromkeys((c.BLUFISEND, c.BLEWL), (3, 0)),
    c.BLERDRSSI: (3, 2),
    **dict.fromkeys((c.CIPCONNPERSIST,), (5, 0)),
    **dict.fromkeys((c.BLEOTA, c.BLEOTANAME), (5, 1)),
}

#: Firmware up to this release is that of the ESP8266.
_LAST_ESP8266 = (2, 3)


@frozen
class Profile:
    """One release.

    :param release: its first two numbers.
    """

    release: tuple[int, int]

    @property
    def chip(self) -> str:
        """The chip that it runs on."""
        return "ESP8266" if self.release <= _LAST_ESP8266 else "ESP32C3"

    @property
    def version(self) -> str:
        """The version that it is shipped with."""
        return "{}.{}.0.0".format(*self.release)

    def lines(self, version: str) -> tuple[str, ...]:
        """Return what GMR tells of a *version*."""
        return (
            f"AT version:{version}(virtual - {self.chip} - Jul 31 2025 08:38:07)",
            "SDK version:virtual",
            "compile time(virtual):Aug  1 2025 02:11:30",
            f"Bin version:v{version}(virtual)",
        )

    def has(self, command: type[Command[Any]]) -> bool:
        """Tell whether this release has *command*."""
        return self.release >= _SINCE.get(command, (2, 0))

    @property
    def largest_record(self) -> int:
        """Most bytes of pushed data in one record."""
        return 1460 if self.release <= _LAST_ESP8266 else 2920

    @property
    def largest_piece(self) -> int:
        """Most bytes that CIPSEND takes."""
        return 2048 if self.release <= _LAST_ESP8266 else 8192

    @property
    def idle_length(self) -> int:
        """What CIPRECVLEN tells of a link that is not open."""
        return -1 if self.release <= (2, 4) else 0

    @property
    def lists_all_links(self) -> bool:
        """Settings of all links are listed even while there is only one."""
        return self.release <= (2, 4)

    @property
    def bare_addresses(self) -> bool:
        """The sender of pushed data stands without quotes."""
        return self.release == (2, 0)

    @property
    def old_data_header(self) -> bool:
        """Fetched data are announced by ``+CIPRECVDATA,<n>:``."""
        return self.release == (2, 0)

    @property
    def detailed_links(self) -> bool:
        """SYSMSG bit 1 makes the module tell links in detail."""
        return self.release >= (2, 1)

    @property
    def scan_fields(self) -> int:
        """How many of the fields of an access point a scan can tell, from the left."""
        return {(2, 0): 7, (2, 1): 9}.get(self.release, 11)

    @property
    def shows_minimum_free(self) -> bool:
        """SYSRAM tells the fewest bytes that were ever free."""
        return self.release >= (2, 1)

    @property
    def measures_heap(self) -> bool:
        """SYSRAM has a set form."""
        return self.release >= (4, 1)

    @property
    def shows_netif(self) -> bool:
        """CIPSERVER tells the interface."""
        return self.release >= (4, 1)

    @property
    def tells_errno(self) -> bool:
        """The cause of a failed socket call is told as its errno."""
        return self.release >= (5, 0)

    @property
    def has_dual_role(self) -> bool:
        """Low Energy can be client and server at once."""
        return self.release >= (5, 0)

    @property
    def shows_length_report(self) -> bool:
        """CIPRECVTYPE has a third field."""
        return self.release >= (5, 1)

    @property
    def tells_time_updated(self) -> bool:
        """The module tells that a time server has set its clock."""
        return self.release >= (3, 0)

    @property
    def shows_timezone_while_off(self) -> bool:
        """CIPSNTPCFG has two fields while it is off."""
        return self.release >= (3, 0)

    @property
    def shows_unset_dns(self) -> bool:
        """CIPDNS tells servers that are not set as 0.0.0.0."""
        return self.release >= (3, 0)


_RELEASES = ((2, 0), (2, 1), (2, 2), (2, 3), (2, 4), (3, 0), (3, 2), (3, 3), (3, 4), (4, 0), (4, 1), (5, 0), (5, 1))
#: The releases that there are, by name.
PROFILES = {"{}.{}".format(*release): Profile(release) for release in _RELEASES}


def profile_named(name: str) -> Profile:
    """Return the profile of that name, such as ``"4.1"``.

    :raises InvalidArgument: there is none.
    """
    if name not in PROFILES:
        raise InvalidArgument("profile", f"one of {', '.join(PROFILES)}")
    return PROFILES[name]
