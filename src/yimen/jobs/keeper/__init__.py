"""The keeper: the one process that opens keys."""
