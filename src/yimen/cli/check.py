"""`yimen check`: every invariant as a question to this installation, with a plain answer."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
from django.conf import settings

from yimen.cli.attach import attached
from yimen.cli.record import A_FILE, A_FOLDER, minutes_in, trust_in
from yimen.oversight.question import LOGIN, MOST, Answer, Asking, CannotAsk, Question, count
from yimen.oversight.questions import INVARIANTS, ONLY_TESTS, QUESTIONS
from yimen.oversight.record_check import Outside, Progress, size
from yimen.record.refusal import Refusal

DOES_NOT_HOLD: Final = 1
COULD_NOT_ASK: Final = 2


class CouldNotAsk(click.ClickException):
    """There is no answer, neither yes nor no."""

    exit_code = COULD_NOT_ASK

    def __init__(self, why: str) -> None:
        super().__init__(f"Nothing could be asked: {why}")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with its answer, or why it could not be asked."""

    question: Question
    answer: Answer | None = None
    why_not: str = ""


@click.command()
@click.option(
    "--only", "names", multiple=True, metavar="NAME", help="A question, its first word, or 1 to 14. May be repeated."
)
@click.option("--quick", is_flag=True, help="Of the record, only what came since the last signed minute.")
@click.option(
    "--minutes", "folder", type=A_FOLDER, help="Where signed minutes are kept; this installation's by default."
)
@click.option("--trust", "trust_file", type=A_FILE, help="The city's published trust; this installation's by default.")
@click.option("--list", "only_list", is_flag=True, help="Say what would be asked, and ask nothing.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def check(
    context: click.Context,
    names: tuple[str, ...],
    folder: Path | None,
    trust_file: Path | None,
    *,
    quick: bool,
    only_list: bool,
    as_json: bool,
) -> None:
    """
    Ask whether all that must hold holds in this installation, now. Nothing is changed, and nobody is named.

    Exit status: 0 all holds, 1 something does not hold, 2 something could not be asked.
    """
    chosen = [one for one in QUESTIONS if not names or any(is_meant(name, one) for name in names)]
    unknown = [name for name in names if not any(is_meant(name, one) for one in QUESTIONS)]
    if unknown:
        raise click.UsageError(f"There is no question {', '.join(unknown)}; `yimen check --list` names them.")
    if only_list:
        click.echo(
            json.dumps([said(Asked(question=one)) for one in chosen]) if as_json else "\n".join(map(listed, chosen))
        )
        return
    minutes = folder or settings.RECORD_DIR
    outside = Outside(read_minutes=lambda: list(minutes_in(minutes)), trust=trust_in(trust_file))
    try:
        with attached():
            asked = ask_all(chosen, outside=outside, quick=quick)
    except click.ClickException as away:
        raise CouldNotAsk(away.format_message()) from away
    except Refusal as away:
        raise CouldNotAsk(away.words) from away
    click.echo(json.dumps(as_data(asked), ensure_ascii=False) if as_json else in_words(asked, whole=not names))
    context.exit(status_of(asked))


def is_meant(name: str, question: Question) -> bool:
    return name in (question.name, question.name.split(".")[0], str(question.invariant))


def listed(question: Question) -> str:
    return f"{question.invariant:>2}  {question.name:<20} {question.asks}"


def ask_all(chosen: Sequence[Question], *, outside: Outside, quick: bool) -> list[Asked]:
    """Put the questions one after the other, with a bar that moves with what is read."""
    if LOGIN not in settings.LOGINS:
        raise click.ClickException(f"the login {LOGIN} is not on this machine; ask where it is")
    streams = count("record_stream")
    lengths = [length_of(one, streams=streams, quick=quick) for one in chosen]
    asked = []
    with click.progressbar(length=sum(lengths), label="Asking", file=sys.stderr) as bar:
        for question, length in zip(chosen, lengths, strict=True):
            asking = Asking(
                installation=settings.INSTALLATION, outside=outside, quick=quick, progress=bounded(bar.update, length)
            )
            asked.append(put(question, asking))
    return asked


