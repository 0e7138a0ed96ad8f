"""The path: one case from application to the seal's release, each step by whom chance drew, each in one hat."""

import town as towns
from yimen.casework import case as cases
from yimen.record.order import sequence


def test_a_case_goes_from_hand_to_hand_and_nobody_has_two_parts() -> None:
    town = towns.town()
    case = town.brought_to("released")
    view = cases.view(case=case, session=town.someone("supervisor").session)
    assert [e["kind"] for e in view["events"]] == [
        "case.submitted",
        "case.counter_drawn",
        "case.accepted",
        "case.examiner_drawn",
        "case.examined",
        "case.decider_drawn",
        "case.granted",
        "case.grant_signed",
        "case.maker_drawn",
        "certificate.made",
        "certificate.first_custodian_drawn",
        "certificate.released",
        "certificate.second_custodian_drawn",
        "certificate.released_again",
    ]
    worn = [e["mark"] for e in view["events"] if e["hat"]]
    assert len(set(worn)) == 7
    assert sequence() > 0
