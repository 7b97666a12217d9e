"""The rows that ``NetAPPSet`` writes and ``NetAPPGet`` reads."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bool, OpenStrEnum, SecretText, Text
from ....wire.event import value
from ....wire.secret import Secret
from ..codecs import Address, Number, Words
from ..options import Option, option

__all__ = [
    "DeviceDomain",
    "DeviceUrn",
    "DhcpServerBasic",
    "DnsClientTime",
    "HttpServerAuthCheck",
    "HttpServerAuthName",
    "HttpServerAuthPassword",
    "HttpServerAuthRealm",
    "HttpServerCaCertFile",
    "HttpServerDevCertFile",
    "HttpServerPrimPortNum",
    "HttpServerPrimPortSecEn",
    "HttpServerPrivKeyFile",
    "HttpServerRomPagesAccess",
    "HttpServerSecondPortEn",
    "HttpServerSecondPortNum",
    "HttpServerTmpRegisterService",
    "HttpServerTmpUnregisterService",
    "MdnsContQuery",
    "MdnsQevetnMask",
    "MdnsServiceType",
    "MdnsTimingParams",
    "NetAppSetting",
    "NetAppValue",
]

_PORT = Number(0, 65535)
_FILE = Text(longest=96)
_SERVICE = Text(longest=80, free=True)


class MdnsServiceType(OpenStrEnum):
    """Kinds of services."""

    IPP = "ipp"
    DEVICEINFO = "deviceinfo"
    HTTP = "http"
    HTTPS = "https"
    WORKSTATION = "workstation"
    GUID = "guid"
    H323 = "h323"
    NTP = "ntp"
    OBJECTIVE = "objective"
    RDP = "rdp"
    REMOTE = "remote"
    RTSP = "rtsp"
    SIP = "sip"
    SMB = "smb"
    SOAP = "soap"
    SSH = "ssh"
    TELNET = "telnet"
    TFTP = "tftp"
    XMPP = "xmpp"
    RAOP = "raop"


class NetAppSetting(Option):
    """The rows that ``NetAPPSet`` writes."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


