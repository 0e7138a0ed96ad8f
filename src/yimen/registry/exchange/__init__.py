"""A catalogue as a file: written and read as a workbook, as CSV and as JSON, and compared with another. No database, no record."""
