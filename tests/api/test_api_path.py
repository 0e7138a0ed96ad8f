"""One case over the interface, each step by whom chance drew."""

from uuid import UUID

import town as towns
from asking import Asking, drawn, filed


def custody(town: towns.Town, case: str, role: str, move: str) -> None:
    asking, line = drawn(town, case, role)
    seen = asking.get(f"/cases/{case}").said
    body = {"after": line["head"], "decision": seen["decision_content"], "seal": seen["seal"]["code"]}
    answer = asking.post(f"/cases/{case}/{move}", body)
    assert answer.status == 200, answer.said


def test_a_case_goes_from_hand_to_hand(town: towns.Town) -> None:
    case = filed(town)
    asking, line = drawn(town, case, "clerk")
    assert line["purpose"] == "counter"
    assert asking.post(f"/cases/{case}/accept", {"after": line["head"]}).said["state"] == "examining"
    asking, line = drawn(town, case, "examiner")
    body = {"after": line["head"], "conditions": ["premises", "rules"]}
    assert asking.post(f"/cases/{case}/examine", body).said["state"] == "deciding"
    asking, line = drawn(town, case, "decider")
    assert asking.post(f"/cases/{case}/decide", {"after": line["head"]}).said["state"] == "granted"
    town.sign_grant(UUID(case))
    custody(town, case, "maker", "make")
    custody(town, case, "custodian", "release")
    custody(town, case, "custodian", "release-again")
    seen = Asking(town.applicant).get(f"/cases/{case}").said
    assert seen["state"] == "released"
    assert len({e["mark"] for e in seen["events"] if e["hat"]}) == 7
