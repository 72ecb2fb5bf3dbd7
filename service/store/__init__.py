"""All SQL: the document database and the event queue."""
