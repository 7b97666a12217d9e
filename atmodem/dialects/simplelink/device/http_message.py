"""Names of HTTP headers, by the module's own words for them."""

from __future__ import annotations

from ..values.http import HttpHeader

__all__ = ["header_name"]

_LONG_NAMES = {
    "auth": "authorization",
    "proxy_auth": "proxy-authorization",
    "tx_encoding": "transfer-encoding",
}
_LONG_RESPONSE_NAMES = {"www_auth": "www-authenticate", "proxy_auth": "proxy-authenticate"}


def header_name(header: HttpHeader) -> str:
    """Return the name of a header in small letters."""
    side, _, name = header.value.partition("_")
    names = {**_LONG_NAMES, **_LONG_RESPONSE_NAMES} if side == "res" else _LONG_NAMES
    return names.get(name, name.replace("_", "-"))
