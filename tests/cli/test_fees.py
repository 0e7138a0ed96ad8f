"""`yimen fees take`: a bank's statement pays exactly what was asked for, once, and says of every line what came of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result

import at_window
import town as towns
from town_item import ITEM
from visiting import visitor
from yimen.casework import case as cases
from yimen.casework import fee
from yimen.cli.attach import close_connections
from yimen.cli.fees import fees
from yimen.gateways.payment import payment_gateway
from yimen.record.refusal import Refusal

FEES = {"fees": [{"code": "new", "name_zh": "工本费", "name_en": "Fee", "amount": 2000, "basis": "某办法第三条"}]}
HEAD = "order,amount,reference\n"


@pytest.fixture(scope="module")
def town() -> towns.Town:
    return towns.town(item=FEES)


@pytest.fixture(autouse=True)
def let_go() -> Iterator[None]:
    yield
    close_connections()


def taken(text: str | bytes, *words: str) -> Result:
    return CliRunner().invoke(fees, ["take", "-", *words], input=text)


def became(text: str, *words: str) -> list[str]:
    done = taken(HEAD + text, "--json", *words)
    return [one["became"] for one in json.loads(done.output)["lines"]]


def quoted(town: towns.Town, case: UUID) -> str:
    """The number the applicant was given on her page, where no provider is connected."""
    assert not payment_gateway().connected
    return fee.pay(case=case, session=town.applicant.session, back="http://x", call="http://x").order


def standing(town: towns.Town, case: UUID) -> tuple[bool, list[str]]:
    found = fee.payment(case=case, session=town.applicant.session)
    return found["fee"]["paid"], [one["state"] for one in found["orders"]]


def test_a_newcomer_follows_the_page_and_the_certificate_can_be_made(town: towns.Town) -> None:
    case = town.brought_to("certifying")
    home = visitor(town.applicant)
    page = home.post(f"/cases/{case}/pay/", follow=True).content.decode()
    command = page.split("<code>")[1].split("</code>")[0].replace("&#x27;", "'")
    assert command.endswith("| ./run fees take -")
    printed = subprocess.run(["/bin/bash", "-c", command.split(" | ")[0]], capture_output=True, check=True).stdout
    done = taken(printed)
    assert (done.exit_code, "recorded: the fee is paid" in done.output) == (0, True)
    assert "Fee: paid" in home.get(f"/cases/{case}/pay/").content.decode()
    town.custody(case, "maker")
    assert town.state(case) == "made"


def test_an_instant_case_of_a_person_is_charged_paid_and_made() -> None:
    limits = ITEM["limits"] | {"promise": {"amount": 0, "unit": "I"}, "fallback": {"amount": 3, "unit": "W"}}
    here = towns.town(item=FEES | {"service_objects": ["1"], "instant": True, "limits": limits})
    case = here.brought_to("certifying", personal=True)
    with pytest.raises(Refusal, match=r"fee.unpaid"):
        here.custody(case, "maker")
    assert became(f"{quoted(here, case)},20.00,I{case}\n") == ["recorded"]
    for hand in ("maker", "first_custodian", "second_custodian"):
        here.custody(case, hand)
    at_window.sealed(here, case)
    assert here.state(case) == "sealed"


def test_every_line_is_told_and_the_same_statement_again_changes_nothing(town: towns.Town) -> None:
    right, less, gone, other = (town.brought_to("examining") for _ in range(4))
    one, two, three, four = (quoted(town, case) for case in (right, less, gone, other))
    cases.withdraw(case=gone, after=town.head(gone), session=town.applicant.session, key=uuid4())
    text = (f"{one},20,R{one}\n{two},19.99,R{two}\n{three},20.0,R{three}\nY20260101{'0' * 16},20.00,R\n"
            f"{one},20.00,R{one}/2\n{four},20.00,R{one}\n")  # fmt: skip
    said = ["recorded", "another_amount", "pay_back", "unknown"]
    before = [town.head(case) for case in (right, less, gone, other)]
    assert became(text, "--dry-run")[:4] == said
    assert [town.head(case) for case in (right, less, gone, other)] == before, "trying it out writes nothing"
    assert became(text) == [*said, "over", "reference_used"]
    assert became(text) == ["known", "another_amount", "known", "unknown", "over", "reference_used"]
    assert [standing(town, case) for case in (right, less, gone, other)] == [
        (True, ["surplus"]), (False, ["mismatch"]), (True, ["paid"]), (False, ["mismatch"])]  # fmt: skip
    assert town.kinds(right).count("fee.paid") == 1
    watched = {row["stream"]: row for row in fee.orders(session=town.someone("supervisor").session, limit=100)}
    assert [watched[case]["what"] for case in (right, less, gone, other)] == [
        "surplus",
        "mismatch",
        "pay_back",
        "mismatch",
    ]
    assert [len(watched[case]["told"]) for case in (right, less)] == [2, 1], "each payment is noted once"
    assert became(f"{quoted(town, less)},20.00,R{two}/2\n") == ["recorded"], (
        "a new number, and she can pay what was asked"
    )


def test_a_statement_says_where_it_is_wrong_and_nothing_of_it_is_begun(town: towns.Town) -> None:
    case = town.brought_to("examining")
    good = f"{quoted(town, case)},20.00,R1\n"
    wrong = {
        "number,amount,reference\n" + good: "Row 1: the columns are",
        "order,amount,reference,payer\n": "and no others",
        HEAD + good + "Y1,20,R\n": "Row 3, column order",
        HEAD + good + good.replace("20.00", "20,00"): "Row 3: 4 columns where 3 belong",
        HEAD + good + good.replace("20.00", "0.00"): "Row 3, column amount",
        HEAD + good + good.replace("20.00", "２０"): "Row 3, column amount",
        HEAD + good + good.replace("20.00", "1e3"): "Row 3, column amount",
        HEAD + good + good.replace("R1", "林小满"): "Row 3, column reference",
        HEAD + good + '"': "Row 3: this is no CSV",
    }
    for text, why in wrong.items():
        done = taken(text)
        assert (done.exit_code, why in done.output) == (2, True), done.output
    assert "not UTF-8" in taken((HEAD + good).encode("utf-16")).output
    assert standing(town, case) == (False, ["open"])
    assert taken(("\ufeff" + HEAD + good.replace("\n", "\r\n") + "\r\n").encode()).exit_code == 0, (
        "as a spreadsheet saves it"
    )
    assert standing(town, case) == (True, ["paid"])


def test_it_runs_beside_the_platform_under_the_workers_login_alone(town: towns.Town, tmp_path: Path) -> None:
    case = town.brought_to("examining")
    file = tmp_path / "paid.csv"
    file.write_text(f"{HEAD}{quoted(town, case)},20.00,S1\n", encoding="utf-8")
    command = [sys.executable, "-m", "yimen", "fees", "take", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert standing(town, case) == (True, ["paid"])
