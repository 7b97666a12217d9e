"""What a CC3220 tells unasked."""

from __future__ import annotations

from ...wire.codecs import Bool, Choice, ListOf, OpenStrEnum, Text
from ...wire.event import Event, Evidence, event, value
from .codecs import BLOCK, Address, DataFormat, Mac, Number, Qos, QosWord, Word
from .values.wlan import ProvisioningStatus, WlanRole, WlanState, Wps

__all__ = [
    "EventFatalErrorCmdTimeout",
    "EventFatalErrorDeviceAbort",
    "EventFatalErrorDriverAbort",
    "EventFatalErrorNoCmdAck",
    "EventFatalErrorSyncLoss",
    "EventGeneralError",
    "EventGeneralResetRequest",
    "EventMqttDisconnect",
    "EventMqttOperationConnack",
    "EventMqttOperationPuback",
    "EventMqttOperationSuback",
    "EventMqttOperationUnsuback",
    "EventMqttRecv",
    "EventNetAppDhcpIpv4AcquireTimeout",
    "EventNetAppDhcpv4Leased",
    "EventNetAppDhcpv4Released",
    "EventNetAppIpCollision",
    "EventNetAppIpv4Acquired",
    "EventNetAppIpv4Lost",
    "EventNetAppIpv6Acquired",
    "EventNetAppIpv6Lost",
    "EventSockAsyncEvent",
    "EventSockTxFailed",
    "EventWlanConnect",
    "EventWlanDisconnect",
    "EventWlanP2pClientAdded",
    "EventWlanP2pClientRemoved",
    "EventWlanP2pConnect",
    "EventWlanP2pConnectfail",
    "EventWlanP2pDevfound",
    "EventWlanP2pDisconnect",
    "EventWlanP2pRequest",
    "EventWlanProvisioningProfileAdded",
    "EventWlanProvisioningStatus",
    "EventWlanRxfilter",
    "EventWlanStaAdded",
    "EventWlanStaRemoved",
    "Sender",
    "SocketNews",
]

_NAME = Text(free=True)


class Sender(OpenStrEnum):
    """Who an event is about, as printed: the firmware mixes the words up.

    Printed ``other`` means the WLAN, ``wlan`` the network configuration, ``netcfg`` the network applications and
    ``netapp`` security; for others nothing is printed.
    """

    WLAN = "wlan"
    NETCFG = "netcfg"
    NETAPP = "netapp"
    SECURITY = "security"
    OTHER = "other"


class SocketNews(OpenStrEnum):
    """What happened to a socket. A failed TLS handshake has no word."""

    SSL_ACCEPT = "ssl_accept"
    RX_FRAG_TOO_BIG = "rx_frag_too_big"
    OTHER_SIDE_CLOSE_SSL = "other_side_close_ssl"
    CONNECTED_SECURED = "connected_secured"
    WRONG_ROOT_CA = "wrong_root_ca"


# Fatal errors


@event(
    "+eventfatalerror:device_abort,<code>,<value>",
    name="EventFatalError.device_abort",
    section="6.8, table 62",
    evidence=Evidence.RUN,
)
class EventFatalErrorDeviceAbort(Event):
    """The network processor has stopped after a severe error.

    :param code: kind of the error.
    :param value: more about it.

    Source: SWRU534 6.8, table 62.
    """

    code: int = value(Number())
    value: int = value(Number())


@event(
    "+eventfatalerror:no_cmd_ack,<code>",
    name="EventFatalError.no_cmd_ack",
    section="6.8, table 62",
    evidence=Evidence.RUN,
)
class EventFatalErrorNoCmdAck(Event):
    """The network processor did not acknowledge a command.

    :param code: number of the command.

    Source: SWRU534 6.8, table 62.
    """

    code: int = value(Number())


@event("+eventfatalerror:cmd_timeout,<code>", name="EventFatalError.cmd_timeout", section="6.8, table 62")
class EventFatalErrorCmdTimeout(Event):
    """The network processor did not answer a command in time.

    :param code: number of the answer.

    Source: SWRU534 6.8, table 62.
    """

    code: int = value(Number())


