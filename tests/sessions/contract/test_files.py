"""What the files of any module do."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from atmodem import (
    Capability,
    FileMissing,
    FileMode,
    InvalidArgument,
    SessionBroken,
    SessionClosed,
    StorageFull,
    Unsupported,
)
from tests.sessions.contract.rig import Rig, pattern

pytestmark = pytest.mark.asyncio

PART = "files"


def size_of(rig: Rig) -> int:
    return min(rig.budget // 4, 30_000)


async def test_a_file_of_every_kind_of_byte_comes_back_as_it_was(rig: Rig):
    data = pattern(size_of(rig))
    told: list[tuple[int, int | None]] = []
    await rig.modem.files.upload("data.bin", data, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(data), len(data))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    told.clear()
    assert await rig.modem.files.download("data.bin", progress=lambda done, total: told.append((done, total))) == data
    assert told[-1][0] == len(data)


async def test_a_file_may_hold_what_looks_like_the_line(rig: Rig):
    data = b'\r\nOK\r\n+FS:3,abc\r\nERROR\r\n>\x00\xff"\\,'
    await rig.modem.files.upload("line.txt", data)
    assert await rig.modem.files.download("line.txt") == data


async def test_a_file_is_written_in_parts_and_read_from_any_place(rig: Rig):
    async with rig.modem.files.open("a.txt", "w", size=11) as file:
        await file.write(b"hello")
        await file.write(b" world")
        assert file.tell() == 11
    async with rig.modem.files.open("a.txt") as file:
        assert await file.read(5) == b"hello"
        assert await file.read() == b" world"
        assert await file.read() == b""
        file.seek(3)
        assert await file.read(4) == b"lo w"
        file.seek(0)
        assert b"".join([piece async for piece in file]) == b"hello world"


async def test_writing_anew_drops_what_a_file_held(rig: Rig):
    await rig.modem.files.upload("a.txt", b"a longer text")
    await rig.modem.files.upload("a.txt", b"short")
    assert await rig.modem.files.download("a.txt") == b"short"


async def test_pieces_of_a_known_length_are_uploaded(rig: Rig):
    data = pattern(size_of(rig))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 777):
            yield data[start : start + 777]

    await rig.modem.files.upload("data.bin", pieces(), size=len(data))
    assert await rig.modem.files.download("data.bin") == data


async def test_files_are_listed_and_told_of_until_they_are_deleted(rig: Rig):
    before = {info.name for info in await rig.modem.files.list()}
    await rig.modem.files.upload("a.txt", b"hello")
    await rig.modem.files.upload("b.txt", b"x")
    assert {info.name for info in await rig.modem.files.list()} - before == {"a.txt", "b.txt"}
    info = await rig.modem.files.info("a.txt")
    assert info.name == "a.txt"
    assert info.size in (5, None) if info.room else info.size == 5
    await rig.modem.files.delete("a.txt")
    assert {info.name for info in await rig.modem.files.list()} - before == {"b.txt"}


async def test_a_renamed_file_keeps_what_it_holds(rig: Rig):
    rig.need(Capability.FILES_RENAME)
    await rig.modem.files.upload("a.txt", b"hello")
    await rig.modem.files.rename("a.txt", "c.txt")
    assert await rig.modem.files.download("c.txt") == b"hello"
    with pytest.raises(FileMissing):
        await rig.modem.files.info("a.txt")


async def test_room_shrinks_by_what_is_written(rig: Rig):
    before = await rig.modem.files.storage()
    await rig.modem.files.upload("a.txt", pattern(size_of(rig)))
    after = await rig.modem.files.storage()
    assert 0 <= after.free <= before.free - size_of(rig)
    assert before.total == after.total


async def test_a_file_that_is_not_there_is_an_error_of_its_own(rig: Rig):
    files = rig.modem.files
    for use in (files.info, files.download, files.delete, files.open):
        with pytest.raises(FileMissing):
            await use("nothing.txt")


async def test_a_file_that_is_too_large_is_refused_and_leaves_no_half_of_it(rig: Rig):
    room = (await rig.modem.files.storage()).free
    with pytest.raises(StorageFull):
        async with rig.modem.files.open("large.bin", "w", size=room + 1):
            pass
    with pytest.raises(FileMissing):
        await rig.modem.files.info("large.bin")


async def test_an_upload_that_is_cut_off_leaves_no_half_of_the_file(rig: Rig):
    begun = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"the first half"
        begun.set()
        await asyncio.Event().wait()

    uploading = asyncio.create_task(rig.modem.files.upload("half.txt", pieces(), size=100))
    await begun.wait()
    uploading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await uploading
    for wrong in (b"too short", b"too long" * 20):
        with pytest.raises(InvalidArgument, match="data"):
            await rig.modem.files.upload("half.txt", _only(wrong), size=100)
    with pytest.raises(FileMissing):
        await rig.modem.files.info("half.txt")


async def _only(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def test_a_file_is_used_for_what_it_was_opened_for_until_it_is_closed(rig: Rig):
    async with rig.modem.files.open("a.txt", FileMode.WRITE, size=10) as file:
        with pytest.raises(InvalidArgument, match="mode"):
            await file.read()
        await file.write(b"x")
    await file.aclose()
    with pytest.raises(SessionClosed):
        await file.write(b"y")
    async with rig.modem.files.open("a.txt", "r") as file:
        with pytest.raises(InvalidArgument, match="mode"):
            await file.write(b"x")
        assert await file.read() == b"x"


async def test_a_file_from_before_a_restart_is_broken_and_its_content_kept(rig: Rig):
    await rig.modem.files.upload("a.txt", b"kept")
    async with rig.modem.files.open("a.txt") as file:
        await rig.modem.system.restart()
        with pytest.raises(SessionBroken):
            await file.read()
    assert await rig.modem.files.download("a.txt") == b"kept"


async def test_what_cannot_be_a_file_is_refused_before_anything_is_sent(rig: Rig):
    sent = rig.modem.statistics.sent
    files = rig.modem.files
    for name in ("", "a\r\nb", "x" * 300):
        with pytest.raises(InvalidArgument, match="name"):
            await files.open(name)
        with pytest.raises(InvalidArgument, match="name"):
            await files.delete(name)
    with pytest.raises(InvalidArgument, match="mode"):
        await files.open("a.txt", "a")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="size"):
        await files.open("a.txt", size=5)
    with pytest.raises(InvalidArgument, match="size"):
        await files.upload("a.txt", b"12345", size=4)
    if not rig.can(Capability.FILES_RENAME):
        with pytest.raises(Unsupported):
            await files.rename("a.txt", "b.txt")
    assert rig.modem.statistics.sent == sent
