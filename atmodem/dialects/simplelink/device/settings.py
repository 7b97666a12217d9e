"""What rows of tables hold before anybody has set them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from ....virtual.results import Refused
from ..options import Option
from ..values import netapp_options as n
from ..values import socket_options as s
from ..values import wlan_options as w
from ..values import wlan_policies as p
from ..values.sockets import Cipher, SecurityMethod
from .refusals import Code

__all__ = ["Rows", "socket_default"]

R = TypeVar("R", bound=Option)

_DEFAULTS: tuple[Option, ...] = (
    w.ApSsid(ssid="mysimplelink-5B55E0"),
    w.ApChannel(channel=6),
    w.ApHiddenSsid(mode=0),
    w.ApSecurity(security=w.ApSecurityType.OPEN),
    w.ApPassword(password=""),
    w.ApMaxStations(stations=4),
    w.ApMaxStaAging(seconds=60),
    w.GeneralCountryCode(code="US"),
    w.GeneralStaTxPower(offset=0),
    w.GeneralApTxPower(offset=0),
    w.GeneralScanParams(channel_mask=0x1FFF, rssi_threshold=-95),
    w.P2pDevType(type="1-0050F204-1"),
    w.P2pChannelNRegs(listen_channel=6, listen_class=81, channel=6, operating_class=81),
    w.RxFilterState(bytes=(0,) * 16),
    w.RxFilterSysState(bytes=(0,) * 4),
    p.ConnectionPolicy(option=(p.ConnectionOption.AUTO,)),
    p.ScanPolicy(option=p.ScanOption.DISABLE_SCAN),
    p.PmPolicy(option=p.PmOption.NORMAL),
    p.P2pPolicy(option=p.P2pOption.NEGOTIATE, value=p.Negotiation.RAND_BACKOFF),
    n.DhcpServerBasic(lease_s=86400, first="10.123.45.2", last="10.123.45.254"),
    n.HttpServerPrimPortNum(port=80),
    n.HttpServerAuthCheck(enabled=False),
    n.HttpServerAuthName(name="admin"),
    n.HttpServerAuthPassword(password="admin"),  # noqa: S106 - the factory's
    n.HttpServerAuthRealm(realm="Simple Link CC31xx"),
    n.HttpServerRomPagesAccess(enabled=True),
    n.HttpServerSecondPortNum(port=8080),
    n.HttpServerSecondPortEn(enabled=False),
    n.HttpServerPrimPortSecEn(enabled=False),
    n.MdnsContQuery(service=""),
    n.MdnsQevetnMask(flags=()),
    n.MdnsTimingParams(period=100, repetitions=3, factor=2, retransmission=0, max_interval=0, max_time=0),
    n.DeviceUrn(name="mysimplelink"),
    n.DeviceDomain(domain="mysimplelink.net"),
    n.DnsClientTime(max_response_ms=2000, retries=3),
)

_SOCKET_DEFAULTS: Mapping[type[Option], Option] = {
    type(row): row
    for row in (
        s.SocketKeepalive(enabled=True),
        s.SocketKeepaliveTime(seconds=300),
        s.SocketRxNoIpBoundary(enabled=False),
        s.SocketRcvTimeo(seconds=0, microseconds=0),
        s.SocketRcvBuf(bytes=16384),
        s.SocketNonblocking(enabled=False),
        s.SocketSecMethod(method=SecurityMethod.SSLV3_TLSV1_2),
        s.SocketSecureMask(flags=tuple(Cipher)),
        s.SocketLinger(enabled=False, seconds=0),
        s.IpMulticastTtl(hops=1),
        s.IpRawRxNoHeader(remove=False),
        s.IpHdrIncl(enabled=False),
        s.IpRawIpv6HdrIncl(enabled=False),
        s.SocketChangeChannel(channel=1),
        s.PhyRate(rate=1),
        s.PhyTxPower(power=15),
        s.PhyNumFramesToTx(frames=1),
        s.PhyPreamble(preamble=0),
        s.PhyTxInhibitThreshold(threshold=s.TxInhibitThreshold.DEFAULT),
        s.PhyTxTimeout(milliseconds=10),
        s.PhyAllowAcks(enabled=False),
    )
}


def socket_default(row: type[Option]) -> Option:
    """Return what an option of a socket is before anybody has set it.

    :raises Refused: it cannot be read.
    """
    held = _SOCKET_DEFAULTS.get(row)
    if held is None:
        raise Refused(Code.INVALID)
    return held


class Rows:
    """Rows that were set, over those of the factory."""

    def __init__(self) -> None:
        self._held: dict[type[Option], Option] = {type(row): row for row in _DEFAULTS}

    def set(self, row: Option) -> None:
        """Set a row."""
        self._held[type(row)] = row

    def __getitem__(self, row: type[R]) -> R:
        """Return a row.

        :raises Refused: nothing is known of it.
        """
        held = self._held.get(row)
        if not isinstance(held, row):
            raise Refused(Code.REFUSED)
        return held

    def get(self, row: Any) -> object:  # noqa: ANN401 - the type of a row is its own
        """Return a row, whatever its type.

        :raises Refused: nothing is known of it.
        """
        return self[row]
