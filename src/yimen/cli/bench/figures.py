"""The figures of a run, by client count, and how they are shown."""

from collections.abc import Iterator, Mapping
from typing import Any

from yimen.cli.bench.life import Turn
from yimen.cli.bench.statements import Rate


def figures(
    *, api: Mapping[int, Turn], own: Mapping[int, Rate], bare: Mapping[int, Rate], memory: Mapping[str, float]
) -> dict[str, Any]:
    """All figures. What a certificate costs is apart: neither in the rate nor in the CPU of a case."""
    rate = {count: turn.cases / turn.seconds for count, turn in api.items()}
    return {
        "cases": {str(count): turn.cases for count, turn in api.items()},
        "cases_per_s": _each(rate),
        "cpu_ms_per_case": _each({count: _cpu(turn) for count, turn in api.items()}),
        "cpu_ms_by_part": {
            str(count): {name: round(used / turn.cases, 2) for name, used in _parts(turn).items()}
            for count, turn in api.items()
        },
        "statements_per_case": _each({count: turn.statements / turn.cases for count, turn in api.items()}),
        "own_per_s": _each({count: one.per_s for count, one in own.items()}),
        "own_cpu_ms": _each({count: one.cpu_ms for count, one in own.items()}),
        "bare_per_s": _each({count: one.per_s for count, one in bare.items()}),
        "bare_cpu_ms": _each({count: one.cpu_ms for count, one in bare.items()}),
        "ratio_own": _each({count: rate[count] / own[count].per_s for count in api}, 4),
        "ratio_bare": _each({count: rate[count] / bare[count].per_s for count in api}, 4),
        "steps_ms": {str(count): _steps(turn) for count, turn in api.items()},
        "certificates_per_s_core": _each(
            {count: turn.cases * 1000 / max(turn.certificate_cpu, 1) for count, turn in api.items()}
        ),
        "certificate_cpu_ms": _each({count: turn.certificate_cpu / turn.cases for count, turn in api.items()}),
        "rss_mb": memory["rss"],
        "pss_mb": memory["pss"],
    }


def describe(found: Mapping[str, Any]) -> Iterator[str]:
    """The figures as a table, one column for each number of clients."""
    counts = list(found["cases"])
    yield f"{'clients':26}" + "".join(f"{count:>12}" for count in counts)
    for name in (
        "cases_per_s",
        "cpu_ms_per_case",
        "statements_per_case",
        "own_per_s",
        "bare_per_s",
        "ratio_own",
        "ratio_bare",
        "certificates_per_s_core",
    ):
        yield f"{name:26}" + "".join(f"{found[name][count]:>12}" for count in counts)
    for step in found["steps_ms"][counts[0]]:
        shown = (found["steps_ms"][count][step] for count in counts)
        yield f"{step + ' p50 / p99 ms':26}" + "".join(f"{one['p50']:>6} /{one['p99']:>4}" for one in shown)
    yield f"memory of web, worker and keeper: {found['rss_mb']} MB, {found['pss_mb']} MB with what they share counted once"


def _parts(turn: Turn) -> dict[str, float]:
    """CPU by part, the keeper's without what it used to seal."""
    return turn.cpu | {"keeper": turn.cpu["keeper"] - turn.certificate_cpu}


def _cpu(turn: Turn) -> float:
    return sum(_parts(turn).values()) / turn.cases


def _steps(turn: Turn) -> dict[str, dict[str, float]]:
    return {
        step: {"p50": _percentile(many, 0.5), "p99": _percentile(many, 0.99)} for step, many in turn.latencies.items()
    }


def _percentile(many: list[float], part: float) -> float:
    return round(sorted(many)[min(len(many) - 1, int(len(many) * part))], 1)


def _each(values: Mapping[int, float], places: int = 2) -> dict[str, float]:
    return {str(count): round(value, places) for count, value in values.items()}
