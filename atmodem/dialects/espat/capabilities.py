"""What ESP-AT can do, and which command tells whether a firmware can."""

from __future__ import annotations

from collections.abc import Collection

from ...portable.capabilities import Capabilities, Capability, Support, declare

__all__ = ["CAPABILITIES", "capabilities_by"]

C = Capability

#: What releases, chips or builds differ in, and the command that a firmware has which can do it.
_TOLD_BY: dict[Capability, str] = {
    C.WIFI_JOIN_ENTERPRISE: "CWJEAP",
    C.WIFI_SET_AUTO_RECONNECT: "CWRECONNCFG",
    C.WIFI_SET_COUNTRY: "CWCOUNTRY",
    C.PROVISIONING_ACCESS_POINT: "WEBSERVER",
    C.PROVISIONING_BLUFI: "BLUFI",
    C.ADDRESSES_SET_IPV6: "CIPV6",
    C.SOCKETS_IPV6: "CIPV6",
    C.TLS_CLIENT_CERTIFICATE: "CIPSSLCCONF",
    C.TLS_SERVER_NAME: "CIPSSLCSNI",
    C.TLS_ALPN: "CIPSSLCALPN",
    C.TLS_PSK: "CIPSSLCPSK",
    C.CREDENTIALS_STORE: "SYSMFG",
    C.CREDENTIALS_READ: "SYSMFG",
    C.CREDENTIALS_DELETE: "SYSMFG",
    C.CLOCK_SET: "SYSTIMESTAMP",
    # Looking for services came with 5.0, as did this command.
    C.MDNS_BROWSE: "CIPCONNPERSIST",
    C.TEMPERATURE: "SYSTEMP",
    C.NVS: "SYSMFG",
    C.MQTT: "MQTTUSERCFG",
    C.MQTT_UNSUBSCRIBE: "MQTTUSERCFG",
    C.MQTT_WILL: "MQTTUSERCFG",
    C.MQTT_KEEP_ALIVE: "MQTTUSERCFG",
    C.MQTT_PERSISTENT_SESSION: "MQTTUSERCFG",
    C.MQTT_RETAIN: "MQTTUSERCFG",
    C.MQTT_BINARY: "MQTTPUBRAW",
    C.MQTT_TOPIC: "MQTTUSERCFG",
    C.MQTT_TLS: "MQTTUSERCFG",
    C.MQTT_SERVER_NAME: "MQTTSNI",
    C.MQTT_ALPN: "MQTTALPN",
    C.MQTT_WEBSOCKET: "MQTTUSERCFG",
    C.CLASSIC: "BTINIT",
    C.CLASSIC_LISTEN_SERIAL: "BTSPPSTART",
    C.CLASSIC_CONNECT_SERIAL: "BTSPPCONN",
    C.CLASSIC_INQUIRE: "BTSTARTDISC",
    C.CLASSIC_PAIRING: "BTSECPARAM",
    C.CLASSIC_PASSTHROUGH: "BTSPPSEND",
    C.LE_SCAN: "BLESCAN",
    C.LE_CONNECT: "BLECONN",
    C.LE_ADVERTISE: "BLEADVSTART",
    C.LE_PAIR: "BLEENC",
    C.LE_ENTER_UART: "BLESPP",
    C.HTTP: "HTTPCLIENT",
    C.HTTP_HEAD: "HTTPCLIENT",
    C.HTTP_PUT: "HTTPCLIENT",
    C.HTTP_DELETE: "HTTPCLIENT",
    C.HTTP_HEADERS: "HTTPCLIENT",
    C.HTTP_TLS: "HTTPCLIENT",
    C.HTTP_BINARY: "HTTPCPOST",
    C.HTTP_FRAMED: "HTTPCLIENT",
    C.WEB_SERVER: "WEBSERVER",
    C.WEBSOCKET: "WSOPEN",
    C.FILES: "FS",
    C.OTA_CHECK: "CIPFWVER",
    C.OTA_UPDATE_FROM_URL: "USEROTA",
    C.OTA_ROLLBACK: "SYSROLLBACK",
}

#: The table before anything was asked. Two roles at once (5.0) no command tells.
CAPABILITIES: Capabilities = declare(
    yes=(
        C.WIFI_SCAN,
        C.WIFI_JOIN,
        C.WIFI_LEAVE,
        C.WIFI_STATUS,
        C.WIFI_BSSID,
        C.WIFI_SET_HOSTNAME,
        C.SOFTAP_START,
        C.SOFTAP_STOP,
        C.SOFTAP_STATUS,
        C.SOFTAP_STATIONS,
        C.SOFTAP_DISCONNECT,
        C.SOFTAP_EVENTS,
        C.SOFTAP_WITH_STATION,
        C.PROVISIONING_SMARTCONFIG,
        C.PROVISIONING_ESPTOUCH,
        C.PROVISIONING_ESPTOUCH_V2,
        C.PROVISIONING_AIRKISS,
        C.PROVISIONING_WPS_BUTTON,
        C.ADDRESSES_READ,
        C.ADDRESSES_SET_IPV4,
        C.ADDRESSES_SET_DNS,
        C.ADDRESSES_SET_MAC,
        C.TCP_CONNECT,
        C.TCP_LISTEN,
        C.UDP_OPEN,
        C.UDP_SEND_TO,
        C.UDP_SENDER,
        C.UDP_BROADCAST,
        C.PASSIVE_RECEIVE,
        C.TLS,
        C.PASSTHROUGH,
        C.PASSTHROUGH_UDP,
        C.PASSTHROUGH_TLS,
        C.PASSTHROUGH_SET_AUTOSTART,
        C.RESOLVE,
        C.PING,
        C.CLOCK_START_SNTP,
        C.CLOCK_READ,
        C.MDNS_ADVERTISE,
        C.IDENTITY,
        C.RESTART,
        C.RESTORE,
        C.MEMORY,
        C.POWER_SET_SAVING,
        C.POWER_SLEEP,
        C.POWER_SET_TRANSMIT,
        C.UART_READ,
        C.UART_CHANGE,
        C.UART_STORE,
        C.FLASH,
        C.OTA_UPDATE,
    ),
    unknown=(*_TOLD_BY, C.LE_DUAL_ROLE),
)


def capabilities_by(commands: Collection[str]) -> Capabilities:
    """Return the table of a firmware that has these commands, named without ``AT+``."""
    told = {capability: Support.YES if command in commands else Support.NO for capability, command in _TOLD_BY.items()}
    return {**CAPABILITIES, **told}
