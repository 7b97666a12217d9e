"""The options of sockets, which ``SetSockOpt`` writes and ``GetSockOpt`` reads."""

from __future__ import annotations

from typing import ClassVar

from ....errors import InvalidArgument
from ....wire.codecs import Bool, OpenStrEnum, Text
from ....wire.event import value
from ..codecs import Address, Number, Word, Words
from ..options import Option, option
from .sockets import Cipher, SecurityMethod

__all__ = [
    "Alpn",
    "IpAddMembership",
    "IpDropMembership",
    "IpHdrIncl",
    "IpMulticastTtl",
    "IpRawIpv6HdrIncl",
    "IpRawRxNoHeader",
    "PhyAllowAcks",
    "PhyNumFramesToTx",
    "PhyPreamble",
    "PhyRate",
    "PhyTxInhibitThreshold",
    "PhyTxPower",
    "PhyTxTimeout",
    "SocketChangeChannel",
    "SocketKeepalive",
    "SocketKeepaliveTime",
    "SocketLinger",
    "SocketNonblocking",
    "SocketOption",
    "SocketRcvBuf",
    "SocketRcvTimeo",
    "SocketRxNoIpBoundary",
    "SocketSecMethod",
    "SocketSecureAlpn",
    "SocketSecureDomainNameVerification",
    "SocketSecureExtClientChlngResp",
    "SocketSecureFilesCaFileName",
    "SocketSecureFilesCertificateFileName",
    "SocketSecureFilesDhKeyFileName",
    "SocketSecureFilesPrivateKeyFileName",
    "SocketSecureMask",
    "TxInhibitThreshold",
]

_FILE = Text(longest=255, free=True)


class Alpn(OpenStrEnum):
    """Protocols that TLS may agree on."""

    H1 = "h1"
    H2 = "h2"
    H2C = "h2c"
    H2_14 = "h2_14"
    H2_16 = "h2_16"
    FULL_LIST = "full_list"


class TxInhibitThreshold(OpenStrEnum):
    """How strong foreign signals hold back transmission."""

    MIN = "min"
    LOW = "low"
    DEFAULT = "default"
    MED = "med"
    HIGH = "high"
    MAX = "max"


class SocketOption(Option):
    """The options of a socket."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


@option("socket", "keepalive")
class SocketKeepalive(SocketOption):
    """Keep TCP connections alive by messages from time to time.

    :param enabled: they are sent.
    """

    enabled: bool = value(Bool())


@option("socket", "keepalivetime")
class SocketKeepaliveTime(SocketOption):
    """Time between keep-alive messages.

    :param seconds: the time.
    """

    seconds: int = value(Number(0, unit="s"))


@option("socket", "rx_no_ip_boundary")
class SocketRxNoIpBoundary(SocketOption):
    """Whether one read may cross the borders of packets.

    :param enabled: it may.
    """

    enabled: bool = value(Bool())


@option("socket", "rcvtimeo")
class SocketRcvTimeo(SocketOption):
    """Longest time that a read waits; in steps of 10 ms. Without it a read waits for ever.

    :param seconds: whole seconds.
    :param microseconds: the rest.
    """

    seconds: int = value(Number(0, unit="s"))
    microseconds: int = value(Number(0, 999999, unit="µs"))


@option("socket", "rcvbuf")
class SocketRcvBuf(SocketOption):
    """Largest receive window of TCP.

    :param bytes: its size.
    """

    bytes: int = value(Number(0, unit="bytes"))


@option("socket", "nonblocking")
class SocketNonblocking(SocketOption):
    """Reads that find nothing end at once, refused with ``WOULD_BLOCK``.

    :param enabled: they do.
    """

    enabled: bool = value(Bool())


@option("socket", "secmethod")
class SocketSecMethod(SocketOption):
    """Version of TLS.

    :param method: the version.
    """

    method: SecurityMethod = value(Word(SecurityMethod))


@option("socket", "secure_mask")
class SocketSecureMask(SocketOption):
    """Cipher suites that TLS may use; all when never set.

    :param flags: the suites, at least one.
    """

    flags: tuple[Cipher, ...] = value(Words(Cipher))

    def check(self) -> None:
        if not self.flags:
            raise InvalidArgument("flags", Words(Cipher, needed=True).allowed)


@option("socket", "secure_files_ca_file_name")
class SocketSecureFilesCaFileName(SocketOption):
    """File of the certificate authority, in DER or PEM.

    :param file: its name, at most 255 bytes.
    """

    file: str = value(_FILE)


@option("socket", "secure_files_private_key_file_name")
class SocketSecureFilesPrivateKeyFileName(SocketOption):
    """File of the own private key.

    :param file: its name, at most 255 bytes.
    """

    file: str = value(_FILE)


@option("socket", "secure_files_certificate_file_name")
class SocketSecureFilesCertificateFileName(SocketOption):
    """File of the own certificate.

    :param file: its name, at most 255 bytes.
    """

    file: str = value(_FILE)


@option("socket", "secure_files_dh_key_file_name")
class SocketSecureFilesDhKeyFileName(SocketOption):
    """File of the Diffie-Hellman parameters.

    :param file: its name, at most 255 bytes.
    """

    file: str = value(_FILE)


@option("socket", "change_channel")
class SocketChangeChannel(SocketOption):
    """Channel in transceiver mode.

    :param channel: 1 to 13.
    """

    channel: int = value(Number(1, 13))


@option("socket", "secure_alpn")
class SocketSecureAlpn(SocketOption):
    """Protocols that TLS may agree on.

    :param flags: the protocols.
    """

    flags: tuple[Alpn, ...] = value(Words(Alpn))


@option("socket", "linger")
class SocketLinger(SocketOption):
    """Whether closing waits for packets that are on their way.

    :param enabled: it waits.
    :param seconds: how long.
    """

    enabled: bool = value(Bool())
    seconds: int = value(Number(0, unit="s"))


@option("socket", "secure_ext_client_chlng_resp", comma=True)
class SocketSecureExtClientChlngResp(SocketOption):
    """The client's signature is made outside, on a request of the network processor."""


