"""What the Air602 can do."""

from __future__ import annotations

from ...portable.capabilities import Capabilities, Capability, Support, declare

__all__ = ["CAPABILITIES", "capabilities_of"]

C = Capability

#: The table before anything was asked. Whether one-key configuration has an access point, ONEMODE tells.
CAPABILITIES: Capabilities = declare(
    yes=(
        C.WIFI_SCAN,
        C.WIFI_JOIN,
        C.WIFI_LEAVE,
        C.WIFI_STATUS,
        C.WIFI_BSSID,
        C.SOFTAP_START,
        C.SOFTAP_STOP,
        C.SOFTAP_STATUS,
        C.SOFTAP_STATIONS,
        C.SOFTAP_WITH_STATION,
        C.PROVISIONING_SMARTCONFIG,
        C.PROVISIONING_WPS_BUTTON,
        C.PROVISIONING_WPS_PIN,
        C.ADDRESSES_READ,
        C.ADDRESSES_SET_IPV4,
        C.ADDRESSES_SET_MAC,
        C.TCP_CONNECT,
        C.TCP_LISTEN,
        C.UDP_OPEN,
        C.UDP_SENDER,
        C.UDP_BROADCAST,
        C.PASSTHROUGH,
        C.PASSTHROUGH_UDP,
        C.PASSTHROUGH_SET_AUTOSTART,
        C.RESOLVE,
        C.IDENTITY,
        C.RESTART,
        C.RESTORE,
        C.TEMPERATURE,
        C.POWER_SET_SAVING,
        C.POWER_SLEEP,
        C.POWER_SLEEP_UNTIL_PIN,
        C.UART_READ,
        C.UART_STORE,
        C.MQTT,
        C.MQTT_RETAIN,
        C.MQTT_TOPIC,
        C.HTTP,
        C.HTTP_PUT,
        C.WEB_SERVER,
        C.OTA_UPDATE_FROM_URL,
    ),
    unknown=(C.PROVISIONING_ACCESS_POINT,),
)


def capabilities_of(*, one_key_modes: bool) -> Capabilities:
    """Return the table of a firmware.

    :param one_key_modes: it knows ONEMODE, as that of 2020 does.
    """
    return {**CAPABILITIES, C.PROVISIONING_ACCESS_POINT: Support.YES if one_key_modes else Support.NO}
