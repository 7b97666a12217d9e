"""Tools for testing programs that use this package, and used for testing the package itself."""
