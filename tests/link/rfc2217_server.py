"""An RFC 2217 server made of pyserial's own parts, for one client on one pty."""

import socket
import threading
from contextlib import suppress

import serial
from serial.rfc2217 import PortManager

__all__ = ["Rfc2217Server"]


class _PtyPort(serial.Serial):
    """A pty has no modem lines."""

    cts = dsr = cd = property(lambda _: True)
    ri = property(lambda _: False)

    def _update_dtr_state(self) -> None:
        pass

    _update_rts_state = _update_break_state = _update_dtr_state


class Rfc2217Server:
    """Serves the pty *path* to one client, until either goes or it is closed."""

    def __init__(self, path: str) -> None:
        self._serial = _PtyPort(path, timeout=0.05)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._connection: socket.socket | None = None
        self._writing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="RFC 2217 server", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop. The far end of the pty must be closed by then, or a write to it may wait for ever."""
        self._closed = True
        for wakened in (self._listener, self._connection):
            if wakened is not None:
                with suppress(OSError):
                    wakened.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        self._serial.close()

    def write(self, data: bytes) -> None:
        """Send *data* to the client as it is; the PortManager calls it too."""
        with self._writing:
            self._connection.sendall(data)

    def _serve(self) -> None:
        with suppress(OSError):  # closed before a client came
            self._connection, _ = self._listener.accept()
            manager = PortManager(self._serial, self)
            upstream = threading.Thread(target=self._send_upstream, args=[manager], name="RFC 2217 upstream")
            upstream.start()
            with suppress(OSError), self._connection:
                while data := self._connection.recv(4096):
                    self._serial.write(b"".join(manager.filter(data)))
            self._closed = True
            upstream.join()

    def _send_upstream(self, manager: PortManager) -> None:
        with suppress(OSError):
            while not self._closed:
                if data := self._serial.read(self._serial.in_waiting or 1):
                    self.write(b"".join(manager.escape(data)))
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
