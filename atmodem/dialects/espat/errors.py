"""What the error codes of ESP-AT mean.

Three kinds of code occur: ``ERR CODE:0x01kkeeee`` (``kk`` the kind, ``eeee`` its extension; AT+SYSLOG=1 switches them
on), ``+ERRNO:0x…`` of socket calls (from 5.0), and the final word itself where the module gives no cause.
"""

from __future__ import annotations

from ...wire.script import Meaning

__all__ = ["meaning"]

_CATEGORY = 0x01
_OUT_OF_RANGE = 0x07
_NOT_PARSED = 0x08
_EXECUTION = 0x0A

_WORDS = {
    "ERROR": Meaning(
        "REFUSED", "the module refused it without a cause", "AT+SYSLOG=1 makes it tell a cause in most cases"
    ),
    "FAIL": Meaning("REFUSED", "the module refused it without a cause"),
    "SEND FAIL": Meaning("SEND_FAILED", "the data were not sent, or only in part", "close the link"),
    "SEND Canceled": Meaning("SEND_CANCELED", "+++ ended the data phase"),
    "SEND CANCELLED": Meaning("SEND_CANCELED", "+++ ended the data phase"),
    "+MQTTPUB:FAIL": Meaning("MQTT_CLIENT_PUBLISH_FAILED", "MQTT: client publish failed"),
}

_KINDS = {
    0x00: Meaning("OK", "no error"),
    0x01: Meaning("COMMON_ERROR", "an error without a kind"),
    0x02: Meaning("NO_TERMINATOR", "the line has no CR LF"),
    0x03: Meaning("NO_AT", "the line is empty, too long, or does not begin with AT", "a line has at most 256 bytes"),
    0x04: Meaning("PARAMETER_LENGTH", "a parameter has a wrong length"),
    0x05: Meaning("PARAMETER_TYPE", "a parameter has a wrong type"),
    0x06: Meaning("PARAMETER_COUNT", "there are too few or too many parameters"),
    0x07: Meaning("PARAMETER_INVALID", "a parameter is out of range"),
    0x08: Meaning("PARAMETER_NOT_PARSED", "a parameter cannot be read"),
    0x09: Meaning("UNKNOWN_COMMAND", "this firmware does not have the command", "AT+CMD? lists those it has"),
    0x0A: Meaning("EXECUTION_FAILED", "the command failed while it ran"),
    0x0B: Meaning("BUSY", "another command still runs"),
    0x0C: Meaning("WRONG_FORM", "the command does not have this form"),
}

