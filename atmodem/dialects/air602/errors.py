"""What the codes of the Air602 mean: those behind ``+ERR=`` and those of the MQTT results."""

from __future__ import annotations

from ...wire.script import Meaning

__all__ = ["meaning", "mqtt_meaning"]

_ERRORS = {
    "-1": Meaning("INV_FMT", "the command line is malformed"),
    "-2": Meaning(
        "UNSUPP",
        "the command is unknown, or this form of it",
        "the firmware may lack it; actions take neither =! nor =?, and all arguments must be there",
    ),
    "-3": Meaning("OPS", "the operation failed, or its operator is not allowed"),
    "-4": Meaning(
        "INV_PARAMS",
        "a parameter is bad",
        "it also stands for a socket that is not connected and a host name that was not resolved",
    ),
    "-5": Meaning("NOT_ALLOW", "not allowed now"),
    "-6": Meaning("MEM", "out of memory"),
    "-7": Meaning("FLASH", "flash error"),
    "-8": Meaning("BUSY", "a scan or a join is already running", "try again when it has ended"),
    "-9": Meaning("SLEEP", "asleep"),
    "-10": Meaning(
        "JOIN",
        "joining the network failed",
        "the key and the network type are read from flash: set them with save=True, or send PMTF before WJOIN",
    ),
    "-11": Meaning("NO_SKT", "no free socket", "close one of the 20 sockets"),
    "-12": Meaning("INV_SKT", "not a valid socket"),
    "-13": Meaning(
        "SKT_CONN",
        "connecting failed",
        "the peer refused or did not answer, or no socket is free; a fixed local port cannot be used again at once",
    ),
    "-62": Meaning("SKT_SND", "sending failed"),
    "-63": Meaning("SKT_RPT", "receiving failed"),
    "-64": Meaning("UNDEFINE", "undefined error"),
}

_MQTT = {
    "0": Meaning("OK", "done"),
    "-1": Meaning("MEM", "out of memory"),
    "-2": Meaning("BUF", "buffer error"),
    "-3": Meaning("TIMEOUT", "timed out"),
    "-4": Meaning("RTE", "routing problem"),
    "-5": Meaning("INPROGRESS", "already in progress"),
    "-6": Meaning("VAL", "illegal value"),
    "-7": Meaning("WOULDBLOCK", "would block"),
    "-8": Meaning("USE", "address in use"),
    "-9": Meaning("ALREADY", "already connecting"),
    "-10": Meaning("ISCONN", "already connected"),
    "-11": Meaning("CONN", "not connected", "connect with MCONNECT and wait for its event first"),
    "-12": Meaning("IF", "network interface error"),
    "-13": Meaning("ABRT", "connection aborted"),
    "-14": Meaning("RST", "connection reset"),
    "-15": Meaning("CLSD", "connection closed"),
    "-16": Meaning("ARG", "illegal argument"),
}


def meaning(code: str, text: str = "") -> Meaning | None:
    """Return what the code of an ``+ERR=`` stands for; None where nothing is known.

    Source: manual 1.2.2; -9 from the firmware.
    """
    return _ERRORS.get(code)


def mqtt_meaning(result: str) -> Meaning | None:
    """Return what the result of an MQTT operation stands for, ``OK`` included; None where nothing is known.

    They are the codes of the TCP/IP stack in the firmware. Source: manual 2.2.4.9.
    """
    return _MQTT.get("0" if result == "OK" else result)
