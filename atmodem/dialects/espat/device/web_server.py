"""The web page of the module, on which a browser sets its network and its firmware."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.http import BadResponse, Request, Stream, read_request
from ....virtual.network import Channel, Listener
from ....virtual.results import Refused
from .. import commands as c
from .. import events as e
from ..values.wifi import WifiMode
from .ota import BadImage

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["WebServer"]

_HOST = "127.0.0.1"
#: Most bytes of what a browser sends.
_LARGEST = 0x180000
_PAGE = b"<!doctype html><title>ESP-AT</title><p>A virtual module: /getstainfo, /getaprecord, /getotainfo</p>"
_JSON, _HTML = "application/json", "text/html"
_OK, _WRONG = b'{"state": 0}', b'{"state": 1}'
_SYSTEM = "ota"


class _Network(Enum):
    """How far a network is that a browser has told, with what the page says of it."""

    NONE = (0, "waiting config")
    JOINING = (0, "connecting")
    JOINED = (1, "connect OK")
    FAILED = (2, "connect fail")


class WebServer(Part):
    """Serves the page.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._listener: Listener | None = None
        self._streams: set[Stream] = set()
        self._network = _Network.NONE
        self._told = ("", "")

    def power_down(self) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for stream in tuple(self._streams):
            stream.close()
        self._network, self._told = _Network.NONE, ("", "")

    @handles(c.WEBSERVER)
    async def control(self, command: c.WEBSERVER) -> None:
        """Begin or end it."""
        given = command.port is not None, command.timeout_s is not None
        if not command.enable:
            if any(given):
                raise Refused
            self._stop()
        elif not all(given):
            raise Refused
        elif self._listener is None:
            try:
                self._listener = await self._module.network.listen((_HOST, command.port or 0), self._accept)
            except OSError:
                raise Refused from None

    # Browsers

    def _accept(self, channel: Channel) -> None:
        stream = Stream(channel)
        self._streams.add(stream)
        self._module.spawn(self._serve(stream))

    async def _serve(self, stream: Stream) -> None:
        try:
            while (request := await read_request(stream, _LARGEST)) is not None:
                status, kind, body = self._answer(request)
                head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                await stream.write(head.encode() + body)
        except (BadResponse, ConnectionError):
            pass  # the browser has gone, or is none
        finally:
            self._streams.discard(stream)
            stream.close()

    def _answer(self, request: Request) -> tuple[str, str, bytes]:
        """Return status, type and body of the answer."""
        match (request.method, request.path):
            case ("GET", "/"):
                return "200 OK", _HTML, _PAGE
            case ("GET", "/getversion"):
                return _told({"version": "1.0"})
            case ("GET", "/getstainfo"):
                state, message = self._network.value
                ssid, password = self._told
                return _told({"state": state, "sta_ssid": ssid, "sta_password": password, "message": message})
            case ("GET", "/getaprecord"):
                points = [{"ssid": point.ssid} for point in self._module.air.visible]
                return _told({"state": 0, "message": "scan done", "aplist": points})
            case ("GET", "/getotainfo"):
                version = self._module.ota.version
                return _told({"state": 0, "fw_version": version, "at_core_version": version, "partitions": [_SYSTEM]})
            case ("POST", "/setstainfo"):
                return self._take_network(request.body)
            case ("POST", "/getresult"):
                self._network, self._told = _Network.NONE, ("", "")
                self._module.emit_after(e.WebServerRsp(n=2))
                return "200 OK", _JSON, _OK
            case ("POST", "/setotadata"):
                return self._take_firmware(request)
            case _:
                return "404 Not Found", _HTML, b"This URI does not exist"

    def _take_network(self, body: bytes) -> tuple[str, str, bytes]:
        try:
            told = json.loads(body)
            ssid, password = str(told.get("ssid", "")), str(told.get("password", ""))
        except (ValueError, AttributeError):
            return "400 Bad Request", _JSON, _WRONG
        both = self._module.settings[c.CWMODE].mode is WifiMode.STATION_SOFTAP
        if not both or not ssid or self._network is _Network.JOINING:
            return "400 Bad Request", _JSON, _WRONG
        self._network, self._told = _Network.JOINING, (ssid, password)
        self._module.emit_after(e.WebServerRsp(n=1))
        self._module.spawn(self._join(ssid, password))
        return "200 OK", _JSON, _OK

    async def _join(self, ssid: str, password: str) -> None:
        await self._module.wifi.learn(ssid, password)
        if self._network is _Network.JOINING:
            self._network = _Network.JOINED if self._module.wifi.online else _Network.FAILED

    def _take_firmware(self, request: Request) -> tuple[str, str, bytes]:
        self._module.emit_after(e.WebServerRsp(n=3))
        try:
            if request.headers.get("object") != _SYSTEM:
                raise BadImage("there is no such partition")
            self._module.ota.install(request.body)
        except BadImage:
            self._module.emit_after(e.WebServerRsp(n=5))
            return "500 Internal Server Error", _JSON, _WRONG
        self._module.emit_after(e.WebServerRsp(n=4))
        return "200 OK", _JSON, _OK


def _told(values: dict[str, object]) -> tuple[str, str, bytes]:
    return "200 OK", _JSON, json.dumps(values).encode()
