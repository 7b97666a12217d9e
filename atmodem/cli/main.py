"""Reads the command line and runs one verb."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

from ..dialects import names
from ..errors import AtmodemError
from .catalogue import print_catalogue
from .demo import run_demo
from .serve import run_virtual
from .talk import run_events, run_send

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line tool; return the exit status: 0 done, 1 failed, 2 used wrongly.

    :param arguments: the words behind the tool's name; None for those of this process.
    """
    options = _parser().parse_args(arguments)
    try:
        status = _run(options)
        sys.stdout.flush()
        return status
    except AtmodemError as error:
        sys.stderr.write(f"atmodem: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has had enough; what is left must not fail once more when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(options: argparse.Namespace) -> int:
    match options.verb:
        case "demo":
            return run_demo(options.dialect)
        case "virtual":
            return asyncio.run(
                run_virtual(options.dialect, options.profile, options.baudrate, options.pty, options.tcp)
            )
        case "send":
            return asyncio.run(run_send(options.url, options.dialect, options.baudrate, options.line, options.timeout))
        case "events":
            return asyncio.run(run_events(options.url, options.dialect, options.baudrate))
        case _:
            return print_catalogue(as_json=options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="atmodem", description="Drive serial AT modules, or be one.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    demo = verbs.add_parser("demo", help="show a virtual module at work, over a real pty")
    demo.add_argument("--dialect", choices=names(), default="espat")

    virtual = verbs.add_parser("virtual", help="run a virtual module for other programs")
    virtual.add_argument("dialect", choices=names())
    where = virtual.add_mutually_exclusive_group(required=True)
    where.add_argument("--pty", metavar="PATH", help="serve it on a pty, to which PATH will be a link")
    where.add_argument("--tcp", metavar="HOST:PORT", help="serve it over TCP, on a loopback address")
    virtual.add_argument("--profile", help="the firmware that it plays")
    virtual.add_argument("--baudrate", type=int, help="pace its line at that many bits per second")

    send = verbs.add_parser("send", help="send one command and print its reply")
    _add_link(send)
    send.add_argument("line", help="the command, such as 'AT+GMR'")
    send.add_argument("--timeout", type=float, default=10.0, help="seconds for the reply; 0 for no limit")

    events = verbs.add_parser("events", help="print the events of a module as they come")
    _add_link(events)

    catalogue = verbs.add_parser("commands", help="list every command and event that is declared")
    catalogue.add_argument("--json", action="store_true", help="as a JSON array")
    return parser


def _add_link(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", help="a serial device, tcp://host:port, or virtual://DIALECT")
    parser.add_argument("--dialect", choices=names(), help="what the module speaks; asked of it when left out")
    parser.add_argument("--baudrate", type=int, default=115200, help="line speed in bits per second")