#: Names of the codes from 0x010a6001 on.
_MQTT = [
    "NO_CONFIGURED",
    "NOT_IN_CONFIGURED_STATE",
    "UNINITIATED_OR_ALREADY_CLEAN",
    "ALREADY_CONNECTED",
    "MALLOC_FAILED",
    "NULL_LINK",
    "NULL_PARAMETER",
    "PARAMETER_COUNTS_IS_WRONG",
    "TLS_CONFIG_ERROR",
    "PARAM_PREPARE_ERROR",
    "CLIENT_START_FAILED",
    "CLIENT_PUBLISH_FAILED",
    "CLIENT_SUBSCRIBE_FAILED",
    "CLIENT_UNSUBSCRIBE_FAILED",
    "CLIENT_DISCONNECT_FAILED",
    "LINK_ID_READ_FAILED",
    "LINK_ID_VALUE_IS_WRONG",
    "SCHEME_READ_FAILED",
    "SCHEME_VALUE_IS_WRONG",
    "CLIENT_ID_READ_FAILED",
    "CLIENT_ID_IS_NULL",
    "CLIENT_ID_IS_OVERLENGTH",
    "USERNAME_READ_FAILED",
    "USERNAME_IS_NULL",
    "USERNAME_IS_OVERLENGTH",
    "PASSWORD_READ_FAILED",
    "PASSWORD_IS_NULL",
    "PASSWORD_IS_OVERLENGTH",
    "CERT_KEY_ID_READ_FAILED",
    "CERT_KEY_ID_VALUE_IS_WRONG",
    "CA_ID_READ_FAILED",
    "CA_ID_VALUE_IS_WRONG",
    "CA_LENGTH_ERROR",
    "CA_READ_FAILED",
    "CERT_LENGTH_ERROR",
    "CERT_READ_FAILED",
    "KEY_LENGTH_ERROR",
    "KEY_READ_FAILED",
    "PATH_READ_FAILED",
    "PATH_IS_NULL",
    "PATH_IS_OVERLENGTH",
    "VERSION_READ_FAILED",
    "KEEPALIVE_READ_FAILED",
    "KEEPALIVE_IS_NULL",
    "KEEPALIVE_VALUE_IS_WRONG",
    "DISABLE_CLEAN_SESSION_READ_FAILED",
    "DISABLE_CLEAN_SESSION_VALUE_IS_WRONG",
    "LWT_TOPIC_READ_FAILED",
    "LWT_TOPIC_IS_NULL",
    "LWT_TOPIC_IS_OVERLENGTH",
    "LWT_MSG_READ_FAILED",
    "LWT_MSG_IS_NULL",
    "LWT_MSG_IS_OVERLENGTH",
    "LWT_QOS_READ_FAILED",
    "LWT_QOS_VALUE_IS_WRONG",
    "LWT_RETAIN_READ_FAILED",
    "LWT_RETAIN_VALUE_IS_WRONG",
    "HOST_READ_FAILED",
    "HOST_IS_NULL",
    "HOST_IS_OVERLENGTH",
    "PORT_READ_FAILED",
    "PORT_VALUE_IS_WRONG",
    "RECONNECT_READ_FAILED",
    "RECONNECT_VALUE_IS_WRONG",
    "TOPIC_READ_FAILED",
    "TOPIC_IS_NULL",
    "TOPIC_IS_OVERLENGTH",
    "DATA_READ_FAILED",
    "DATA_IS_NULL",
    "DATA_IS_OVERLENGTH",
    "QOS_READ_FAILED",
    "QOS_VALUE_IS_WRONG",
    "RETAIN_READ_FAILED",
    "RETAIN_VALUE_IS_WRONG",
    "PUBLISH_LENGTH_READ_FAILED",
    "PUBLISH_LENGTH_VALUE_IS_WRONG",
    "RECV_LENGTH_IS_WRONG",
    "CREATE_SEMA_FAILED",
    "CREATE_EVENT_GROUP_FAILED",
    "URI_PARSE_FAILED",
    "IN_DISCONNECTED_STATE",
    "HOSTNAME_VERIFY_FAILED",
]

_MQTT_ADVICE = {
    0x6002: "AT+MQTTUSERCFG comes first",
    0x6003: "AT+MQTTUSERCFG comes first; a second AT+MQTTCLEAN is refused",
    0x6004: "AT+MQTTCLEAN ends the connection that is there",
    0x6006: "connect first; after +MQTTDISCONNECTED use AT+MQTTCLEAN and configure again",
}

#: Names of the codes from 0x010a8001 on; firmware after 2.x has a few more, up to 0x8032, that nobody documents.
_ENTERPRISE = [
    "MALLOC_FAILED",
    "GET_NVS_CONFIG_FAILED",
    "CONN_FAILED",
    "SET_WIFI_CONFIG_FAILED",
    "SET_IDENTITY_FAILED",
    "SET_USERNAME_FAILED",
    "SET_PASSWORD_FAILED",
    "GET_CA_LEN_FAILED",
    "READ_CA_FAILED",
    "SET_CA_FAILED",
    "GET_CERT_LEN_FAILED",
    "READ_CERT_FAILED",
    "GET_KEY_LEN_FAILED",
    "READ_KEY_FAILED",
    "SET_CERT_KEY_FAILED",
    "ENABLE_FAILED",
    "ALREADY_CONNECTED",
    "GET_SSID_FAILED",
    "SSID_NULL",
    "SSID_LEN_ERROR",
    "GET_METHOD_FAILED",
    "CONN_TIMEOUT",
    "GET_IDENTITY_FAILED",
    "IDENTITY_LEN_ERROR",
    "GET_USERNAME_FAILED",
    "USERNAME_LEN_ERROR",
    "GET_PASSWORD_FAILED",
    "PASSWORD_LEN_ERROR",
    "GET_SECURITY_FAILED",
    "SECURITY_ERROR",
    "METHOD_SECURITY_UNMATCHED",
    "PARAMETER_COUNTS_ERROR",
    "GET_WIFI_MODE_ERROR",
    "WIFI_MODE_NOT_STA",
    "SET_CONFIG_FAILED",
    "METHOD_ERROR",
]
_ENTERPRISE_LAST = 0x8032

