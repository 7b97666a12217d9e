"""How this module refuses: who says no, and with which code."""

from __future__ import annotations

from enum import IntEnum

from ....virtual.results import Refused
from ....wire.parsing import ParseError

__all__ = ["Code", "CoreRefused", "Misread", "Why", "code_of", "not_parsed"]


class Code(IntEnum):
    """Codes of the network processor and the libraries. Source: ``host_errors`` and manual, appendix."""

    REFUSED = -1
    BROKER_NOT_CONNECTED = -7
    BAD_SOCKET = -9
    NO_SOCKET = -10
    WOULD_BLOCK = -11
    INVALID = -22
    NOT_SUPPORTED = -95
    ADDRESS_IN_USE = -98
    ADDRESS_NOT_AVAILABLE = -99
    NETWORK_UNREACHABLE = -101
    RESET = -104
    ALREADY_CONNECTED = -106
    NOT_CONNECTED = -107
    TIMED_OUT = -110
    CONNECTION_REFUSED = -111
    TLS_HANDSHAKE = -340
    TLS_NOT_VERIFIED = -453
    TLS_NO_CA_FILE = -454
    TLS_BAD_CA_FILE = -456
    TLS_BAD_CERTIFICATE_FILE = -457
    TLS_DATE = -461
    TLS_UNKNOWN_ROOT = -468
    TLS_WRONG_CERTIFICATE = -469
    NOT_JOINED = -2006
    PROFILES_FULL = -2062
    ALREADY_DISCONNECTED = -2071
    SCAN_NOT_READY = -2073
    NO_PROFILE = -2074
    ACCESS_LIST_EMPTY = -2178
    ACCESS_LIST_FULL = -2179
    NO_STATION = -2182
    HTTP_HEADER_TOO_LONG = -3002
    HTTP_INVALID_RESPONSE = -3003
    HTTP_BUFFER_TOO_SMALL = -3008
    HTTP_ALREADY_CONNECTED = -3013
    HTTP_NO_REDIRECTION = -3014
    HTTP_SEND_FAILED = -3015
    HTTP_TLS_DOWNGRADE = -3017
    HTTP_NOT_CONNECTED = -3020
    HTTP_URI_NOT_ABSOLUTE = -3021
    NO_DNS_ANSWER = -6150
    NO_DNS_SERVER = -6152
    SERVICE_EXISTS = -6185
    NO_MDNS_ANSWER = -6186
    NO_SUCH_APP = -6212
    SIGNATURE_LENGTH = -10290
    INVALID_TOKEN = -10302
    TOO_MANY_OPEN_FILES = -10316
    STORAGE_FULL = -10322
    WRONG_FILE_ACCESS = -10325
    FILE_EXISTS = -10326
    NOT_FAILSAFE = -10333
    BAD_FILE_HANDLE = -10335
    OFFSET_OUT_OF_RANGE = -10337
    WRONG_OPEN_FLAGS = -10340
    FILE_NOT_FOUND = -10341
    FILE_OPEN = -10369
    CRYPTO_FAILED = -12289
    WRONG_KEY_NUMBER = -12290
    WRONG_CRYPTO_PARAMETER = -12291


class Why(IntEnum):
    """Codes of the core for a parameter that it did not understand."""

    OUT_OF_RANGE = 0
    MISSING = -1
    SEPARATOR = -3
    UNKNOWN = -4
    TOO_LONG = -5


class CoreRefused(Refused):
    """The command fails.

    :param text: who refuses, in words.
    :param code: why; None where the line has no code.
    """

    def __init__(self, text: bytes, code: int | None = 0) -> None:
        super().__init__(code)
        self.text = text


class Misread(ParseError):
    """A command line that is refused, or thrown away where *refused* is None."""

    def __init__(self, refused: Refused | None) -> None:
        super().__init__("refused")
        self.refused = refused


def not_parsed(code: Why) -> CoreRefused:
    """Return the refusal of a parameter."""
    return CoreRefused(b"parse parameters", code)


_BY_ERROR: tuple[tuple[type[Exception], Code], ...] = (
    (ConnectionRefusedError, Code.CONNECTION_REFUSED),
    (ConnectionError, Code.RESET),
    (TimeoutError, Code.TIMED_OUT),
)


def code_of(error: OSError) -> Code:
    """Return the code for what this host said of a connection."""
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), Code.NETWORK_UNREACHABLE)
