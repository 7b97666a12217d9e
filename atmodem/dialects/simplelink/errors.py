"""What the errors of the CC3220 AT core mean.

``ERROR: <text>,<code>``: the text tells who refuses, and only with it the code has a meaning.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...wire.script import Meaning

__all__ = ["meaning"]

_FREE_A_WORKER = "at most five commands can wait at once; keep reads short by SocketRcvTimeo"
_TIME = "set the clock by Set(option=GeneralTime(…))"
_SESSION_UP = "the session is up all the same; close it if that is not good enough"
_JOIN = "join a network and wait for its address first"

#: Refusals by the core itself, whatever their code.
_CORE: Mapping[str, Meaning] = {
    "number of parameters": Meaning("WRONG_PARAMETER_COUNT", "the number of commas in the line is wrong"),
    "allocate": Meaning("NO_WORKER", "there is no free worker or no memory", _FREE_A_WORKER),
    "command not exist": Meaning("UNKNOWN_COMMAND", "the module does not know this command"),
    "length smaller than payload": Meaning("LENGTH_TOO_SMALL", "more data came than the length said"),
}

#: ``parse parameters``: the core did not understand a parameter.
_PARSE: Mapping[str, Meaning] = {
    "0": Meaning("OUT_OF_RANGE", "a value is out of range"),
    "-1": Meaning("PARAMETER_MISSING", "a needed parameter is empty, or the option cannot be used here"),
    "-2": Meaning("OUT_OF_MEMORY", "the core has no memory left"),
    "-3": Meaning("SEPARATOR_MISSING", "a separator is missing in a parameter, or a comma at the end"),
    "-4": Meaning("UNKNOWN_WORD", "the core does not know a word, or there is nothing of that number"),
    "-5": Meaning("TOO_LONG", "a text is too long, or the length of base64 data is wrong"),
}

#: ``process command``: refused below the core.
_PROCESS: Mapping[int, Meaning] = {
    0: Meaning("REFUSED", "there is no free place for another one"),
    -1: Meaning("REFUSED", "the operation is not possible now"),
    -7: Meaning("NOT_CONNECTED_TO_BROKER", "the MQTT client is not connected"),
    # Sockets
    -9: Meaning("BAD_SOCKET", "there is no socket of that number"),
    -10: Meaning("NO_SOCKET", "all sockets are in use", "close one"),
    -11: Meaning("WOULD_BLOCK", "nothing is there, or the time to wait is over", "try again"),
    -12: Meaning("SOCKET_OUT_OF_MEMORY", "the network processor has no memory left"),
    -13: Meaning("ACCESS_DENIED", "the socket does not allow that"),
    -22: Meaning("INVALID_VALUE", "a value is not valid for this socket"),
    -90: Meaning("MESSAGE_TOO_LONG", "the data are too long for one packet"),
    -92: Meaning("NO_SUCH_OPTION", "the protocol does not have this option"),
    -93: Meaning("PROTOCOL_NOT_SUPPORTED", "the protocol is not supported"),
    -94: Meaning("SOCKET_TYPE_NOT_SUPPORTED", "the type of socket is not supported"),
    -95: Meaning("OPERATION_NOT_SUPPORTED", "this socket cannot do that"),
    -97: Meaning("FAMILY_NOT_SUPPORTED", "the family of addresses is not supported"),
    -98: Meaning("ADDRESS_IN_USE", "the address is in use", "choose another port"),
    -99: Meaning("ADDRESS_NOT_AVAILABLE", "the device does not have this address"),
    -101: Meaning("NETWORK_UNREACHABLE", "the network cannot be reached", _JOIN),
    -104: Meaning("CONNECTION_RESET", "the peer has reset the connection"),
    -105: Meaning("NO_BUFFERS", "the network processor has no buffer left", "try again"),
    -106: Meaning("ALREADY_CONNECTED", "the socket is connected already"),
    -107: Meaning("NOT_CONNECTED", "the socket is not connected"),
    -110: Meaning("TIMED_OUT", "the peer did not answer in time"),
    -111: Meaning("CONNECTION_REFUSED", "the peer refuses connections to this port"),
    -114: Meaning("CONNECT_IN_PROGRESS", "the connection is still being opened", "try again"),
    # TLS
    -300: Meaning("TLS_CLOSED", "the peer has closed the TLS session"),
    -340: Meaning("TLS_HANDSHAKE_FAILED", "the TLS handshake failed"),
    -342: Meaning("TLS_BAD_CERTIFICATE", "a certificate is not valid"),
    -370: Meaning("TLS_VERSION_REFUSED", "the peer does not take this version of TLS"),
    -371: Meaning("TLS_TOO_WEAK", "the peer wants stronger cipher suites"),
    -412: Meaning("TLS_NAME_UNKNOWN", "the peer does not know this name"),
    -450: Meaning("TLS_FAILED", "TLS failed"),
    -451: Meaning("TLS_DECRYPTION_FAILED", "a received packet could not be decrypted"),
    -452: Meaning("TLS_CLOSED_BY_PEER", "the peer has closed the TLS session but not the connection"),
    -453: Meaning("TLS_NOT_VERIFIED", "connected without verifying the server", _SESSION_UP),
    -454: Meaning("TLS_NO_CA_FILE", "the file of the certificate authority was not found"),
    -455: Meaning("TLS_OUT_OF_MEMORY", "there is no memory left for TLS"),
    -456: Meaning("TLS_BAD_CA_FILE", "the file of the certificate authority is not valid"),
    -457: Meaning("TLS_BAD_CERTIFICATE_FILE", "the file of the own certificate is not valid"),
    -458: Meaning("TLS_BAD_KEY_FILE", "the file of the private key is not valid"),
    -459: Meaning("TLS_BAD_DH_FILE", "the file of the Diffie-Hellman parameters is not valid"),
    -460: Meaning("TLS_NO_SOCKET", "all TLS sockets are in use", "close one"),
    -461: Meaning("TLS_DATE_WRONG", "connected; the date of the certificate is wrong", f"{_SESSION_UP}, or {_TIME}"),
    -462: Meaning("TLS_TIMED_OUT", "the TLS handshake took too long"),
    -465: Meaning("TLS_IN_HANDSHAKE", "the TLS handshake still goes on", "try again"),
    -466: Meaning("TLS_LISTENING", "that must be set before listening"),
    -467: Meaning("TLS_REVOKED", "connected; a certificate of the chain is revoked", _SESSION_UP),
    -468: Meaning("TLS_UNKNOWN_ROOT_CA", "connected; the root of the certificates is unknown", _SESSION_UP),
    -469: Meaning("TLS_WRONG_CERTIFICATE", "another server's certificate came"),
    -470: Meaning("TLS_CUT", "the peer disconnected within a TLS record"),
    -688: Meaning("TLS_NO_SIGNER", "nobody known has signed the certificate"),
    -722: Meaning("TLS_NAME_MISMATCH", "the certificate is for another name"),
    # WLAN
    -2006: Meaning("NOT_JOINED", "there is no network connection", _JOIN),
    -2014: Meaning("PROVISIONING", "provisioning is running", "wait for its end, or stop it"),
    -2049: Meaning("WRONG_KEY", "the key of the network is not valid"),
    -2050: Meaning("WRONG_ROLE", "the device is in no role for that", "WlanSetMode, then Stop and Start"),
    -2054: Meaning("WRONG_SECURITY", "the type of security is not valid"),
    -2055: Meaning("KEY_TOO_LONG", "the key of the network is too long"),
    -2057: Meaning("WRONG_EAP", "the method of authentication is not valid"),
    -2058: Meaning("WRONG_PASSWORD", "the password is not valid"),
    -2060: Meaning("SSID_LENGTH", "the name of the network is too short or too long"),
    -2062: Meaning("PROFILES_FULL", "the list of profiles is full", "delete one"),
    -2069: Meaning("WLAN_NOT_CONNECTED", "the device has joined no network", _JOIN),
    -2070: Meaning("WRONG_CHANNEL", "the channel is not allowed"),
    -2071: Meaning("ALREADY_DISCONNECTED", "the device has joined no network"),
    -2072: Meaning("TRANSCEIVER_ON", "not possible in transceiver mode"),
    -2073: Meaning("SCAN_NOT_READY", "there are no results of a scan yet", "try again after a second"),
    -2074: Meaning("NO_PROFILE", "there is no profile of that number"),
    -2076: Meaning("NO_FREE_PROFILE", "there is no place for another profile", "delete one"),
    -2078: Meaning("WRONG_SCAN_POLICY", "the policy for scans is not valid"),
    -2164: Meaning("WRONG_COUNTRY", "the country code is not valid"),
    -2167: Meaning("WRONG_TX_POWER", "the power of transmission is out of range"),
    -2168: Meaning("AP_PASSWORD_LENGTH", "the password of the own network is too short or too long"),
    -2169: Meaning("PROVISIONING_STARTED", "provisioning has started already"),
    -2178: Meaning("ACCESS_LIST_EMPTY", "the access list has no such entry"),
    -2179: Meaning("ACCESS_LIST_FULL", "the access list is full"),
    -2180: Meaning("ACCESS_LIST_OFF", "the access list is not used", "set ApAccessListMode first"),
    -2182: Meaning("NO_STATION", "there is no such station"),
    # HTTP client
    -3001: Meaning("HTTP_SEND_BUFFER_TOO_SMALL", "the request does not fit the module's buffer"),
    -3002: Meaning("HTTP_HEADER_BUFFER_TOO_SMALL", "the header is longer than was asked for", "ask for more bytes"),
    -3003: Meaning("HTTP_INVALID_RESPONSE", "the response is no HTTP"),
    -3004: Meaning("HTTP_IN_PROGRESS", "the operation is not finished", "try again"),
    -3005: Meaning("HTTP_HOST_TOO_LONG", "the name of the host is too long"),
    -3006: Meaning("HTTP_OUT_OF_MEMORY", "there is no memory for another client"),
    -3008: Meaning(
        "HTTP_BUFFER_TOO_SMALL", "the module holds more of the body than was asked for", "ask for more bytes"
    ),
    -3011: Meaning("HTTP_NO_SUCH_HEADER", "the header was not set"),
    -3012: Meaning("HTTP_NO_HOST", "the header Host is missing"),
    -3013: Meaning("HTTP_ALREADY_CONNECTED", "the client is connected already"),
    -3014: Meaning("HTTP_NO_REDIRECTION", "the response cannot be redirected"),
    -3015: Meaning("HTTP_SEND_FAILED", "the request could not be sent"),
    -3016: Meaning("HTTP_LOCATION_TOO_LONG", "the address of the redirection does not fit the module's buffer"),
    -3017: Meaning("HTTP_TLS_DOWNGRADE", "a redirection from TLS to none is forbidden"),
    -3018: Meaning("HTTP_WRONG_PARAMETER", "a parameter is not valid"),
    -3019: Meaning("HTTP_HOST_EXISTS", "the header Host was set already"),
    -3020: Meaning("HTTP_NOT_CONNECTED", "the client is not connected"),
    -3021: Meaning("HTTP_URI_NOT_ABSOLUTE", "without a connection the URI must be absolute"),
    -3022: Meaning("HTTP_TLS_SETUP_FAILED", "TLS could not be set up"),
    # Device
    -4118: Meaning("STOP_TIMED_OUT", "not all that was on its way could be finished"),
    -4120: Meaning("WRONG_PERSISTENCE", "persistence is either on or off"),
    # Network applications
    -6146: Meaning("URN_LENGTH", "the name of the device is too short or too long"),
    -6147: Meaning("URN_INVALID", "the name of the device is not valid"),
    -6148: Meaning("DOMAIN_LENGTH", "the domain is too short or too long"),
    -6149: Meaning("DOMAIN_INVALID", "the domain is not valid"),
    -6150: Meaning("NO_DNS_ANSWER", "nobody answered the question for the name"),
    -6152: Meaning("NO_DNS_SERVER", "there is no name server", _JOIN),
    -6154: Meaning("NAME_NOT_FOUND", "the name servers do not know the name"),
    -6185: Meaning("SERVICE_EXISTS", "there is such a service already"),
    -6186: Meaning("NO_MDNS_ANSWER", "nobody answered the question for the service"),
    -6189: Meaning("MDNS_NOT_STARTED", "mDNS is not started"),
    -6211: Meaning("APP_NOT_IN_ROLE", "the application does not run in this role"),
    -6212: Meaning("NO_SUCH_APP", "there is no such application"),
    -6213: Meaning("MDNS_STARTED", "mDNS is started already"),
    -6214: Meaning("HTTP_SERVER_STARTED", "the HTTP server is started already"),
    # File system
    -10247: Meaning("NOT_SECURE_DEVICE", "the device has no secure files"),
    -10248: Meaning("SYSTEM_FILE", "system files cannot be accessed"),
    -10273: Meaning("CERTIFICATE_REVOKED", "a certificate of the chain is revoked; this counts as an alert"),
    -10287: Meaning("UNKNOWN_ROOT_CA", "the root of the certificates is unknown"),
    -10288: Meaning("FILE_NOT_CLOSED", "the file was not closed properly"),
    -10289: Meaning("WRONG_SIGNATURE", "the signature does not fit; this counts as an alert"),
    -10290: Meaning("SIGNATURE_LENGTH", "the signature or the name of its certificate has a wrong length"),
    -10292: Meaning("WRONG_CERTIFICATE_CHAIN", "the chain of certificates does not hold; this counts as an alert"),
    -10298: Meaning("WRONG_FILE_NAME", "the name of the file is not valid"),
    -10299: Meaning(
        "FILE_SYSTEM_LOCKED", "the file system is locked after too many alerts", "restore the factory image"
    ),
    -10300: Meaning("SECURITY_ALERT", "the file system was tampered with"),
    -10301: Meaning("WRONG_FILE_SIZE", "the size of the file is not valid"),
    -10302: Meaning("INVALID_TOKEN", "the token does not fit the file"),
    -10310: Meaning("FILE_TOO_LARGE", "the file cannot be that large"),
    -10316: Meaning("TOO_MANY_OPEN_FILES", "too many files are open", "close one"),
    -10318: Meaning("NO_FREE_FILE", "there is no place for another secure file"),
    -10320: Meaning("BLOCKED_BY_VENDOR", "the vendor does not allow that"),
    -10322: Meaning("STORAGE_FULL", "there is not enough room in the file system", "delete files"),
    -10324: Meaning("FILE_SYSTEM_BUSY", "the file system is busy", "try again"),
    -10325: Meaning("WRONG_FILE_ACCESS", "the file cannot be opened in this way"),
    -10326: Meaning("FILE_EXISTS", "there is such a file already"),
    -10328: Meaning("TOO_MANY_FILES", "there is no place for another file", "delete files"),
    -10329: Meaning("FILE_ACCESS_DIFFERS", "the file was made with other flags"),
    -10333: Meaning("NOT_FAILSAFE", "the file is not fail-safe"),
    -10335: Meaning("BAD_FILE_HANDLE", "there is no open file of that number"),
    -10336: Meaning("WRITE_FAILED", "the flash could not be written"),
    -10337: Meaning("OFFSET_OUT_OF_RANGE", "the offset lies outside the file"),
    -10340: Meaning("WRONG_OPEN_FLAGS", "the flags do not go together"),
    -10341: Meaning("FILE_NOT_FOUND", "there is no such file"),
    -10344: Meaning("FILE_PENDING_COMMIT", "the file waits for a commit or a rollback"),
    -10347: Meaning("FILE_NAME_RESERVED", "the name of the file is kept for the system"),
    -10365: Meaning("INVALID_TOKEN_ALERT", "the token does not fit the file; this counts as an alert"),
    -10366: Meaning("FILE_NOT_SECURE", "the file is not secure"),
    -10369: Meaning("FILE_OPEN", "the file is open already", "close it"),
    -10370: Meaning("FILE_OPEN_FOR_WRITE", "the file is open for writing", "close it"),
    -10372: Meaning("WRONG_CERTIFICATE_NAME", "the name of the certificate's file is not valid"),
    # Crypto utilities
    -12289: Meaning("CRYPTO_FAILED", "the crypto utility failed"),
    -12290: Meaning("WRONG_KEY_NUMBER", "there is no key of that number"),
    -12291: Meaning("WRONG_CRYPTO_PARAMETER", "a parameter is not valid"),
}


def meaning(code: str, text: str = "") -> Meaning | None:
    """Return what *code* stands for behind *text*; None where nothing is known."""
    said = text.strip().lower()
    if said in _CORE:
        return _CORE[said]
    if said == "parse parameters":
        return _PARSE.get(code)
    try:
        return _PROCESS.get(int(code))
    except ValueError:
        return None