@event("+eventfatalerror:driver_abort[,]", name="EventFatalError.driver_abort", section="6.8, table 62")
class EventFatalErrorDriverAbort(Event):
    """A severe error in the driver.

    Source: SWRU534 6.8, table 62.
    """


@event(
    "+eventfatalerror:sync_loss[,]",
    name="EventFatalError.sync_loss",
    section="6.8, table 62",
    evidence=Evidence.RUN,
)
class EventFatalErrorSyncLoss(Event):
    """Host and network processor have lost step.

    Source: SWRU534 6.8, table 62.
    """


# General


@event("+eventgeneral:reset_request,<code>[,[<sender>]]", name="EventGeneral.reset_request", section="6.8, table 63")
class EventGeneralResetRequest(Event):
    """The network processor wants to be stopped and started.

    :param code: why.
    :param sender: who it is about, as printed.

    Source: SWRU534 6.8, table 63.
    """

    code: int = value(Number())
    sender: Sender | None = value(Word(Sender), default=None)


@event(
    "+eventgeneral:error,<code>[,[<sender>]]",
    name="EventGeneral.error",
    section="6.8, table 63",
    evidence=Evidence.RUN,
)
class EventGeneralError(Event):
    """An error.

    :param code: which.
    :param sender: who it is about, as printed.

    Source: SWRU534 6.8, table 63.
    """

    code: int = value(Number())
    sender: Sender | None = value(Word(Sender), default=None)


# WLAN


@event("+eventwlan:connect,<ssid>,<bssid>", name="EventWlan.connect", section="6.8, table 64", evidence=Evidence.RUN)
class EventWlanConnect(Event):
    """A network was joined. An address is still to come.

    :param ssid: its name.
    :param bssid: address of the access point.

    Source: SWRU534 6.8, table 64.
    """

    ssid: str = value(_NAME)
    bssid: str = value(Mac())


@event("+eventwlan:p2p_connect,<ssid>,<bssid>,<device>", name="EventWlan.p2p_connect", section="6.8, table 64")
class EventWlanP2pConnect(Event):
    """A group of Wi-Fi Direct was joined.

    :param ssid: its name.
    :param bssid: address of its owner.
    :param device: name of its owner.

    Source: SWRU534 6.8, table 64.
    """

    ssid: str = value(_NAME)
    bssid: str = value(Mac())
    device: str = value(_NAME)


@event(
    "+eventwlan:disconnect,<ssid>,<bssid>,<reason>",
    name="EventWlan.disconnect",
    section="6.8, table 64",
    evidence=Evidence.RUN,
)
class EventWlanDisconnect(Event):
    """A network was left, or could not be joined.

    :param ssid: its name.
    :param bssid: address of the access point.
    :param reason: below 200 those of IEEE 802.11; 200 this device's own wish, 202 the access point did not
        authenticate it in time.

    Source: SWRU534 6.8, table 64.
    """

    ssid: str = value(_NAME)
    bssid: str = value(Mac())
    reason: int = value(Number())


@event(
    "+eventwlan:p2p_disconnect,<ssid>,<bssid>,<reason>,<device>",
    name="EventWlan.p2p_disconnect",
    section="6.8, table 64",
    evidence=Evidence.RUN,
)
class EventWlanP2pDisconnect(Event):
    """A group of Wi-Fi Direct was left.

    :param ssid: its name.
    :param bssid: address of its owner.
    :param reason: as for a network.
    :param device: name of its owner.

    Source: SWRU534 6.8, table 64.
    """

    ssid: str = value(_NAME)
    bssid: str = value(Mac())
    reason: int = value(Number())
    device: str = value(_NAME)


@event("+eventwlan:sta_added,<mac>", name="EventWlan.sta_added", section="6.8, table 64", evidence=Evidence.RUN)
class EventWlanStaAdded(Event):
    """A station has joined the device's own network.

    :param mac: its address.

    Source: SWRU534 6.8, table 64.
    """

    mac: str = value(Mac())


@event("+eventwlan:sta_removed,<mac>", name="EventWlan.sta_removed", section="6.8, table 64", evidence=Evidence.RUN)
class EventWlanStaRemoved(Event):
    """A station has left the device's own network.

    :param mac: its address.

    Source: SWRU534 6.8, table 64.
    """

    mac: str = value(Mac())