@option("socket", "secure_domain_name_verification")
class SocketSecureDomainNameVerification(SocketOption):
    """Name that the server's certificate must carry.

    :param domain: the name, at most 255 bytes.
    """

    domain: str = value(_FILE)


@option("ip", "multicast_ttl")
class IpMulticastTtl(SocketOption):
    """Time to live of multicast packets.

    :param hops: how far they go.
    """

    hops: int = value(Number(0, 255))


@option("ip", "add_membership")
class IpAddMembership(SocketOption):
    """Join a multicast group.

    :param group: its IPv4 address.
    :param interface: address of the interface; ``0.0.0.0`` for any.
    """

    group: str = value(Address())
    interface: str = value(Address())


@option("ip", "drop_membership")
class IpDropMembership(SocketOption):
    """Leave a multicast group.

    :param group: its IPv4 address.
    :param interface: address of the interface; ``0.0.0.0`` for any.
    """

    group: str = value(Address())
    interface: str = value(Address())


@option("ip", "raw_rx_no_header")
class IpRawRxNoHeader(SocketOption):
    """Whether a raw socket takes the IP header off received packets.

    :param remove: it does.
    """

    remove: bool = value(Bool())


@option("ip", "hdrincl")
class IpHdrIncl(SocketOption):
    """Whether the caller of a raw socket writes the IPv4 header himself.

    :param enabled: he does.
    """

    enabled: bool = value(Bool())


@option("ip", "raw_ipv6_hdrincl")
class IpRawIpv6HdrIncl(SocketOption):
    """Whether the caller of a raw socket writes the IPv6 header himself.

    :param enabled: he does.
    """

    enabled: bool = value(Bool())


@option("phy", "phy_rate")
class PhyRate(SocketOption):
    """Rate of transmission of a raw socket.

    :param rate: number of the rate.
    """

    rate: int = value(Number(0))


@option("phy", "phy_tx_power")
class PhyTxPower(SocketOption):
    """Power of transmission of a raw socket.

    :param power: 1 to 15.
    """

    power: int = value(Number(1, 15))


@option("phy", "phy_num_frames_to_tx")
class PhyNumFramesToTx(SocketOption):
    """Frames to transmit in transceiver mode.

    :param frames: how many.
    """

    frames: int = value(Number(0))


@option("phy", "phy_preamble")
class PhyPreamble(SocketOption):
    """Preamble of a raw socket, long or short.

    :param preamble: number of the preamble.
    """

    preamble: int = value(Number(0))


@option("phy", "phy_tx_inhibit_threshold")
class PhyTxInhibitThreshold(SocketOption):
    """How strong foreign signals hold back transmission.

    :param threshold: the strength.
    """

    threshold: TxInhibitThreshold = value(Word(TxInhibitThreshold))


@option("phy", "phy_tx_timeout")
class PhyTxTimeout(SocketOption):
    """How long a frame in transceiver mode may wait for transmission.

    :param milliseconds: 0 to 10.
    """

    milliseconds: int = value(Number(0, 10, unit="ms"))


@option("phy", "phy_allow_acks")
class PhyAllowAcks(SocketOption):
    """Whether frames are acknowledged in transceiver mode.

    :param enabled: they are.
    """

    enabled: bool = value(Bool())
