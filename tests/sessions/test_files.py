"""Files by the command of ESP-AT."""

import asyncio

import anyio
import pytest

from atmodem import (
    CommandError,
    FileMissing,
    FileRefused,
    InvalidArgument,
    ModuleReset,
    SessionBroken,
    SessionClosed,
    StorageFull,
)
from tests.sessions.bench import bench, cancelled_after
from tests.sessions.modems import ERROR, OK, scripted, virtual

pytestmark = pytest.mark.asyncio

LISTED = {b'AT+FS=0,4,"."': OK}


async def test_the_kind_of_file_system_is_found_once():
    answers = {
        b'AT+FS=0,4,"."': ERROR,
        b'AT+FS=1,4,"."': b"+FS:a.txt b.txt\r\n" + OK,
        b"AT+FS=1,6": b"+FS:1000,2000\r\n" + OK,
    }
    async with scripted(answers) as (peer, modem):
        assert [info.name for info in await modem.files.list()] == ["a.txt", "b.txt"]
        storage = await modem.files.storage()
        assert (storage.free, storage.total) == (1000, 2000)
        assert peer.lines == [b'AT+FS=0,4,"."', b'AT+FS=1,4,"."', b'AT+FS=1,4,"."', b"AT+FS=1,6"]


async def test_firmware_without_files_says_so():
    async with virtual() as (_, modem):
        assert await modem.files.list() == ()
    async with scripted({b'AT+FS=0,4,"."': ERROR, b'AT+FS=1,4,"."': ERROR}) as (_, modem):
        with pytest.raises(CommandError, match="FS"):
            await modem.files.list()


async def test_reading_at_the_end_may_be_refused():
    answers = {
        **LISTED,
        b'AT+FS=0,3,"a"': b"+FS:5\r\n" + OK,
        b'AT+FS=0,2,"a",0,4096': b"+FS:5,hello" + OK,
        b'AT+FS=0,2,"a",5,4096': ERROR,
        b'AT+FS=0,2,"a",3,4096': ERROR,
    }
    async with scripted(answers) as (_, modem), modem.files.open("a") as file:
        assert await file.read() == b"hello"
        file.seek(3)
        with pytest.raises(FileRefused, match="a cannot be read"):
            await file.read()
        assert file.tell() == 3
        with pytest.raises(InvalidArgument, match="position"):
            file.seek(-1)


async def test_a_file_that_may_not_be_deleted_is_told_from_one_that_is_not_there():
    answers = {**LISTED, b'AT+FS=0,0,"a"': ERROR, b'AT+FS=0,3,"a"': b"+FS:5\r\n" + OK}
    async with scripted({**answers, b'AT+FS=0,0,"b"': ERROR, b'AT+FS=0,3,"b"': ERROR}) as (_, modem):
        with pytest.raises(FileRefused, match="cannot be deleted"):
            await modem.files.delete("a")
        with pytest.raises(FileMissing):
            await modem.files.delete("b")


async def test_what_does_not_fit_any_more_is_a_full_storage_and_tells_how_much_was_written():
    async with virtual() as (_, modem):
        async with modem.files.open("a", "w") as file:
            with pytest.raises(StorageFull, match="4096 bytes more of a were not written"):
                await file.write(bytes(2 * 1024 * 1024))
            assert file.tell() == 1024 * 1024
        assert (await modem.files.storage()).free == 0


async def test_a_write_that_is_refused_with_room_left_is_a_refusal():
    async with scripted({**LISTED, b'AT+FS=0,3,"a"': ERROR, b"AT+FS=0,6": b"+FS:9000,9000\r\n" + OK}) as (peer, modem):
        peer.answers[b'AT+FS=0,1,"a",0,4'] = ERROR
        async with modem.files.open("a", "w") as file:
            with pytest.raises(FileRefused, match="were not written"):
                await file.write(b"data")


async def test_what_a_list_could_not_tell_apart_is_refused():
    async with virtual() as (_, modem):
        sent = modem.statistics.sent
        with pytest.raises(InvalidArgument, match="name"):
            await modem.files.open("a b", "w")
        with pytest.raises(InvalidArgument, match="size"):
            await modem.files.upload("a", b"")
        assert modem.statistics.sent == sent


async def test_one_task_at_a_time_uses_a_file():
    async with virtual() as (_, modem):
        await modem.files.upload("a", bytes(10_000))
        async with modem.files.open("a") as file:
            reading = asyncio.create_task(file.read())
            await asyncio.sleep(0)
            with pytest.raises(anyio.BusyResourceError):
                await file.read()
            assert await reading == bytes(10_000)


async def test_a_failed_upload_of_one_file_lets_the_next_begin():
    async with virtual() as (_, modem):
        with pytest.raises(InvalidArgument):
            await modem.files.upload("a", b"")
        with pytest.raises(StorageFull):
            await modem.files.upload("a", bytes(2 * 1024 * 1024))
        await modem.files.upload("a", b"x")
        with pytest.raises(StorageFull):
            await modem.files.upload("a", bytes(2 * 1024 * 1024))
        # It was not begun, so that the old one is still there.
        assert await modem.files.download("a") == b"x"


async def test_an_upload_that_a_restart_cuts_off_is_told():
    async with virtual() as (device, modem):
        uploading = asyncio.create_task(
            modem.files.upload("a", bytes(200_000), progress=lambda done, _: device.restart(0) if done > 9000 else None)
        )
        with pytest.raises((ModuleReset, SessionBroken)):
            await uploading
        await modem.files.upload("a", b"x")
        assert await modem.files.download("a") == b"x"


async def test_cancelled_anywhere_the_module_stays_usable():
    async with bench() as made:
        turns = 0
        while await cancelled_after(turns, made.modem.files.upload("a", bytes(5000))):
            turns += 11
        assert await made.modem.files.download("a") == bytes(5000)
        assert await made.is_usable()


async def test_a_closed_file_is_closed_for_every_use():
    async with virtual() as (_, modem):
        await modem.files.upload("a", b"x")
        file = await modem.files.open("a")
        await file.aclose()
        for use in (file.read, file.__anext__):
            with pytest.raises(SessionClosed):
                await use()
