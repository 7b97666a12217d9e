"""Network applications: what is started, the web server, and requests of the network processor."""

from __future__ import annotations

import base64
import mimetypes
from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.http import BadResponse, Request, Stream, read_request
from ....virtual.network import Channel, Listener
from ....virtual.results import Refused
from ..commands.netapp import NetAPPRecv, NetAPPSend, NetAPPStart, NetAPPStop
from ..values import netapp_options as n
from ..values.netapp import NetApp
from .plain import plain
from .refusals import Code

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["ApplicationsPart"]

_HOST = "127.0.0.1"
#: Folder of the files that the web server serves, and the one that stands for the folder itself.
_FOLDER, _INDEX = "www", "index.html"
#: Most bytes of what a browser sends; it is not looked at.
_LARGEST = 4096
_UNKNOWN_TYPE = "application/octet-stream"


class ApplicationsPart(Part):
    """Obeys the commands that start and stop applications; of them the web server alone serves anybody.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        #: What is started.
        self.started: set[NetApp] = {NetApp.HTTP_SERVER, NetApp.DHCP_SERVER, NetApp.MDNS}
        self._listener: Listener | None = None
        self._streams: set[Stream] = set()

    def power_down(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for stream in tuple(self._streams):
            stream.close()

    @handles(NetAPPStart)
    async def start(self, command: NetAPPStart) -> None:
        """Start applications."""
        if NetApp.HTTP_SERVER in command.apps and self._listener is None:
            port = self._module.netcfg.rows[n.HttpServerPrimPortNum].port
            try:
                self._listener = await self._module.network.listen((_HOST, port), self._accept)
            except OSError:
                raise Refused(Code.ADDRESS_IN_USE) from None
        self.started.update(command.apps)

    @handles(NetAPPStop)
    def stop(self, command: NetAPPStop) -> None:
        """Stop applications."""
        if NetApp.HTTP_SERVER in command.apps:
            self.power_down()
        self.started.difference_update(command.apps)

    # Browsers

    def _accept(self, channel: Channel) -> None:
        stream = Stream(channel)
        self._streams.add(stream)
        self._module.spawn(self._serve(stream))

    async def _serve(self, stream: Stream) -> None:
        try:
            while (request := await read_request(stream, _LARGEST)) is not None:
                status, headers, body = self._answer(request)
                lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
                await stream.write("\r\n".join(lines).encode("latin-1") + (body if request.method == "GET" else b""))
        except (BadResponse, ConnectionError):
            pass  # the browser has gone, or is none
        finally:
            self._streams.discard(stream)
            stream.close()

    def _answer(self, request: Request) -> tuple[str, list[str], bytes]:
        """Return status, headers and body of the answer."""
        rows = self._module.netcfg.rows
        if rows[n.HttpServerAuthCheck].enabled and not self._is_known(request):
            return "401 Unauthorized", [f'WWW-Authenticate: Basic realm="{rows[n.HttpServerAuthRealm].realm}"'], b""
        if request.method not in ("GET", "HEAD"):
            return "405 Method Not Allowed", [], b""
        name = request.path.partition("?")[0].removeprefix("/") or _INDEX
        content = self._module.storage.content(f"{_FOLDER}/{name}")
        if content is None:
            return "404 Not Found", [], b""
        kind = mimetypes.types_map.get(f".{name.rpartition('.')[2]}", _UNKNOWN_TYPE)
        return "200 OK", [f"Content-Type: {kind}"], content

    def _is_known(self, request: Request) -> bool:
        rows = self._module.netcfg.rows
        told = f"{rows[n.HttpServerAuthName].name}:{plain(rows[n.HttpServerAuthPassword].password)}"
        return request.headers.get("authorization") == "Basic " + base64.b64encode(told.encode()).decode()

    # Requests of the network processor

    @handles(NetAPPSend)
    def send(self, command: NetAPPSend) -> None:
        """Take the answer to a request that was never made."""

    @handles(NetAPPRecv)
    def receive(self, command: NetAPPRecv) -> None:
        """Refuse: the core forgets to allocate a buffer."""
        raise Refused(Code.REFUSED)
