"""A line on which only those understand each other who have the same speed."""

from atmodem.errors import LinkError
from atmodem.link import Link, LinkWrapper, memory_pair
from atmodem.virtual.device import VirtualModule


class SpeedLine(LinkWrapper):
    """Garbles what is sent while the two ends differ.

    :param module: the module at the other end, on a line of a certain speed.
    :param deaf: speeds at which nothing that the module sends arrives whole.
    :param mute: speeds at which nothing that is sent to the module arrives whole.
    :param refused: speeds that this end does not take.
    """

    def __init__(
        self,
        module: VirtualModule,
        *,
        deaf: tuple[int, ...] = (),
        mute: tuple[int, ...] = (),
        refused: tuple[int, ...] = (),
    ) -> None:
        near, far = memory_pair(module.url)
        super().__init__(near)
        self.speed = 115200
        self.deaf = deaf
        self._module = module
        self._mute = mute
        self._refused = refused
        module.attach(_ModuleEnd(far, self))

    @property
    def speeds(self) -> tuple[int, int | None]:
        """Speed of this end and of the module."""
        return self.speed, self._module.outlet.pacer.baudrate

    def write(self, data: bytes) -> None:
        super().write(self.carried(data, self._mute))

    def carried(self, data: bytes, bad: tuple[int, ...]) -> bytes:
        """Return what becomes of data that are sent now."""
        host, module = self.speeds
        return data if host == module and host not in bad else b"\xf8" * len(data)

    async def set_baudrate(self, baudrate: int) -> None:
        if baudrate in self._refused:
            raise LinkError(f"{self.url} does not take {baudrate} bit/s", url=self.url)
        self.speed = baudrate


class _ModuleEnd(LinkWrapper):
    def __init__(self, link: Link, line: SpeedLine) -> None:
        super().__init__(link)
        self._line = line

    def write(self, data: bytes) -> None:
        super().write(self._line.carried(data, self._line.deaf))
