"""A modem in a notebook: opened in one cell, used in another, closed in a third."""

import nbformat
import pytest
from nbclient import NotebookClient

CELLS = [
    "import atmodem\nmodem = await atmodem.connect('virtual://espat')",
    "await modem.wifi.join('lab', 'secret')\n(await modem.wifi.status()).ssid",
    "subscription = await modem.events(atmodem.WifiDisconnected).__aenter__()\nawait modem.wifi.leave()",
    "type((await anext(subscription))).__name__",
    "await modem.aclose()\nmodem.closed",
    "import asyncio\n[task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith('atmodem')]",
]


@pytest.mark.asyncio
async def test_a_modem_opens_in_one_cell_and_closes_in_another():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    await NotebookClient(notebook, timeout=30, kernel_name="python3").async_execute()
    shown = [[output["data"]["text/plain"] for output in cell["outputs"]] for cell in notebook.cells]
    assert shown == [[], ["'lab'"], [], ["'WifiDisconnected'"], ["True"], ["[]"]]