@event(
    "+eventwlan:p2p_client_added,<mac>,<device>,<own_ssid>",
    name="EventWlan.p2p_client_added",
    section="6.8, table 64",
    evidence=Evidence.RUN,
)
class EventWlanP2pClientAdded(Event):
    """A device has joined this device's group of Wi-Fi Direct.

    :param mac: its address.
    :param device: its name.
    :param own_ssid: name of the group.

    Source: SWRU534 6.8, table 64.
    """

    mac: str = value(Mac())
    device: str = value(_NAME)
    own_ssid: str = value(Text())


@event(
    "+eventwlan:p2p_client_removed,<mac>,<device>,<own_ssid>",
    name="EventWlan.p2p_client_removed",
    section="6.8, table 64",
)
class EventWlanP2pClientRemoved(Event):
    """A device has left this device's group of Wi-Fi Direct.

    :param mac: its address.
    :param device: its name.
    :param own_ssid: name of the group.

    Source: SWRU534 6.8, table 64.
    """

    mac: str = value(Mac())
    device: str = value(_NAME)
    own_ssid: str = value(Text())


@event(
    "+eventwlan:p2p_devfound,<device>,<mac>[,[<wps>]]",
    name="EventWlan.p2p_devfound",
    section="6.8, table 64",
    evidence=Evidence.RUN,
)
class EventWlanP2pDevfound(Event):
    """A device with Wi-Fi Direct was found.

    :param device: its name.
    :param mac: its address.
    :param wps: how it wants to be set up; None where the firmware has no word for it.

    Source: SWRU534 6.8, table 64.
    """

    device: str = value(_NAME)
    mac: str = value(Mac())
    wps: Wps | None = value(Word(Wps), default=None)


@event("+eventwlan:p2p_request,<device>,<mac>[,[<wps>]]", name="EventWlan.p2p_request", section="6.8, table 64")
class EventWlanP2pRequest(Event):
    """A device wants to negotiate by Wi-Fi Direct.

    :param device: its name.
    :param mac: its address.
    :param wps: how it wants to be set up; None where the firmware has no word for it.

    Source: SWRU534 6.8, table 64.
    """

    device: str = value(_NAME)
    mac: str = value(Mac())
    wps: Wps | None = value(Word(Wps), default=None)


@event(
    "+eventwlan:p2p_connectfail[,[<status>]]",
    name="EventWlan.p2p_connectfail",
    section="6.8, table 64",
    evidence=Evidence.RUN,
)
class EventWlanP2pConnectfail(Event):
    """A connection by Wi-Fi Direct failed.

    :param status: where it stood.

    Source: SWRU534 6.8, table 64.
    """

    status: WlanState | None = value(Word(WlanState), default=None)


@event(
    "+eventwlan:provisioning_status,<status>[,<role>][,<wlan_status>][,<ssid>]",
    name="EventWlan.provisioning_status",
    section="6.8, table 64",
    evidence=Evidence.RUN,
)
class EventWlanProvisioningStatus(Event):
    """How far provisioning is. The manual has the first value alone.

    :param status: what became of it, or its step.
    :param role: what the device is in its network.
    :param wlan_status: where the connection stands.
    :param ssid: name of the network.

    Source: SWRU534 6.8, table 64.
    """

    status: ProvisioningStatus = value(Word(ProvisioningStatus))
    role: WlanRole | None = value(Word(WlanRole, closed=True), default=None)
    wlan_status: WlanState | None = value(Word(WlanState, closed=True), default=None)
    ssid: str | None = value(_NAME, default=None)


@event(
    "+eventwlan:provisioning_profile_added,<status>[,<ssid>]",
    name="EventWlan.provisioning_profile_added",
    section="6.8, table 64",
    evidence=Evidence.RUN,
)
class EventWlanProvisioningProfileAdded(Event):
    """Provisioning has stored a network.

    :param status: what became of it.
    :param ssid: name of the network.

    Source: SWRU534 6.8, table 64.
    """

    status: ProvisioningStatus = value(Word(ProvisioningStatus))
    ssid: str | None = value(_NAME, default=None)


