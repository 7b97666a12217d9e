"""Sessions: what a program does with a module, whatever its dialect."""