def length_of(question: Question, *, streams: int, quick: bool) -> int:
    """How far the bar goes for a question: by what it reads, and a little for those that read little."""
    reads = {"streams": streams, "record": 0 if quick else size()}
    return max(1, reads.get(question.reads, 0))


def bounded(update: Progress, length: int) -> Progress:
    """Move the bar by no more than was said: people go on working, and rows come in meanwhile."""
    left = iter(range(length))

    def move(steps: int) -> None:
        update(sum(1 for _ in zip(range(steps), left, strict=False)))

    return move


def put(question: Question, asking: Asking) -> Asked:
    try:
        return Asked(question=question, answer=question.ask(asking))
    except CannotAsk as missing:
        return Asked(question=question, why_not=str(missing))
    except Refusal as refused:
        return Asked(question=question, why_not=f"{refused.code}: {refused.words}")


def status_of(asked: Sequence[Asked]) -> int:
    if any(one.answer is not None and not one.answer.holds for one in asked):
        return DOES_NOT_HOLD
    return COULD_NOT_ASK if any(one.answer is None for one in asked) else 0


def as_data(asked: Sequence[Asked]) -> dict[str, Any]:
    return {
        "holds": {0: True, DOES_NOT_HOLD: False, COULD_NOT_ASK: None}[status_of(asked)],
        "questions": [said(one) for one in asked],
        "only_tests_show": {str(number): what for number, what in ONLY_TESTS.items()},
    }


def said(one: Asked) -> dict[str, Any]:
    question, answer = one.question, one.answer
    about = {"name": question.name, "invariant": question.invariant, "asks": question.asks}
    if answer is None:
        return about | {"holds": None, "why_not": one.why_not}
    found = {"looked_at": answer.looked_at, "faults": answer.faults, "count": answer.count, "notes": answer.notes}
    return about | {"holds": answer.holds} | found | ({} if answer.holds else {"todo": question.todo})


def in_words(asked: Sequence[Asked], *, whole: bool) -> str:
    lines: list[str] = []
    for number, title in INVARIANTS.items():
        of_it = [one for one in asked if one.question.invariant == number]
        if of_it:
            lines += [f"{number:>2}. {title}", *(line for one in of_it for line in lines_of(one))]
            lines += [f"    · only tests show {ONLY_TESTS[number]}"] if number in ONLY_TESTS else []
    return "\n".join([*lines, "", *summary(asked, whole=whole)])


def lines_of(one: Asked) -> Iterator[str]:
    question, answer = one.question, one.answer
    if answer is None:
        yield f"    ? {question.asks}: could not be asked ({one.why_not})"
        return
    looked = ", ".join(f"{number:,} {what}" for what, number in answer.looked_at.items())
    yield f"    {'✓' if answer.holds else '✗'} {question.asks} ({question.name}: {looked})"
    yield from (f"        {note}" for note in answer.notes)
    yield from (f"      ✗ {fault}" for fault in answer.faults)
    if answer.count > len(answer.faults):
        yield f"      ✗ … and {answer.count - len(answer.faults):,} more (the first {MOST} are told)"
    if not answer.holds:
        yield f"      → {question.todo}"


def summary(asked: Sequence[Asked], *, whole: bool) -> Iterator[str]:
    no = [one.question.name for one in asked if one.answer is not None and not one.answer.holds]
    unasked = [one.question.name for one in asked if one.answer is None]
    if no:
        yield f"DOES NOT HOLD: {', '.join(no)}"
    if unasked:
        yield f"COULD NOT BE ASKED: {', '.join(unasked)}"
    if not no and not unasked:
        yield f"ALL {len(asked)} HOLD" if whole else f"HOLDS: {', '.join(one.question.name for one in asked)}"
