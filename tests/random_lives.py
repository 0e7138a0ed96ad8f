"""Lives of cases as they come: people in several hats, drafts, mandates, visits, corrections, stepping aside, withdrawals."""

import random
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import town as towns
from town_item import resident_id
from yimen.casework import case as cases
from yimen.casework import correction, decision, draft, intake, mandate, original, stepping_aside, visit
from yimen.casework.paper import Paper
from yimen.record import statement
from yimen.record.refusal import Refusal
from yimen.registry.ids import identity

ITEM = {
    "service_objects": ["1", "2"],
    "materials": [one | {"kind": one["code"], "valid_months": 12, "necessity": 3} for one in towns.ITEM["materials"]],
}
HOLDERS = {"received": "counter", "examining": "examiner", "deciding": "decider", "certifying": "maker"}
STEPS = {"made": "first_custodian", "half_released": "second_custodian", **HOLDERS}


class Lives:
    """A town in which things happen, from a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same lives each time
        self.town = towns.town(item=ITEM)
        self.drafts: list[tuple[UUID, towns.Someone]] = []
        self.mandates: list[UUID] = []
        self.visits: list[UUID] = []
        self.numbers = {one.person: resident_id() for one in self.town.applicants}
        with towns.testing_city_owner() as owner:
            for person, number in self.numbers.items():
                owner.execute(
                    "update registry_person set identity = %s::bytea where id = %s", [identity(number), person]
                )
        self.second_posts()

    def second_posts(self) -> None:
        """An examiner who is a clerk as well, and a clerk who applies for herself."""
        examiner, post = self.town.people["examiner"][0], uuid4()
        row = {"id": str(post), "person": str(examiner.person), "role": "clerk", "centre": str(self.town.centre)}
        towns.enter({"posts": [row]}, *towns.founded(towns.testing_city.current().database))
        as_clerk = towns.Someone(examiner.person, post, examiner.username, "clerk")
        clerk = self.town.people["clerk"][1]
        as_applicant = towns.Someone(clerk.person, None, clerk.username, "applicant")
        self.town.applicants.append(as_applicant)
        self.everyone = [
            as_clerk,
            *self.town.applicants,
            *(one for role, many in self.town.people.items() if role != "applicant" for one in many),
        ]

    @property
    def cases(self) -> list[UUID]:
        sql = "select c.stream from casework_case c where c.agency = %s order by c.filed_at, c.stream"
        return [row["stream"] for row in statement.rows("oversight", sql, [self.town.agency])]

    def go_on(self, steps: int) -> None:
        """Let things happen; what is refused does not."""
        happenings = [
            self.begin,
            self.file,
            self.advance,
            self.advance,
            self.advance,
            self.turn,
            self.turn,
            self.beside,
        ]
        for _ in range(steps):
            with suppress(Refusal, LookupError):  # not lawful now; or no case yet, or nobody drawn for it
                self.chance.choice(happenings)()

    def begin(self) -> None:
        """Someone begins an application: for herself, for the organisation, or under a mandate."""
        who = self.chance.choice(self.town.applicants)
        under = self.chance.choice([None, *self.mandates]) if who is self.town.stranger else None
        told: dict[str, Any] = {"who": who, "mandate": under, "personal": who is not self.town.applicant or self.coin()}
        self.drafts.append((self.town.drafted(**told), who))

    def file(self) -> None:
        if self.drafts:
            new, who = self.drafts.pop(self.chance.randrange(len(self.drafts)))
            draft.file(draft=new, session=who.session, key=uuid4())

    def advance(self) -> None:
        """Take one step with some case."""
        case = self.chance.choice(self.cases)
        state = self.town.state(case)
        if state == "correcting":
            draft.attach(draft=case, paper=Paper("rules", "制度.png", towns.PAPER), session=self.party(case))
            if self.coin():
                told: dict[str, Any] = {"case": case, "after": self.town.head(case), "answers": {}, "key": uuid4()}
                correction.correct(session=self.party(case), **told)
        elif state == "received":
            self.town.accept(case)
        elif state == "examining":
            self.town.examine(case, failed=("rules",) if self.chance.random() < 0.2 else ())
        elif state == "deciding":
            self.town.decide(case)
        elif state == "granted":
            self.town.sign_grant(case)
        elif state in STEPS:
            self.town.custody(case, STEPS[state])

    def turn(self) -> None:
        """Something other than the straight way."""
        case = self.chance.choice(self.cases)
        told: dict[str, Any] = {"case": case, "after": self.town.head(case), "key": uuid4()}
        step = STEPS[self.town.state(case)]
        told["session"] = self.town.drawn(case, step).session
        if self.coin():
            stepping_aside.step_aside(step=step, ground="interest", **told)
        elif step == "counter":
            missing = [intake.Missing(what="看不清", material="layout")]
            if self.coin():
                intake.ask_correction(missing=missing, **told)
            elif self.coin():
                intake.not_required(reason="备案即可", **told)
            else:
                original.take(material="licence", pieces=1, **told)
        elif step == "decider":
            decision.send_back(reason="请核对", **told)
        else:
            cases.withdraw(**{**told, "session": self.party(case)})

    def beside(self) -> None:
        """Mandates are given and end; people come to the window and go."""
        principal = self.town.applicant.session
        happening = self.chance.randrange(5)
        if happening == 0:
            told: dict[str, Any] = {
                "agent": self.numbers[self.town.stranger.person],
                "name": "某1",
                "until": towns.today() + timedelta(9),
            }
            self.mandates.append(mandate.give(session=principal, key=uuid4(), **told))
        elif happening == 1 and self.mandates:
            mandate.end(mandate=self.mandates.pop(), session=principal, key=uuid4())
        elif happening == 2 and self.visits:
            gone = self.visits.pop()
            visit.end(visit=gone, outcome="left", session=self.town.drawn(gone, "window").session, key=uuid4())
        else:
            self.come()

    def come(self) -> None:
        """A person comes to the window; the clerk whom chance gives her begins an application for her."""
        number = self.chance.choice([*self.numbers.values(), resident_id()])
        told: dict[str, Any] = {"resident_id": number, "name_zh": "林小满", "name_en": "", "checked": "seen"}
        stood = visit.open_visit(session=self.town.someone("clerk").session, key=uuid4(), **told)
        self.visits.append(stood.visit)
        clerk = self.town.drawn(stood.visit, "window").session
        new = draft.start(item=self.town.item, session=clerk, key=uuid4(), visit=stood.visit)
        draft.save(draft=new, organisation=None, form=towns.FORM, session=clerk)
        mark = draft.view(draft=new, session=clerk)["mark"]
        draft.attach(draft=new, paper=Paper("signed_confirmation", "x.png", towns.PAPER), session=clerk, mark=mark)
        if self.coin():
            draft.file(draft=new, session=clerk, key=uuid4())

    def party(self, case: UUID) -> Any:
        """The session of someone who filed a case, or for whom it was filed."""
        sql = "select person from record_hat where stream = %s and hat = 'applicant'"
        people = {row["person"] for row in statement.rows("oversight", sql, [case])}
        return self.chance.choice(
            [one for one in self.town.applicants if one.person in people] or self.town.applicants
        ).session

    def coin(self) -> bool:
        return self.chance.random() < 0.5
