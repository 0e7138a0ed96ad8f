"""
Fees paid at the bank or the window: the lines of a bank's statement against the numbers that payers were given to quote.

Tables: casework_order, casework_fee. A line pays a fee only if it is exactly what was asked for; anything else is noted at the
order, where a supervisor sees it.
"""

from dataclasses import dataclass
from typing import Final, Literal

from yimen.casework.fee import record_paid
from yimen.record import statement
from yimen.record.refusal import Refusal

Became = Literal["recorded", "known", "pay_back", "another_amount", "reference_used", "unknown", "over"]
LOGIN: Final = "worker"
TRIES: Final = 5
NOTED: Final[dict[Became, str]] = {"another_amount": "mismatch", "reference_used": "mismatch", "over": "surplus"}


@dataclass(frozen=True)
class Line:
    """One line of a statement: the number the payer quoted, the amount in fen, and the bank's reference."""

    order: str
    amount: int
    reference: str


def take(*, line: Line, dry_run: bool) -> Became:
    """
    Take in one line of a bank's statement, and say what came of it; the same line again changes nothing.

    `recorded`: the fee is paid. `known`: by this very line it was paid before. `pay_back`: paid, but the application was
    withdrawn. `over`: it was paid already, or nothing is to be paid. `dry_run` says the same and writes nothing.

    Refuses: malformed payment.malformed; conflict case.moved_meanwhile, if someone else moves the case each time.
    Records: fee.paid, for exactly the amount that was asked for.
    """
    for left in reversed(range(TRIES)):
        found = statement.rows(LOGIN, "select * from casework_order_quoted(%s, %s)", [line.order, line.reference])
        if not found:
            return "unknown"
        became = _judged(line, found[0])
        if dry_run:
            return became
        try:
            return _written(line, found[0], became)
        except Refusal as moved:
            if moved.code != "case.moved_meanwhile" or not left:
                raise
    raise AssertionError("every try ends above")


def _judged(line: Line, order: statement.Row) -> Became:
    if order["paid"] and order["reference"] == line.reference and order["amount"] == line.amount:
        return "known"
    if line.amount != order["amount"]:
        return "another_amount"
    if order["used"]:
        return "reference_used"
    if order["paid"] or order["state"] not in ("open", "closed"):
        return "over"
    return "pay_back" if order["case_state"] == "withdrawn" else "recorded"


def _written(line: Line, order: statement.Row, became: Became) -> Became:
    if became in ("recorded", "pay_back"):
        became = _paid(line, order, became)
    if became in NOTED:
        came = [line.order, NOTED[became], line.reference, line.amount]
        statement.value(LOGIN, "select casework_order_came(%s, %s, %s, %s::int)", came)
    return became


def _paid(line: Line, order: statement.Row, became: Became) -> Became:
    """Record the payment; what it is instead, where the database finds that it is not what was asked for."""
    try:
        done = record_paid(
            case=order["stream"], after=order["head"], order=line.order, amount=line.amount, reference=line.reference
        )
    except Refusal as refusal:
        if refusal.code == "fee.reference_used":
            return "reference_used"
        if refusal.code in ("fee.not_as_asked", "case.wrong_state"):
            return "over"
        raise
    return "known" if done.retried else became
