"""The official arrangements of the sample city, without the rest of it."""

import csv
from datetime import date
from pathlib import Path

from yimen.pure.statutory_days import Name
from yimen.pure.workdays import ArrangedDay, Calendar

PUBLISHED = Path(__file__).parents[1] / "cities" / "sample" / "calendar.csv"
YEARS = (2024, 2025, 2026)


def official() -> Calendar:
    with PUBLISHED.open(newline="", encoding="utf-8") as file:
        days = [
            ArrangedDay(
                day=date.fromisoformat(row["date"]),
                work=row["kind"] == "work",
                name=Name(row["name_zh"], row["name_en"]),
            )
            for row in csv.DictReader(file)
        ]
    return Calendar(days, years=YEARS)
