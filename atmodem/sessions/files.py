"""Files in the module."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Literal, Self

import anyio

from ..errors import AtmodemError, InvalidArgument, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.drivers import FileDriver
from ..portable.opening import Opening
from ..portable.values import FileInfo, FileMode, ProgressCallback, Storage
from .background import open_whole
from .checks import check_bytes
from .finishing import finish

__all__ = ["Files", "ModuleFile"]

_MODES = {"r": FileMode.READ, "w": FileMode.WRITE}


class ModuleFile:
    """An open file in the module; bytes in, bytes out. Iterated over, it yields its pieces.

    One task at a time uses it.
    """

    def __init__(self, core: ModemCore, driver: FileDriver, name: str, mode: FileMode, number: int) -> None:
        #: Its name.
        self.name: str = name
        #: What it is open for.
        self.mode: FileMode = mode
        self._core = core
        self._driver = driver
        self._number = number
        self._generation = core.generation
        self._position = 0
        self._busy = False
        self._closed = False

    def tell(self) -> int:
        """Return the place in the file where the next byte is read or written."""
        return self._position

    def seek(self, position: int) -> None:
        """Read on from another place.

        :param position: bytes from the beginning, 0 or more.
        :raises InvalidArgument: below 0, or the file is open for writing.
        """
        self._need(FileMode.READ)
        if position < 0:
            raise InvalidArgument("position", "0 or more")
        self._position = position

    async def read(self, size: int = -1) -> bytes:
        """Return the next bytes; fewer than asked, or none, only at the end.

        Cancelled or failed, the place in the file is where it was.

        :param size: how many; below 0 for all that are left.
        :raises anyio.BusyResourceError: another task uses the file.
        :raises FileError: the module could not.
        :raises InvalidArgument: the file is open for writing.
        :raises SessionBroken: the module started anew.
        :raises SessionClosed: it was closed here.
        """
        self._need(FileMode.READ)
        gathered = bytearray()
        with self._use():
            while size < 0 or len(gathered) < size:
                limit = self._driver.piece_limit
                wanted = limit if size < 0 else min(limit, size - len(gathered))
                self._check()
                piece = await self._driver.read(self._number, self._position + len(gathered), wanted)
                if not piece:
                    break
                gathered += piece
            self._position += len(gathered)
        return bytes(gathered)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        piece = await self.read(self._driver.piece_limit)
        if not piece:
            raise StopAsyncIteration
        return piece

    async def write(self, data: bytes) -> None:
        """Write bytes behind those that were written.

        Cancelled, the piece that the module has begun to take may be written or not; later ones are not.

        :raises FileError: the module could not; ``tell()`` tells how many bytes were written.
        :raises InvalidArgument: the file is open for reading.
        :raises SessionBroken: the module started anew.
        :raises SessionClosed: it was closed here.
        """
        self._need(FileMode.WRITE)
        limit = self._driver.piece_limit
        with self._use():
            self._check()
            for start in range(0, len(data), limit):
                piece = bytes(data[start : start + limit])
                self._check()
                await self._driver.write(self._number, self._position, piece)
                self._position += len(piece)

    async def aclose(self) -> None:
        """Close the file; what was written is kept from here on. Idempotent.

        Cancelled, the close goes on in the background.

        :raises FileError: the module could not keep what was written.
        """
        if self._closed:
            return
        self._closed = True
        if not self._core.closed and self._generation == self._core.generation:
            await finish(self._core, lambda: self._driver.close(self._number), "close")

    def _need(self, mode: FileMode) -> None:
        if self.mode is not mode:
            raise InvalidArgument("mode", f'"{mode.value[0]}" for this')

    def _check(self) -> None:
        if self._closed:
            raise SessionClosed(f"{self.name} was closed here")
        if self._generation != self._core.generation:
            raise SessionBroken("the module started anew", advice="open the file again")

    @contextmanager
    def _use(self) -> Iterator[None]:
        if self._busy:
            raise anyio.BusyResourceError("using")
        self._busy = True
        try:
            yield
        finally:
            self._busy = False


class Files:
    """The files in the module."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        #: One file is uploaded at a time; what is left of one that broke off is gone before the next.
        self._uploading = asyncio.Lock()

    @property
    def _driver(self) -> FileDriver:
        return self._core.require(self._core.driver.files, Capability.FILES)

    def open(
        self, name: str, mode: FileMode | Literal["r", "w"] = "r", *, size: int | None = None
    ) -> Opening[ModuleFile]:
        """Open a file: ``async with modem.files.open("a.txt") as file``.

        Cancelled, a file that opens all the same is closed in the background.

        :param name: its name.
        :param mode: ``"r"`` to read; ``"w"`` to write it anew, which drops what it held. Always bytes.
        :param size: most bytes that will be written, which some modules must know first.
        :raises FileMissing: there is no such file to read.
        :raises FileRefused: it may not be used so.
        :raises StorageFull: there is no room for it.
        :raises InvalidArgument: the module cannot have such a file; nothing was sent.
        :raises Unsupported: the module has no files.
        """

        async def open() -> ModuleFile:
            driver = self._driver
            _check_name(name)
            if not isinstance(mode, FileMode) and mode not in _MODES:
                raise InvalidArgument("mode", '"r" or "w"')
            chosen = mode if isinstance(mode, FileMode) else _MODES[mode]
            if size is not None and (size < 0 or chosen is FileMode.READ):
                raise InvalidArgument("size", "0 or more, and only for writing")

            async def work() -> ModuleFile:
                return ModuleFile(self._core, driver, name, chosen, await driver.open(name, chosen, size))

            return await open_whole(self._core, work)

        return Opening(open)

    async def upload(
        self,
        name: str,
        data: bytes | AsyncIterable[bytes],
        *,
        size: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> None:
        """Write a whole file. Where that fails or is cancelled, no half of it stays; what it held before is gone.

        :param name: its name.
        :param data: what it shall hold.
        :param size: bytes of *data* that is iterated over, which some modules must know first.
        :param progress: told bytes done, and bytes in all or None.
        :raises StorageFull: there is no room for it.
        :raises FileRefused: the file may not be written.
        :raises InvalidArgument: the module cannot have such a file, or *data* are not as long as *size*.
        :raises Unsupported: the module has no files.
        """
        if isinstance(data, bytes):
            if size not in (None, len(data)):
                raise InvalidArgument("size", "that of the data")
            size = len(data)
        await self._uploading.acquire()
        discarded = asyncio.Event()
        file: ModuleFile | None = None
        try:
            file = await self.open(name, FileMode.WRITE, size=size)
            await _fill(file, data, size, progress)
            await file.aclose()
        except BaseException as error:
            if file is not None and not self._core.closed:
                half = file
                self._core.spawn(lambda: self._discard(half, discarded), "discard")
                if isinstance(error, Exception):
                    await discarded.wait()
                raise
            self._uploading.release()
            raise
        self._uploading.release()

    async def _discard(self, file: ModuleFile, done: asyncio.Event) -> None:
        """Delete a file of which only a part was written, then let the next upload begin."""
        try:
            await file.aclose()
            await file._driver.delete(file.name)
        except AtmodemError:
            pass  # it is gone, or the module with it
        finally:
            self._uploading.release()
            done.set()

    async def download(self, name: str, *, progress: ProgressCallback | None = None) -> bytes:
        """Return a whole file.

        Cancelled, it is closed in the background.

        :param name: its name.
        :param progress: told bytes done, and bytes in all or None.
        :raises FileMissing: there is no such file.
        :raises FileRefused: it may not be read.
        :raises Unsupported: the module has no files.
        """
        size = (await self.info(name)).size
        gathered = bytearray()
        async with self.open(name) as file:
            async for piece in file:
                gathered += piece
                if progress is not None:
                    progress(len(gathered), size)
        return bytes(gathered)

    async def list(self) -> tuple[FileInfo, ...]:
        """Return the files, with what the module tells of them in a list.

        :raises Unsupported: the module has no files.
        """
        return await self._driver.list()

    async def info(self, name: str) -> FileInfo:
        """Return what the module tells of a file.

        :raises FileMissing: there is no such file.
        :raises Unsupported: the module has no files.
        """
        driver = self._driver
        _check_name(name)
        return await driver.info(name)

    async def delete(self, name: str) -> None:
        """Delete a file.

        Cancelled, it may be deleted all the same.

        :raises FileMissing: there is no such file.
        :raises FileRefused: it may not be deleted.
        :raises Unsupported: the module has no files.
        """
        driver = self._driver
        _check_name(name)
        await driver.delete(name)

    async def rename(self, name: str, new_name: str) -> None:
        """Give a file another name.

        Cancelled, it may be renamed all the same.

        :raises FileMissing: there is no such file.
        :raises FileRefused: it may not be renamed, or there is a file of the other name.
        :raises Unsupported: the module cannot.
        """
        driver = self._core.require(self._core.driver.files, Capability.FILES, Capability.FILES_RENAME)
        _check_name(name)
        _check_name(new_name, "new_name")
        await driver.rename(name, new_name)

    async def storage(self) -> Storage:
        """Return how much room there is.

        :raises Unsupported: the module has no files.
        """
        return await self._driver.storage()


def _check_name(name: str, parameter: str = "name") -> None:
    check_bytes(parameter, name, 1, 255)
    if any(ord(character) < 0x20 or character == "\x7f" for character in name):
        raise InvalidArgument(parameter, "a text without control characters")


async def _fill(
    file: ModuleFile, data: bytes | AsyncIterable[bytes], size: int | None, progress: ProgressCallback | None
) -> None:
    limit = file._driver.piece_limit
    async for part in _pieces(data):
        if size is not None and file.tell() + len(part) > size:
            break
        for start in range(0, len(part), limit):
            await file.write(part[start : start + limit])
            if progress is not None:
                progress(file.tell(), size)
    else:
        if size in (None, file.tell()):
            return
    raise InvalidArgument("data", f"of {size} bytes, as their size says")


async def _pieces(data: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(data, bytes):
        yield data
    else:
        async for piece in data:
            yield piece