@event("+eventwlan:rxfilter[,]", name="EventWlan.rxfilter", section="6.8, table 64")
class EventWlanRxfilter(Event):
    """A receive filter matched. The core has the word but never prints it.

    Source: source of the AT core; the manual lacks it.
    """


# Addresses


@event(
    "+eventnetapp:ipv4_acquired,<ip>,<gateway>,<dns>",
    name="EventNetApp.ipv4_acquired",
    section="6.8, table 65",
    evidence=Evidence.RUN,
)
class EventNetAppIpv4Acquired(Event):
    """The station has got an IPv4 address: from here on sockets work.

    :param ip: the address.
    :param gateway: address of the gateway.
    :param dns: address of the name server.

    Source: SWRU534 6.8, table 65.
    """

    ip: str = value(Address())
    gateway: str = value(Address())
    dns: str = value(Address())


@event(
    "+eventnetapp:ipv6_acquired,<ip>,<dns>",
    name="EventNetApp.ipv6_acquired",
    section="6.8, table 65",
    evidence=Evidence.RUN,
)
class EventNetAppIpv6Acquired(Event):
    """The station has got an IPv6 address.

    :param ip: the address.
    :param dns: address of the name server; ``::`` for none.

    Source: SWRU534 6.8, table 65.
    """

    ip: str = value(Address(6))
    dns: str = value(Address(6))


@event(
    "+eventnetapp:ip_collision,<ip>,<dhcp_mac>,<conflict_mac>",
    name="EventNetApp.ip_collision",
    section="6.8, table 65",
    evidence=Evidence.RUN,
)
class EventNetAppIpCollision(Event):
    """Another station has the same address.

    :param ip: the address.
    :param dhcp_mac: hardware address of the DHCP server.
    :param conflict_mac: hardware address of the other station; the manual takes it for a name server.

    Source: SWRU534 6.8, table 65.
    """

    ip: str = value(Address())
    dhcp_mac: str = value(Mac())
    conflict_mac: str = value(Mac())


@event(
    "+eventnetapp:dhcpv4_leased,<ip>,<lease>,<mac>",
    name="EventNetApp.dhcpv4_leased",
    section="6.8, table 65",
    evidence=Evidence.RUN,
    variants=("+eventnetapp:ip_leased,<ip>,<lease>,<mac>",),
)
class EventNetAppDhcpv4Leased(Event):
    """The device's own DHCP server has leased an address; ``IP_LEASED`` in the manual.

    :param ip: the address.
    :param lease: seconds that it is leased.
    :param mac: hardware address of the station.

    Source: SWRU534 6.8, table 65.
    """

    ip: str = value(Address())
    lease: int = value(Number())
    mac: str = value(Mac())


@event(
    "+eventnetapp:dhcpv4_released,<ip>,<mac>,<reason>",
    name="EventNetApp.dhcpv4_released",
    section="6.8, table 65",
    evidence=Evidence.RUN,
    variants=("+eventnetapp:ip_released,<ip>,<mac>,<reason>",),
)
class EventNetAppDhcpv4Released(Event):
    """The device's own DHCP server has got an address back; ``IP_RELEASED`` in the manual.

    :param ip: the address.
    :param mac: hardware address of the station.
    :param reason: why.

    Source: SWRU534 6.8, table 65.
    """

    ip: str = value(Address())
    mac: str = value(Mac())
    reason: int = value(Number())


@event("+eventnetapp:ipv4_lost,<status>", name="EventNetApp.ipv4_lost", section="6.8, table 65", evidence=Evidence.RUN)
class EventNetAppIpv4Lost(Event):
    """The station has lost its IPv4 address.

    :param status: why.

    Source: SWRU534 6.8, table 65.
    """

    status: int = value(Number())


@event(
    "+eventnetapp:dhcp_ipv4_acquire_timeout,<status>",
    name="EventNetApp.dhcp_ipv4_acquire_timeout",
    section="6.8, table 65",
    evidence=Evidence.RUN,
)
class EventNetAppDhcpIpv4AcquireTimeout(Event):
    """No DHCP server answers.

    :param status: why.

    Source: SWRU534 6.8, table 65.
    """

    status: int = value(Number())


