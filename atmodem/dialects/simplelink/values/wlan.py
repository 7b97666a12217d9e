"""Words of the WLAN commands and events, and what the commands answer."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Bool, OpenStrEnum, SecretText, Text
from ....wire.event import value
from ....wire.secret import Secret
from ..codecs import Mac, Number, Word

__all__ = [
    "Eap",
    "KeyManagement",
    "ProfileIndex",
    "ProvisioningStatus",
    "ScanCipher",
    "ScanSecurity",
    "Security",
    "WlanNetwork",
    "WlanProfile",
    "WlanRole",
    "WlanState",
    "Wps",
]


class Security(OpenStrEnum):
    """Security of a network that is joined. There is no plain WPA2.

    ``WPA2_PLUS`` and ``WPA3`` are unknown to development kits of 2019 and before, which refuse them with
    ``UNKNOWN_WORD``.
    """

    OPEN = "open"
    WEP = "wep"
    WEP_SHARED = "wep_shared"
    WPA_WPA2 = "wpa_wpa2"
    WPA2_PLUS = "wpa2_plus"
    WPA3 = "wpa3"
    WPA_ENT = "wpa_ent"
    WPS_PBC = "wps_pbc"
    WPS_PIN = "wps_pin"


class Eap(OpenStrEnum):
    """Method of authentication in an enterprise network."""

    TLS = "tls"
    TTLS_TLS = "ttls_tls"
    TTLS_MSCHAPV2 = "ttls_mschapv2"
    TTLS_PSK = "ttls_psk"
    PEAP0_TLS = "peap0_tls"
    PEAP0_MSCHAPV2 = "peap0_mschapv2"
    PEAP0_PSK = "peap0_psk"
    PEAP1_TLS = "peap1_tls"
    PEAP1_PSK = "peap1_psk"


class ScanSecurity(OpenStrEnum):
    """Security of a network that was found."""

    OPEN = "open"
    WEP = "wep"
    WPA = "wpa"
    WPA2 = "wpa2"
    WPA_WPA2 = "wpa_wpa2"
    WPA3 = "wpa3"


class ScanCipher(OpenStrEnum):
    """Cipher of a network that was found."""

    NONE = "none"
    WEP40 = "wep40"
    WEP104 = "wep104"
    TKIP = "tkip"
    CCMP = "ccmp"
    TKIP_CCMP = "tkip_ccmp"


class KeyManagement(OpenStrEnum):
    """How a network that was found manages its keys."""

    NONE = "none"
    IEEE_802_1X = "802_1_x"
    PSK = "psk"
    PSK256 = "psk256"
    PSK_SAE = "psk_sae"


class WlanRole(OpenStrEnum):
    """What the device is in its network."""

    STA = "sta"
    AP = "ap"
    P2P = "p2p"


class WlanState(OpenStrEnum):
    """Where a connection stands, as events tell it."""

    DISCONNECTED = "disconnected"
    #: Spelled so on the wire.
    SCANNING = "scaning"
    CONNECTING = "connecting"
    CONNECTED = "connected"


class Wps(OpenStrEnum):
    """Method of Wi-Fi protected setup."""

    DEFAULT = "default"
    PIN_USER = "pin_user"
    PIN_MACHINE = "pin_machine"
    REKEY = "rekey"
    PBC = "pbc"
    REGISTRAR = "registrar"


class ProvisioningStatus(OpenStrEnum):
    """What became of provisioning, or how far it is."""

    GENERAL_ERROR = "general_error"
    NETWORK_NOT_FOUND = "network_not_found"
    CONNECTION_FAILED = "connection_failed"
    IP_NOT_ACQUIRED = "ip_not_acquired"
    FEEDBACK_FAILED = "feedback_failed"
    SUCCESS = "success"
    ABORT = "abort"
    INVALID_PARAM = "invalid_param"
    HTTP_SERVER_DISABLED = "http_server_disabled"
    PROFILE_LIST_FULL = "profile_list_full"
    ALREADY_STARTED = "provisioning_already_started"
    AUTO_STARTED = "auto_started"
    STOPPED = "stopped"
    SMART_CONFIG_SYNCED = "smart_config_synced"
    SMART_CONFIG_SYNC_TIMEOUT = "smart_config_sync_timeout"
    WLAN_CONNECT = "wlan_connect"
    IP_ACQUIRED = "ip_acquired"
    EXT_CFG_READY = "ext_cfg_ready"


@frozen(kw_only=True)
class ProfileIndex:
    """A stored profile.

    :param index: its number.
    """

    index: int = value(Number())


@frozen(kw_only=True)
class WlanProfile:
    """A stored profile.

    :param ssid: name of the network.
    :param bssid: address of the access point; None for any.
    :param security: security of the network.
    :param key: always empty: the module does not tell it.
    :param ext_user: user name in an enterprise network.
    :param ext_anon_user: anonymous user name there.
    :param eap: method of authentication there; None where there is none.
    :param priority: 0, the lowest, to 15.
    """

    ssid: str = value(Text(free=True))
    bssid: str | None = value(Mac(), default=None)
    security: Security = value(Word(Security))
    key: Secret[str] | None = value(SecretText(), default=None)
    ext_user: str = value(Text(), default="")
    ext_anon_user: str = value(Text(), default="")
    eap: Eap | None = value(Word(Eap), default=None)
    priority: int = value(Number())


@frozen(kw_only=True)
class WlanNetwork:
    """A network that was found. What has no word in the core is missing in its line and None here.

    :param ssid: its name.
    :param bssid: address of its access point.
    :param rssi: strength in dBm.
    :param channel: its channel.
    :param security: its security.
    :param hidden: it hides its name.
    :param cipher: its cipher.
    :param key_mgmt: how it manages its keys.
    """

    ssid: str = value(Text(free=True))
    bssid: str = value(Mac())
    rssi: int = value(Number())
    channel: int = value(Number())
    security: ScanSecurity | None = value(Word(ScanSecurity, closed=True), default=None)
    hidden: bool = value(Bool())
    cipher: ScanCipher | None = value(Word(ScanCipher, closed=True), default=None)
    key_mgmt: KeyManagement | None = value(Word(KeyManagement, closed=True), default=None)
