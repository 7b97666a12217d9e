"""What MXCHIP AT can do, and which command tells whether a model can."""

from __future__ import annotations

from ...portable.capabilities import Capabilities, Capability, declare

__all__ = ["BLUETOOTH", "CAPABILITIES", "ETHERNET"]

C = Capability

#: On the EMW3239 alone.
BLUETOOTH: tuple[Capability, ...] = (C.CLASSIC, C.CLASSIC_LISTEN_SERIAL, C.CLASSIC_PASSTHROUGH)
#: On the moc108 alone.
ETHERNET: tuple[Capability, ...] = (C.ETHERNET,)

#: The table before anything was asked. Whether access point and station run at the same time is not documented.
CAPABILITIES: Capabilities = declare(
    yes=(
        C.WIFI_SCAN,
        C.WIFI_JOIN,
        C.WIFI_LEAVE,
        C.WIFI_STATUS,
        C.SOFTAP_START,
        C.SOFTAP_STOP,
        C.SOFTAP_STATUS,
        C.PROVISIONING_SMARTCONFIG,
        C.PROVISIONING_AIRKISS,
        C.PROVISIONING_EASYLINK,
        C.PROVISIONING_ALIBABA,
        C.PROVISIONING_ACCESS_POINT,
        C.ADDRESSES_READ,
        C.ADDRESSES_SET_IPV4,
        C.TCP_CONNECT,
        C.TCP_LISTEN,
        C.UDP_OPEN,
        C.UDP_SENDER,
        C.UDP_BROADCAST,
        C.PASSIVE_RECEIVE,
        C.TLS,
        C.TLS_CLIENT_CERTIFICATE,
        C.CREDENTIALS_STORE,
        C.CREDENTIALS_READ,
        C.PASSTHROUGH,
        C.PASSTHROUGH_UDP,
        C.PASSTHROUGH_TLS,
        C.RESOLVE,
        C.CLOCK_START_SNTP,
        C.CLOCK_READ,
        C.IDENTITY,
        C.RESTART,
        C.RESTORE,
        C.MEMORY,
        C.POWER_SLEEP_UNTIL_PIN,
        C.UART_READ,
        C.UART_STORE,
        C.MQTT,
        C.MQTT_UNSUBSCRIBE,
        C.MQTT_KEEP_ALIVE,
        C.MQTT_BINARY,
        C.MQTT_TLS,
        C.OTA_CHECK,
        C.OTA_UPDATE,
    ),
    unknown=(C.SOFTAP_WITH_STATION, *BLUETOOTH, *ETHERNET),
)