@event("+eventnetapp:ipv6_lost,<ip>", name="EventNetApp.ipv6_lost", section="6.8, table 65", evidence=Evidence.RUN)
class EventNetAppIpv6Lost(Event):
    """The station has lost an IPv6 address.

    :param ip: the address.

    Source: SWRU534 6.8, table 65.
    """

    ip: str = value(Address(6))


# Sockets


@event(
    "+eventsock:tx_failed,<socket>,<status>",
    name="EventSock.tx_failed",
    section="6.8, table 66",
    evidence=Evidence.RUN,
)
class EventSockTxFailed(Event):
    """Sending failed after it had been accepted.

    :param socket: number of the socket.
    :param status: code of the failure, as in errors.

    Source: SWRU534 6.8, table 66.
    """

    socket: int = value(Number())
    status: int = value(Number())


@event(
    "+eventsock:async_event,<socket>[,<type>],<value>",
    name="EventSock.async_event",
    section="6.8, table 66",
    evidence=Evidence.RUN,
)
class EventSockAsyncEvent(Event):
    """Something happened to a socket.

    :param socket: its number.
    :param type: what; None where the firmware has no word: a failed TLS handshake.
    :param value: more about it.

    Source: SWRU534 6.8, table 66.
    """

    socket: int = value(Number())
    type: SocketNews | None = value(Word(SocketNews), default=None)
    value: int = value(Number())


# MQTT


@event(
    "+eventmqtt:operation,connack,<code>",
    name="EventMqtt.operation.connack",
    section="6.8, table 67",
    evidence=Evidence.RUN,
)
class EventMqttOperationConnack(Event):
    """The broker has answered the connection; comes before the end of ``MqttConnect``.

    :param code: its return code in the low byte, 0 for success; flags above.

    Source: SWRU534 6.8, table 67.
    """

    code: int = value(Number())


@event(
    "+eventmqtt:operation,puback,<id>",
    name="EventMqtt.operation.puback",
    section="6.8, table 67",
    evidence=Evidence.RUN,
)
class EventMqttOperationPuback(Event):
    """The broker has acknowledged a message; without blocking sends alone.

    :param id: 0, whichever message it was.

    Source: SWRU534 6.8, table 67.
    """

    id: int = value(Number())


@event(
    "+eventmqtt:operation,suback,<codes>",
    name="EventMqtt.operation.suback",
    section="6.8, table 67",
    evidence=Evidence.RUN,
)
class EventMqttOperationSuback(Event):
    """The broker has answered a subscription; without blocking sends alone.

    :param codes: for each topic the quality of service that was granted, or 128 for none.

    Source: SWRU534 6.8, table 67.
    """

    codes: tuple[int, ...] = value(ListOf(Number()))


@event("+eventmqtt:operation,unsuback,<id>", name="EventMqtt.operation.unsuback", section="6.8, table 67")
class EventMqttOperationUnsuback(Event):
    """The broker has acknowledged that topics were unsubscribed from; without blocking sends alone.

    :param id: 0.

    Source: SWRU534 6.8, table 67.
    """

    id: int = value(Number())


@event(
    "+eventmqtt:recv,<topic>,<qos>,<retain>,<dup>,<format>,<length>,<message>",
    name="EventMqtt.recv",
    section="6.8, table 67",
    evidence=Evidence.RUN,
)
class EventMqttRecv(Event):
    """A message from the broker. The example application cuts the line of a topic with a comma before the message.

    :param topic: its topic.
    :param qos: its quality of service.
    :param retain: the broker had kept it.
    :param dup: it may have come before.
    :param format: how it stood in the line.
    :param length: bytes in the line: base64 characters there.
    :param message: the message itself.
    :param short: its end did not come.

    Source: SWRU534 6.8, table 67.
    """

    topic: str = value(_NAME)
    qos: Qos = value(QosWord())
    retain: bool = value(Bool())
    dup: bool = value(Bool())
    format: DataFormat = value(Choice(DataFormat))
    length: int = value(Number())
    message: bytes = value(BLOCK)
    short: bool = False


@event("+eventmqtt:disconnect[,]", name="EventMqtt.disconnect", section="6.8, table 67", evidence=Evidence.RUN)
class EventMqttDisconnect(Event):
    """The connection to the broker has ended, by either side.

    Source: SWRU534 6.8, table 67.
    """
