"""Values of ESP-AT commands and events, by area."""
