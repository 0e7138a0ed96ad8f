"""Yimen 一门: a city's government service, where no one can act alone."""

__version__ = "0.1.0"
