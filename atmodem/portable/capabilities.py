"""What a module can do: one table for ``modem.capabilities``, for ``Unsupported`` and for the reference.

The value of a capability is ``part.operation``: *part* is the attribute of :class:`~atmodem.portable.drivers.Driver`
that serves it. Where that part has a method of the operation's name, it is that method; else it is a feature of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from ..errors import Unsupported

__all__ = ["Capabilities", "Capability", "Support", "declare", "unsupported"]


class Support(Enum):
    """Whether a module can do something."""

    YES = "yes"
    NO = "no"
    #: Firmware of the family differs in it; asking the module, or trying, tells.
    UNKNOWN = "unknown"


class Capability(Enum):
    """Everything that a dialect, or a firmware of it, may lack."""

    WIFI_SCAN = "wifi.scan"
    WIFI_JOIN = "wifi.join"
    WIFI_LEAVE = "wifi.leave"
    WIFI_STATUS = "wifi.status"
    #: Joining one access point by its hardware address.
    WIFI_BSSID = "wifi.bssid"
    WIFI_JOIN_ENTERPRISE = "wifi.join_enterprise"
    WIFI_SET_AUTO_RECONNECT = "wifi.set_auto_reconnect"
    WIFI_SET_HOSTNAME = "wifi.set_hostname"
    WIFI_SET_COUNTRY = "wifi.set_country"

    SOFTAP_START = "softap.start"
    SOFTAP_STOP = "softap.stop"
    SOFTAP_STATUS = "softap.status"
    SOFTAP_STATIONS = "softap.stations"
    SOFTAP_DISCONNECT = "softap.disconnect"
    #: Events for stations that come and go.
    SOFTAP_EVENTS = "softap.events"
    #: Access point and station at the same time.
    SOFTAP_WITH_STATION = "softap.with_station"

    #: One for each :class:`~atmodem.portable.values.ProvisioningMethod`, with its value.
    PROVISIONING_SMARTCONFIG = "provisioning.smartconfig"
    PROVISIONING_ESPTOUCH = "provisioning.esptouch"
    PROVISIONING_ESPTOUCH_V2 = "provisioning.esptouch_v2"
    PROVISIONING_AIRKISS = "provisioning.airkiss"
    PROVISIONING_EASYLINK = "provisioning.easylink"
    PROVISIONING_ALIBABA = "provisioning.alibaba"
    PROVISIONING_ACCESS_POINT = "provisioning.access_point"
    PROVISIONING_WPS_BUTTON = "provisioning.wps_button"
    PROVISIONING_WPS_PIN = "provisioning.wps_pin"
    PROVISIONING_BLUFI = "provisioning.blufi"

    ADDRESSES_READ = "addresses.read"
    ADDRESSES_SET_IPV4 = "addresses.set_ipv4"
    ADDRESSES_SET_DNS = "addresses.set_dns"
    ADDRESSES_SET_IPV6 = "addresses.set_ipv6"
    ADDRESSES_SET_MAC = "addresses.set_mac"

    TCP_CONNECT = "sockets.open_tcp"
    TCP_LISTEN = "sockets.listen_tcp"
    #: Closing one half of a connection.
    TCP_SEND_EOF = "sockets.send_eof"
    UDP_OPEN = "sockets.open_udp"
    #: Datagrams to an address of their own each.
    UDP_SEND_TO = "sockets.send_to"
    #: Datagrams tell who sent them.
    UDP_SENDER = "sockets.udp_sender"
    UDP_BROADCAST = "sockets.udp_broadcast"
    UDP_JOIN_GROUP = "sockets.join_group"
    #: Data wait in the module until they are asked for, and hold the far end back.
    PASSIVE_RECEIVE = "sockets.passive_receive"
    SOCKETS_IPV6 = "sockets.ipv6"

    #: TLS done by the module.
    TLS = "sockets.tls"
    TLS_CLIENT_CERTIFICATE = "sockets.tls_client_certificate"
    TLS_SERVER_NAME = "sockets.tls_server_name"
    TLS_ALPN = "sockets.tls_alpn"
    TLS_PSK = "sockets.tls_psk"
    CREDENTIALS_STORE = "credentials.store"
    CREDENTIALS_READ = "credentials.read"
    CREDENTIALS_DELETE = "credentials.delete"

    PASSTHROUGH = "passthrough.enter"
    PASSTHROUGH_UDP = "passthrough.udp"
    PASSTHROUGH_TLS = "passthrough.tls"
    #: Starting in passthrough after a restart.
    PASSTHROUGH_SET_AUTOSTART = "passthrough.set_autostart"
    ETHERNET = "ethernet.open"

    RESOLVE = "network.resolve"
    PING = "network.ping"
    CLOCK_START_SNTP = "clock.start_sntp"
    CLOCK_READ = "clock.read"
    CLOCK_SET = "clock.set"
    MDNS_ADVERTISE = "mdns.advertise"
    MDNS_BROWSE = "mdns.browse"

    IDENTITY = "system.identity"
    RESTART = "system.restart"
    RESTORE = "system.restore"
    MEMORY = "system.memory"
    TEMPERATURE = "system.temperature"
    POWER_SET_SAVING = "power.set_saving"
    POWER_SLEEP = "power.sleep"
    #: Sleeping until a pin wakes the module.
    POWER_SLEEP_UNTIL_PIN = "power.sleep_until_pin"
    POWER_SET_TRANSMIT = "power.set_transmit"
    UART_READ = "uart.read"
    #: A new line speed at once.
    UART_CHANGE = "uart.change"
    #: A line speed for the next start.
    UART_STORE = "uart.store"
    NVS = "nvs.keys"
    FLASH = "flash.partitions"

    MQTT = "mqtt.connect"
    MQTT_UNSUBSCRIBE = "mqtt.unsubscribe"
    MQTT_WILL = "mqtt.will"
    MQTT_KEEP_ALIVE = "mqtt.keep_alive"
    #: Keeping the session in the broker: clean session off.
    MQTT_PERSISTENT_SESSION = "mqtt.persistent_session"
    MQTT_RETAIN = "mqtt.retain"
    #: Payloads of any bytes, CR, LF and NUL among them.
    MQTT_BINARY = "mqtt.binary"
    #: Messages tell their topic.
    MQTT_TOPIC = "mqtt.topic"
    MQTT_TLS = "mqtt.tls"
    MQTT_SERVER_NAME = "mqtt.server_name"
    MQTT_ALPN = "mqtt.alpn"
    MQTT_WEBSOCKET = "mqtt.websocket"

    CLASSIC = "classic.open"
    CLASSIC_LISTEN_SERIAL = "classic.listen_serial"
    CLASSIC_CONNECT_SERIAL = "classic.connect_serial"
    CLASSIC_INQUIRE = "classic.inquire"
    CLASSIC_PAIRING = "classic.reply_pairing"
    #: Bytes of a serial connection that pass the line bare.
    CLASSIC_PASSTHROUGH = "classic.enter_passthrough"
    LE_SCAN = "le.start_scan"
    LE_CONNECT = "le.connect"
    LE_ADVERTISE = "le.advertise"
    LE_PAIR = "le.pair"
    #: The module's own byte stream over two characteristics.
    LE_ENTER_UART = "le.enter_uart"
    #: Central and peripheral at the same time.
    LE_DUAL_ROLE = "le.dual_role"

    HTTP = "http.exchange"
    HTTP_HEAD = "http.head"
    HTTP_PUT = "http.put"
    HTTP_DELETE = "http.delete"
    HTTP_HEADERS = "http.headers"
    HTTP_TLS = "http.tls"
    #: Request bodies of any bytes.
    HTTP_BINARY = "http.binary"
    #: Bodies arrive marked and counted, so that none is taken for something else.
    HTTP_FRAMED = "http.framed"
    WEB_SERVER = "web_server.start"
    WEBSOCKET = "websocket.open"

    FILES = "files.open"
    FILES_RENAME = "files.rename"
    OTA_CHECK = "ota.check"
    #: A version from the maker's server.
    OTA_UPDATE = "ota.update"
    OTA_UPDATE_FROM_URL = "ota.update_from_url"
    #: An image that this program sends.
    OTA_UPLOAD = "ota.upload"
    OTA_ROLLBACK = "ota.rollback"


Capabilities = Mapping[Capability, Support]


def declare(*, yes: Iterable[Capability] = (), unknown: Iterable[Capability] = ()) -> dict[Capability, Support]:
    """Return a whole table.

    :param yes: what every firmware of the dialect can do.
    :param unknown: what some of them can. Everything else it cannot.
    """
    table = dict.fromkeys(Capability, Support.NO)
    table.update(dict.fromkeys(yes, Support.YES))
    table.update(dict.fromkeys(unknown, Support.UNKNOWN))
    return table


def unsupported(capability: Capability, dialect: str = "this dialect") -> Unsupported:
    """Return the error for something that a module cannot do.

    :param dialect: who lacks it.
    """
    return Unsupported(f"{dialect} lacks {capability.value}")
