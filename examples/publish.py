import asyncio

import atmodem


async def main() -> None:
    async with atmodem.connect("virtual://espat") as modem:
        await modem.wifi.join("lab", "secret")
        async with modem.mqtt("127.0.0.1", 1883, client_id="board") as mqtt:
            await mqtt.subscribe("lab/#", qos=1)
            await mqtt.publish("lab/temperature", "21.5", qos=1)
            print(await anext(mqtt.messages))


asyncio.run(main())
