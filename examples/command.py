import asyncio

import atmodem
from atmodem.dialects import espat


async def main() -> None:
    async with atmodem.connect("virtual://espat") as modem:
        print((await modem.send(espat.GMR())).at_version)  # typed, one class per command
        print(await modem.send_raw("AT+SYSRAM?"))  # anything else


asyncio.run(main())
