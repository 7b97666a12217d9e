"""The codes and words of the Air602, with names."""

from __future__ import annotations

from attrs import frozen

from ...wire.codecs import OpenIntEnum, OpenStrEnum

__all__ = [
    "AddressMode",
    "ApRadioMode",
    "DataBits",
    "HttpVerb",
    "InterfaceMode",
    "KeyFormat",
    "LeaveMode",
    "MqttResult",
    "MqttState",
    "NetworkType",
    "OneKeyMode",
    "Parity",
    "PingAction",
    "PowerSave",
    "Protection",
    "Protocol",
    "RadioMode",
    "Role",
    "ScanType",
    "Security",
    "Selection",
    "SocketStatus",
    "Station",
    "StopBits",
    "Switch",
    "UpdateMode",
    "UserDefaults",
    "WakeBy",
    "WorkMode",
    "WpsMode",
]


class AddressMode(OpenIntEnum):
    """Where an interface has its addresses from."""

    DHCP = 0
    STATIC = 1


class ApRadioMode(OpenIntEnum):
    """802.11 mode of an access point."""

    BG = 0
    B = 1


class DataBits(OpenIntEnum):
    """Data bits of a character, by their code."""

    EIGHT = 0
    SEVEN = 1


class HttpVerb(OpenIntEnum):
    """Method of an HTTP request."""

    GET = 0
    POST = 2
    PUT = 3


class InterfaceMode(OpenIntEnum):
    """What a host speaks to the module through."""

    #: AT commands; all others are binary protocols.
    UART_LOW = 0
    UART_HIGH = 1
    HSPI = 2
    HSDIO = 3


class KeyFormat(OpenIntEnum):
    """How a network key is given."""

    HEX = 0
    ASCII = 1


class LeaveMode(OpenIntEnum):
    """What WLEAV leaves."""

    STA = 0
    AP = 2


class MqttResult(OpenStrEnum):
    """Result of an MQTT operation: ``OK`` or a code of the TCP/IP stack."""

    OK = "OK"
    #: The code of success, which OK stands for.
    DONE = "0"
    #: Out of memory.
    MEM = "-1"
    #: Buffer error.
    BUF = "-2"
    #: Timed out.
    TIMEOUT = "-3"
    #: Routing problem.
    RTE = "-4"
    #: Already in progress.
    INPROGRESS = "-5"
    #: Illegal value.
    VAL = "-6"
    #: Would block.
    WOULDBLOCK = "-7"
    #: Address in use.
    USE = "-8"
    #: Already connecting.
    ALREADY = "-9"
    #: Already connected.
    ISCONN = "-10"
    #: Not connected.
    CONN = "-11"
    #: Network interface error.
    IF = "-12"
    #: Connection aborted.
    ABRT = "-13"
    #: Connection reset.
    RST = "-14"
    #: Connection closed.
    CLSD = "-15"
    #: Illegal argument.
    ARG = "-16"


class MqttState(OpenStrEnum):
    """Outcome of connecting to an MQTT broker."""

    CONNECTED = "CONNECTED"
    FAIL = "FAIL"


class NetworkType(OpenIntEnum):
    """Role of the module in the network."""

    STA = 0
    ADHOC = 1
    AP = 2
    APSTA = 3


class OneKeyMode(OpenIntEnum):
    """Kind of one-key configuration."""

    ONESHOT = 0
    SOFTAP = 1
    WEB = 2


class Parity(OpenIntEnum):
    """Parity of a character."""

    NONE = 0
    ODD = 1
    EVEN = 2


class PingAction(OpenIntEnum):
    """What PING does."""

    STOP = 0
    START = 1


class PowerSave(OpenIntEnum):
    """Power saving mode."""

    #: The radio is off; commands are answered.
    WIFI_OFF = 0
    #: Ends in a reset.
    STANDBY = 1
    #: Ends in a reset.
    SLEEP = 2


class Protection(OpenIntEnum):
    """Whether a network wants a key."""

    OPEN = 0
    ENCRYPTED = 1


class Protocol(OpenIntEnum):
    """Protocol of a socket."""

    TCP = 0
    UDP = 1


class RadioMode(OpenIntEnum):
    """802.11 mode."""

    BG = 0
    B = 1
    BGN = 2


class Role(OpenIntEnum):
    """Side of a socket."""

    CLIENT = 0
    SERVER = 1


class ScanType(OpenIntEnum):
    """Kind of a network that was found."""

    ADHOC = 1
    AP = 2


class Security(OpenIntEnum):
    """Security of a network."""

    OPEN = 0
    WEP64 = 1
    WEP128 = 2
    WPA_TKIP = 3
    WPA_CCMP = 4
    WPA2_TKIP = 5
    WPA2_CCMP = 6
    #: WPA with either cipher; in the firmware, not in the manual.
    WPA_BOTH = 7
    #: WPA2 with either cipher; in the firmware, not in the manual.
    WPA2_BOTH = 8


class Selection(OpenIntEnum):
    """Whether the module chooses by itself."""

    AUTO = 0
    FIXED = 1


class SocketStatus(OpenIntEnum):
    """State of a socket."""

    DISCONNECTED = 0
    LISTENING = 1
    CONNECTED = 2


@frozen(kw_only=True)
class Station:
    """A station that is connected to the module's access point.

    :param mac: its hardware address.
    :param ip: its address; None while it has no lease.
    """

    mac: str
    ip: str | None = None


class StopBits(OpenIntEnum):
    """Stop bits of a character, by their code."""

    ONE = 0
    #: Listed by the manual as not supported; the firmware refuses it with OPS.
    RESERVED = 1
    TWO = 2


class Switch(OpenIntEnum):
    """Off or on."""

    OFF = 0
    ON = 1


class UpdateMode(OpenIntEnum):
    """Whether a firmware update over the serial port runs."""

    END = 0
    BEGIN = 1


class UserDefaults(OpenIntEnum):
    """Whether setters change the user defaults in place of the running values."""

    DONE = 0
    EDIT = 1


class WakeBy(OpenIntEnum):
    """What ends standby and sleep; for ``WIFI_OFF``: whether the mode is left or entered."""

    #: The wake-up pin; ``WIFI_OFF``: leave the mode.
    OFF_OR_PIN = 0
    #: The timer; ``WIFI_OFF``: enter the mode.
    ON_OR_TIMER = 1


class WorkMode(OpenIntEnum):
    """What the module does with what its serial port receives."""

    #: It joins, opens the socket of ATRM and is transparent from the first byte after a start.
    AUTO = 0
    COMMAND = 1


class WpsMode(OpenStrEnum):
    """Step of Wi-Fi protected setup."""

    GET_PIN = "get_pin"
    SET_PIN = "set_pin"
    START_PIN = "start_pin"
    START_PBC = "start_pbc"
