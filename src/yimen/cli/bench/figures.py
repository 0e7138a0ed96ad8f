"""The figures of a run, path by path and by client count, and how they are shown."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from yimen.cli.bench.life import Turn
from yimen.cli.bench.statements import Rate

LIMIT: Final = 20.0  # CPU ms a case


def lived(turns: Mapping[int, Turn], *, statements: float) -> dict[str, Any]:
    """
    The figures of one path.

    `cpu_ms_per_case` is what web and database use while people act; `total_cpu_ms_per_case` has with it what follows by
    itself: order, messages, delivery and closing (worker), signatures, papers and the certificate (keeper), and the
    database for both.
    """
    moves = {count: turn.cpu["web"] + turn.cpu["database"] for count, turn in turns.items()}
    cpu = {count: moves[count] / turn.cases for count, turn in turns.items()}
    return {
        "cases": {str(count): turn.cases for count, turn in turns.items()},
        "cases_per_s": _each({count: turn.cases / turn.seconds for count, turn in turns.items()}),
        "cpu_ms_per_case": _each(cpu),
        "ratio_to_limit": _each({count: used / LIMIT for count, used in cpu.items()}),
        "cpu_ms_by_part": {str(count): _parts(turn.cpu, turn.cases) for count, turn in turns.items()},
        "afterwards_cpu_ms_by_part": {str(count): _parts(turn.after, turn.cases) for count, turn in turns.items()},
        "total_cpu_ms_per_case": _each(
            {count: (sum(turn.cpu.values()) + sum(turn.after.values())) / turn.cases for count, turn in turns.items()}
        ),
        "statements_per_case": round(statements, 1),
        "steps_ms": {str(count): _steps(turn) for count, turn in turns.items()},
    }


def beside(found: Mapping[str, Any], *, own: Mapping[int, Rate], bare: Mapping[int, Rate]) -> dict[str, Any]:
    """What pgbench does in the same run, and how the online path stands to it."""
    rate = {count: found["cases_per_s"][str(count)] for count in own}
    return {
        "own_per_s": _each({count: one.per_s for count, one in own.items()}),
        "own_cpu_ms": _each({count: one.cpu_ms for count, one in own.items()}),
        "bare_per_s": _each({count: one.per_s for count, one in bare.items()}),
        "bare_cpu_ms": _each({count: one.cpu_ms for count, one in bare.items()}),
        "ratio_own": _each({count: rate[count] / one.per_s for count, one in own.items()}, 4),
        "ratio_bare": _each({count: rate[count] / one.per_s for count, one in bare.items()}, 4),
    }


def describe(found: Mapping[str, Any]) -> Iterator[str]:
    """The figures as tables, one for each path, one column for each number of clients."""
    for name, path in found["paths"].items():
        counts = list(path["cases"])
        yield f"{name + ', clients':34}" + "".join(f"{count:>14}" for count in counts)
        for title, key in (
            ("cases a second", "cases_per_s"),
            ("CPU ms a case, moves of people", "cpu_ms_per_case"),
            (f"  as a ratio of {LIMIT:.0f}", "ratio_to_limit"),
        ):
            yield _row(title, path[key], counts)
        for title, key, parts in (
            ("", "cpu_ms_by_part", ("web", "database")),
            ("afterwards, ", "afterwards_cpu_ms_by_part", ("worker", "keeper", "database")),
        ):
            for part in parts:
                yield _row(f"  {title}{part}", {count: path[key][count][part] for count in counts}, counts)
        yield _row("CPU ms a case, all that follows too", path["total_cpu_ms_per_case"], counts)
        yield f"{'statements a case, of people':34}{path['statements_per_case']:>14}"
        for step in path["steps_ms"][counts[0]]:
            shown = (path["steps_ms"][count][step] for count in counts)
            yield f"{'  ' + step + ' p50 / p99 ms':34}" + "".join(f"{one['p50']:>8} /{one['p99']:>4}" for one in shown)
    for name, values in found["pgbench"].items():
        yield f"{name:34}" + "".join(f"{value:>14}" for value in values.values())
    yield f"memory of web, worker and keeper: {found['rss_mb']} MB, {found['pss_mb']} MB with what they share counted once"


def _row(title: str, values: Mapping[str, float], counts: list[str]) -> str:
    return f"{title:34}" + "".join(f"{values[count]:>14}" for count in counts)


def _parts(used: Mapping[str, float], cases: int) -> dict[str, float]:
    return {name: round(value / cases, 2) for name, value in used.items()}


def _steps(turn: Turn) -> dict[str, dict[str, float]]:
    return {
        step: {"p50": _percentile(many, 0.5), "p99": _percentile(many, 0.99)} for step, many in turn.latencies.items()
    }


def _percentile(many: list[float], part: float) -> float:
    return round(sorted(many)[min(len(many) - 1, int(len(many) * part))], 1)


def _each(values: Mapping[int, float], places: int = 2) -> dict[str, float]:
    return {str(count): round(value, places) for count, value in values.items()}
