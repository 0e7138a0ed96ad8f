"""Index of tables for Django: imports the tables of each step, and nothing imports it."""
