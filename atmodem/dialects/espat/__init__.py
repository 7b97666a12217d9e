"""Espressif ESP-AT: ESP32 family and ESP8266."""

from .commands import *  # noqa: F403 - the dialect's commands are its public names
from .events import *  # noqa: F403 - and so are its events