#: Numbers of the module's C library (newlib), which are not those of Linux from 112 on.
_ERRNO = {
    1: ("EPERM", "not permitted"),
    5: ("EIO", "input or output error"),
    9: ("EBADF", "no such socket"),
    11: ("EAGAIN", "try again"),
    12: ("ENOMEM", "out of memory"),
    13: ("EACCES", "permission denied"),
    22: ("EINVAL", "invalid argument"),
    23: ("ENFILE", "too many sockets"),
    32: ("EPIPE", "broken pipe"),
    104: ("ECONNRESET", "connection reset by the far end"),
    105: ("ENOBUFS", "no buffer space"),
    106: ("EAFNOSUPPORT", "address family not supported"),
    107: ("EPROTOTYPE", "wrong protocol type"),
    108: ("ENOTSOCK", "not a socket"),
    109: ("ENOPROTOOPT", "no such socket option"),
    110: ("ESHUTDOWN", "already shut down"),
    111: ("ECONNREFUSED", "connection refused"),
    112: ("EADDRINUSE", "address in use"),
    113: ("ECONNABORTED", "connection aborted"),
    114: ("ENETUNREACH", "network unreachable"),
    115: ("ENETDOWN", "network down"),
    116: ("ETIMEDOUT", "connection timed out"),
    117: ("EHOSTDOWN", "host down"),
    118: ("EHOSTUNREACH", "host unreachable"),
    119: ("EINPROGRESS", "in progress"),
    120: ("EALREADY", "already in progress"),
    122: ("EMSGSIZE", "message too long"),
    123: ("EPROTONOSUPPORT", "protocol not supported"),
    125: ("EADDRNOTAVAIL", "address not available"),
    126: ("ENETRESET", "connection ended by the network"),
    127: ("EISCONN", "already connected"),
    128: ("ENOTCONN", "not connected"),
}


def meaning(code: str, text: str = "") -> Meaning | None:
    """Return what *code* stands for: an ``ERR CODE``, an errno (both as ``0x…``) or a final word.

    None where nothing is known of it.
    """
    if not code.startswith("0x"):
        return _WORDS.get(code)
    number = int(code, 16)
    if number >> 24 == _CATEGORY:
        return _of_command(number >> 16 & 0xFF, number & 0xFFFF)
    known = _ERRNO.get(number)
    return None if known is None else Meaning(*known)


def _of_command(kind: int, extension: int) -> Meaning | None:
    general = _KINDS.get(kind)
    if kind == _EXECUTION:
        return _of_execution(extension) or general
    if general is not None and kind in (_OUT_OF_RANGE, _NOT_PARSED):
        # The extension counts parameters: from 1 where a value is out of range, from 0 where it cannot be read.
        position = extension if kind == _OUT_OF_RANGE else extension + 1
        text = general.text.replace("a parameter", f"parameter {position}", 1)
        return Meaning(general.name, text, general.advice)
    return general


def _of_execution(extension: int) -> Meaning | None:
    area, number = extension >> 12, extension & 0xFFF
    if area == 0x6 and 1 <= number <= len(_MQTT):
        name = _MQTT[number - 1]
        return Meaning(f"MQTT_{name}", f"MQTT: {_words(name)}", _MQTT_ADVICE.get(extension))
    if area == 0x7:
        if number == 0:
            return Meaning("HTTP_NO_CONNECTION", "no HTTP connection")
        return Meaning(f"HTTP_STATUS_{number}", f"HTTP status {number}")
    if 1 <= number <= len(_ENTERPRISE) and area == 0x8:
        name = _ENTERPRISE[number - 1]
        return Meaning(f"EAP_{name}", f"enterprise Wi-Fi: {_words(name)}")
    if area == 0x8 and extension <= _ENTERPRISE_LAST:
        return Meaning("EAP_FAILED", f"enterprise Wi-Fi: error {extension:#06x}")
    return None


def _words(name: str) -> str:
    return name.replace("_", " ").lower()
