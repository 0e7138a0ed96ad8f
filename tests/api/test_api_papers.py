"""What is left in the document store: the papers of those who may apply, and nothing of anyone else."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

import town as towns
from asking import Asking, application, paper
from visiting import visitor
from yimen.casework import draft as drafts
from yimen.gateways.documents import FileDocumentStore
from yimen.record import statement
from yimen.record.refusal import Refusal


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A document store of one's own."""
    monkeypatch.setattr(settings, "DOCUMENTS_DIR", tmp_path)
    return tmp_path


def files(store: Path) -> int:
    return sum(path.is_file() for path in store.rglob("*"))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The name of everything that is written to the store, whether it stays or not."""
    names: list[str] = []
    write = FileDocumentStore.write

    def remembering(self: FileDocumentStore, ciphertext: bytes) -> str:
        names.append(write(self, ciphertext))
        return names[-1]

    monkeypatch.setattr(FileDocumentStore, "write", remembering)
    return names


def test_a_stranger_fills_no_disk(town: towns.Town, store: Path, written: list[str]) -> None:
    draft = Asking(town.applicant).post("/drafts", {"item": town.item}).said["draft"]
    for token in ("public." + "a" * 43, "counter." + "a" * 43):
        nobody = Asking(token=token)
        assert nobody.send("/cases", application(town)).status in (401, 403)
        attached = nobody.send(f"/drafts/{draft}/documents", {"material": "layout", "file": paper()}, key=None)
        assert attached.status in (401, 403)
    assert written == []
    assert files(store) == 0


def test_what_is_not_mine_to_add_to_is_not_stored(town: towns.Town, store: Path, written: list[str]) -> None:
    draft = Asking(town.applicant).post("/drafts", {"item": town.item}).said["draft"]
    asked = {"material": "layout", "file": paper()}
    assert Asking(town.stranger).send(f"/drafts/{draft}/documents", asked, key=None).code == "draft.missing"
    assert Asking(town.someone("clerk")).send("/cases", application(town)).code == "move.of_another_role"
    form = application(town, form={**towns.FORM, "premises": ""})
    assert Asking(town.applicant).send("/cases", form).code == "form.malformed"
    second = application(town, files={"rules": paper(b"MZ no paper")})
    assert Asking(town.applicant).send("/cases", second).code == "document.type"
    assert written == []
    assert files(store) == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"organisation": str(uuid4())}, "organisation.no_authority"),
        ({"files": {"layout": None, "rules": paper()}}, "material.missing"),
        ({"files": {"passport": paper()}}, "material.unknown"),
    ],
)
def test_what_is_refused_leaves_no_file(
    town: towns.Town, store: Path, written: list[str], changes: dict[str, Any], code: str
) -> None:
    assert Asking(town.applicant).send("/cases", application(town, **changes)).code == code
    assert written
    assert files(store) == 0


def test_what_is_sent_again_is_stored_once(town: towns.Town, store: Path) -> None:
    asking, key = Asking(town.applicant), uuid4()
    case = asking.send("/cases", application(town), key=key).said["case"]
    assert asking.send("/cases", application(town), key=key).said["retried"] is True
    assert asking.send("/cases", application(town, files={"rules": paper()}), key=key).code == "key.reused"
    assert files(store) == 1
    (document,) = asking.get(f"/cases/{case}").said["documents"]
    assert asking.get(f"/documents/{document['id']}/content").response.content == towns.PAPER


def test_a_paper_that_is_refused_on_a_page_leaves_no_file(town: towns.Town, store: Path) -> None:
    draft = drafts.start(item=town.item, session=town.applicant.session, key=uuid4())
    client = visitor(town.applicant)
    for _ in range(2):
        many = [SimpleUploadedFile(f"{n}.png", towns.PAPER) for n in range(21)]
        client.post(f"/apply/{draft}/", {"do": "save", "material_layout": many})
    assert len(drafts.view(draft=draft, session=town.applicant.session)["documents"]) == 40
    assert files(store) == 40


def test_when_nobody_knows_whether_it_was_recorded_the_file_stays(
    town: towns.Town, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = drafts.start(item=town.item, session=town.applicant.session, key=uuid4())
    answered = statement.value

    def cut(login: str, sql: str, params: Any = ()) -> Any:
        """The line breaks after the database has committed and before its answer arrives."""
        answered(login, sql, params)
        raise Refusal("unavailable", "database.away")

    monkeypatch.setattr(
        statement,
        "value",
        lambda login, sql, params=(): (
            cut(login, sql, params) if "casework_attach" in sql else answered(login, sql, params)
        ),
    )
    added = {"material": "layout", "file": paper()}
    assert Asking(town.applicant).send(f"/drafts/{draft}/documents", added, key=None).status == 503
    (document,) = Asking(town.applicant).get(f"/drafts/{draft}").said["documents"]
    content = Asking(town.applicant).get(f"/documents/{document['id']}/content")
    assert content.response.content == towns.PAPER


def test_a_store_that_fails_half_way_keeps_nothing(
    town: towns.Town, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (store / "full").write_text("no folder", encoding="utf-8")
    names = iter(["aa" * 32, "full"])
    write = FileDocumentStore.write

    def filling(self: FileDocumentStore, ciphertext: bytes) -> str:
        if next(names) == "full":
            return write(FileDocumentStore(store / "full"), ciphertext)
        return write(self, ciphertext)

    monkeypatch.setattr(FileDocumentStore, "write", filling)
    answer = Asking(town.applicant).send("/cases", application(town, files={"rules": paper()}))
    assert (answer.status, answer.code) == (503, "document.store_away")
    assert files(store) == 1  # the one that was there
