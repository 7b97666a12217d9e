"""The command line tool ``atmodem``; it needs the extra ``cli``."""
