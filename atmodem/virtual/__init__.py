"""Virtual modules: what all families share. Only a family's ``device`` and the API import it."""
