"""The commands of the Air602, a module per group."""
