"""The ways by which a case comes in and goes out again, as people walk them: online, at the window, and on the spot."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from yimen.cli.applying import form_for, papers_for
from yimen.cli.demo import MOVES
from yimen.cli.program import Program
from yimen.pure.identifiers import resident_check

Item = Mapping[str, Any]
Move = tuple[str, str]  # the move, and the role of those who may be drawn for it
FILING: Final = (("accept", "clerk"),)
CUSTODY: Final = tuple((move, role) for move, role, _, _ in MOVES if role in ("maker", "custodian"))
DECIDING: Final = tuple((move, role) for move, role, _, _ in MOVES if role in ("examiner", "decider"))
DELIVERY: Final = (("hand-over", "clerk"),)
BORN: Final = "2201991990"  # a division that is none, so that the number is nobody's


@dataclass(frozen=True)
class Path:
    """One way: what is applied for, by whom, and what people do between which the machines do their part."""

    name: str
    for_person: bool
    instant: bool
    rounds: Sequence[Sequence[tuple[str, str]]]  # moves of people; after each round the machines do theirs
    states: Sequence[str]  # where a case stands when they have

    def takes(self, body: Item) -> bool:
        """Whether an item is for this way: without a fee, for whoever applies, handed out as she wants it."""
        objects = set(body["service_objects"])
        fits = "1" in objects if self.for_person else bool(objects - {"1"})
        return fits and not body["fees"] and bool(body["instant"]) is self.instant and self.delivery in body["delivery"]

    @property
    def delivery(self) -> str:
        return "window" if self.for_person else "electronic"


PATHS: Final[Mapping[str, Path]] = {
    "online": Path("online", False, False, ((*FILING, *DECIDING), CUSTODY), ("certifying", "closed")),
    "window": Path(
        "window", True, False, ((*FILING, *DECIDING), CUSTODY, DELIVERY), ("certifying", "sealed", "closed")
    ),
    "instant": Path("instant", False, True, ((*FILING, *DECIDING), CUSTODY), ("certifying", "closed")),
}


def filed_online(
    program: Program, timed: Callable[..., Any], *, item: Item, organisation: Item, token: str
) -> dict[str, Any]:
    """Apply in one call, for an organisation."""
    given = {"item": item["code"], "organisation": organisation["id"], "form": form_for(item["body"], organisation)}
    fields = {"application": json.dumps(given, ensure_ascii=False)}
    papers = papers_for(item["body"])
    answer: dict[str, Any] = timed("file", lambda: program.send("/cases", fields, papers, token))
    return answer


def greeted(program: Program, timed: Callable[..., Any], *, number: int, token: str) -> str:
    """Greet a person whom nobody knows yet; chance gives her to another clerk. Returns the visit."""
    told = {"resident_id": resident_id(number), "name_zh": f"测速{number}", "checked": "seen"}
    return str(timed("greet", lambda: program.post("/visits", told, token))["visit"])


def filed_at_window(
    program: Program, timed: Callable[..., Any], *, item: Item, visit: str, token: str
) -> dict[str, Any]:
    """Fill in the application of the person before the clerk, have her confirm it on a screen of her own, and file it."""
    begun = timed("draft", lambda: program.post("/drafts", {"item": item["code"], "visit": visit}, token))
    path = f"/drafts/{begun['draft']}"
    told = {"form": form_for(item["body"], {"code": ""}), "delivery": "window"}
    timed("save", lambda: program.put(path, told, token))
    for material, name, content in papers_for(item["body"]):
        fields, files = {"material": material}, [("file", name, content)]
        timed("paper", partial(program.send, f"{path}/documents", fields, files, token))
    asked = timed("ask her", lambda: program.post(f"{path}/confirmation", {}, token))
    screen = timed("she opens it", lambda: program.post("/confirmations", {"code": asked["code"]}))
    shown = timed("she reads", lambda: program.post("/confirmations/look", screen))
    timed("she confirms", lambda: program.post("/confirmations/confirm", {**screen, "digest": shown["digest"]}))
    answer: dict[str, Any] = timed("file", lambda: program.send(f"{path}/file", {}, [], token))
    return answer


def resident_id(number: int) -> str:
    """A number that no one has, with its check digit."""
    body = f"{BORN}{number // 28_000 % 12 + 1:02d}{number // 1000 % 28 + 1:02d}{number % 1000:03d}"
    return body + resident_check(body)