class NetAppValue(Option):
    """The rows that ``NetAPPGet`` reads."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


@option("dhcp_server", "basic", answer="<lease_s>,<first>,<last>[,]")
class DhcpServerBasic(NetAppSetting, NetAppValue):
    """What the DHCP server gives out.

    :param lease_s: seconds that an address is leased.
    :param first: first address.
    :param last: last address.
    """

    lease_s: int = value(Number(0, unit="s"))
    first: str = value(Address())
    last: str = value(Address())


@option("http_server", "prim_port_num")
class HttpServerPrimPortNum(NetAppSetting, NetAppValue):
    """Port of the HTTP server.

    :param port: the port.
    """

    port: int = value(_PORT)


@option("http_server", "auth_check")
class HttpServerAuthCheck(NetAppSetting, NetAppValue):
    """Whether the HTTP server asks for name and password.

    :param enabled: it asks.
    """

    enabled: bool = value(Bool())


@option("http_server", "auth_name")
class HttpServerAuthName(NetAppSetting, NetAppValue):
    """Name that the HTTP server asks for.

    :param name: at most 20 bytes.
    """

    name: str = value(Text(longest=20, free=True))


@option("http_server", "auth_password")
class HttpServerAuthPassword(NetAppSetting, NetAppValue):
    """Password that the HTTP server asks for.

    :param password: at most 20 bytes; kept as a secret.
    """

    password: str | Secret[str] = value(SecretText(Text(longest=20, free=True)))


@option("http_server", "auth_realm")
class HttpServerAuthRealm(NetAppSetting, NetAppValue):
    """Realm that the HTTP server names when it asks.

    :param realm: at most 20 bytes.
    """

    realm: str = value(Text(longest=20, free=True))


@option("http_server", "rom_pages_access")
class HttpServerRomPagesAccess(NetAppSetting, NetAppValue):
    """Whether the pages in the ROM are served.

    :param enabled: they are.
    """

    enabled: bool = value(Bool())


@option("http_server", "second_port_num")
class HttpServerSecondPortNum(NetAppSetting, NetAppValue):
    """Second port of the HTTP server.

    :param port: the port.
    """

    port: int = value(_PORT)


@option("http_server", "second_port_en")
class HttpServerSecondPortEn(NetAppSetting, NetAppValue):
    """Whether the second port is served.

    :param enabled: it is.
    """

    enabled: bool = value(Bool())


@option("http_server", "prim_port_sec_en")
class HttpServerPrimPortSecEn(NetAppSetting, NetAppValue):
    """Whether the first port speaks TLS.

    :param enabled: it does.
    """

    enabled: bool = value(Bool())


@option("http_server", "priv_key_file")
class HttpServerPrivKeyFile(NetAppSetting):
    """File of the server's private key.

    :param file: its name, at most 96 bytes.
    """

    file: str = value(_FILE)


@option("http_server", "dev_cert_file")
class HttpServerDevCertFile(NetAppSetting):
    """File of the server's certificate.

    :param file: its name, at most 96 bytes.
    """

    file: str = value(_FILE)


@option("http_server", "ca_cert_file")
class HttpServerCaCertFile(NetAppSetting):
    """File of the authority that clients must be certified by.

    :param file: its name, at most 96 bytes.
    """

    file: str = value(_FILE)


@option("http_server", "tmp_register_service")
class HttpServerTmpRegisterService(NetAppSetting):
    """Announce the server by mDNS for the time being.

    :param service: name of the service, at most 80 bytes.
    """

    service: str = value(_SERVICE)


@option("http_server", "tmp_unregister_service")
class HttpServerTmpUnregisterService(NetAppSetting):
    """Withdraw what was announced for the time being.

    :param service: name of the service, at most 80 bytes.
    """

    service: str = value(_SERVICE)


@option("mdns", "cont_query")
class MdnsContQuery(NetAppSetting, NetAppValue):
    """Service that is looked for all the time.

    :param service: its name, at most 80 bytes.
    """

    service: str = value(_SERVICE)


@option("mdns", "qevetn_mask")
class MdnsQevetnMask(NetAppSetting, NetAppValue):
    """Kinds of services that are looked for. The misspelling is the word on the wire.

    :param flags: the kinds.
    """

    flags: tuple[MdnsServiceType, ...] = value(Words(MdnsServiceType))


@option("mdns", "timing_params")
class MdnsTimingParams(NetAppSetting, NetAppValue):
    """How often services are announced and looked for.

    :param period: time between announcements in ticks of 10 ms.
    :param repetitions: how often.
    :param factor: by which the time grows.
    :param retransmission: time between repeated queries.
    :param max_interval: longest time between announcements.
    :param max_time: longest time in all.
    """

    period: int = value(Number(0))
    repetitions: int = value(Number(0))
    factor: int = value(Number(0))
    retransmission: int = value(Number(0))
    max_interval: int = value(Number(0))
    max_time: int = value(Number(0))


@option("device", "urn")
class DeviceUrn(NetAppSetting, NetAppValue):
    """Name of the device in the network.

    :param name: at most 33 bytes.
    """

    name: str = value(Text(longest=33, free=True))


@option("device", "domain")
class DeviceDomain(NetAppSetting, NetAppValue):
    """Domain of the device's own network.

    :param domain: at most 63 bytes.
    """

    domain: str = value(Text(longest=63, free=True))


@option("dns_client", "time")
class DnsClientTime(NetAppSetting, NetAppValue):
    """How long a name is looked for.

    :param max_response_ms: longest time for an answer.
    :param retries: how often it is asked again.
    """

    max_response_ms: int = value(Number(0, unit="ms"))
    retries: int = value(Number(0))
