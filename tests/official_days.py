"""The official arrangements of the sample city, without the rest of it."""

import csv
from datetime import date
from pathlib import Path

from yimen.pure.statutory_days import Name
from yimen.pure.workdays import ArrangedDay, Calendar, Unit

PUBLISHED = Path(__file__).parents[1] / "cities" / "sample" / "calendar.csv"
YEARS = (2024, 2025, 2026)
# amount, unit, start and the day on which it ends, counted by hand over the published arrangements
VECTORS: list[tuple[int, Unit, str, str]] = [
    (20, "W", "2026-01-05", "2026-02-02"),
    (20, "W", "2026-09-18", "2026-10-22"),
    (5, "W", "2026-02-06", "2026-02-13"),
    (5, "W", "2026-04-28", "2026-05-08"),
    (5, "W", "2026-09-18", "2026-09-24"),
    (5, "W", "2025-01-24", "2025-02-07"),
    (10, "W", "2025-09-26", "2025-10-16"),
    (1, "W", "2026-02-13", "2026-02-14"),
    (1, "W", "2026-02-14", "2026-02-24"),
    (1, "W", "2026-04-03", "2026-04-07"),
    (1, "W", "2026-05-08", "2026-05-09"),
    (1, "W", "2026-09-30", "2026-10-08"),
    (1, "W", "2026-01-01", "2026-01-04"),
    (3, "W", "2026-02-11", "2026-02-14"),
    (20, "W", "2026-09-07", "2026-10-10"),
    (10, "N", "2026-09-21", "2026-10-08"),
    (30, "N", "2026-09-04", "2026-10-08"),
    (15, "N", "2026-06-05", "2026-06-22"),
    (15, "N", "2026-01-31", "2026-02-24"),
    (1, "M", "2026-01-31", "2026-02-28"),
    (0, "I", "2026-09-19", "2026-09-20"),
    (0, "I", "2026-10-01", "2026-10-08"),
    (1, "W", "2025-12-31", "2026-01-04"),
    (2, "M", "2025-12-31", "2026-02-28"),
]


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
