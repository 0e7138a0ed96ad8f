"""
The database's owner can rewrite anything in the database. `yimen record check` finds it out.

Each attack is made in an empty city of its own, and made well: hashes recomputed, constraints and heads set right.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import psycopg
import pytest

import testing_city
import town as towns
from yimen.gateways.authority import found_demonstration_ca, trust
from yimen.gateways.keystore import RECORD, FileKeyStore
from yimen.oversight.record_check import Found, NotWhole, Outside, check_record, event_of
from yimen.pure.evidence import Record, Witness
from yimen.pure.minutes import Minute, minute_message
from yimen.pure.trust import Trust, read_trust
from yimen.record.order import sequence

REHASH = """
    create function pg_temp.rehash(p_stream uuid) returns void language plpgsql as $$
    declare e record_event; v_prev bytea := decode(repeat('00', 32), 'hex'); n int := 0;
    begin
        for e in select * from record_event where stream = p_stream order by number loop
            n := n + 1;
            e.prev := v_prev; e.number := n;
            e.hash := record_hash(e.stream, n, v_prev, e.kind, e.at, e.mark, e.role, e.hat, e.login, e.key, e.facts);
            update record_event set prev = e.prev, hash = e.hash where stream = p_stream and number = n;
            v_prev := e.hash;
        end loop;
        update record_stream set head = n, hash = v_prev where id = p_stream;
    end $$;
    create function pg_temp.rerun() returns void language plpgsql as $$
    declare p record; v_running bytea := decode(repeat('00', 32), 'hex'); n bigint := 0;
    begin
        for p in select x.place, e.hash from record_place x join record_event e using (stream, number) order by x.place loop
            n := n + 1;
            v_running := sha256(record_frame('yimen.running.v1'::text) || record_frame(v_running) || record_frame(p.hash));
            update record_place set running = v_running where place = p.place;
        end loop;
        update record_horizon set running = v_running, place = n;
    end $$;
"""


class Made:
    """A small city with one case, and what lies outside its database."""

    def __init__(self, clone: Callable[[], testing_city.City], folder: Path) -> None:
        clone()
        self.town = towns.town()
        self.case = self.town.brought_to("granted")
        sequence()
        keys = FileKeyStore(folder)
        found_demonstration_ca(keys, agencies=[], seals=[], at=datetime.now(UTC))
        self.trust: Trust = read_trust(trust(keys))
        with psycopg.connect(testing_city.uri("owner")) as owner:
            place, running = owner.execute("select place, running from record_horizon").fetchone() or (0, b"")
        at = datetime.now(UTC)
        message = minute_message(place=place, running=bytes(running), at=at)
        self.minutes = [Minute(place, bytes(running), at, keys.sign(RECORD, message))]
        self.papers: list[tuple[str, Record]] = []

    def check(self) -> Found:
        return check_record(outside=Outside(lambda: self.minutes, self.trust, self.papers))

    def rewrite(self, *statements: str) -> None:
        """As the owner, with the rules of the tables switched off."""
        with psycopg.connect(testing_city.uri("admin")) as owner:
            owner.execute("set session_replication_role = replica")
            owner.execute(REHASH)
            for sql in statements:
                owner.execute(sql.replace("CASE", f"'{self.case}'"))

    def fault(self) -> tuple[int, str]:
        with pytest.raises(NotWhole) as found:
            self.check()
        return found.value.check, found.value.fault


@pytest.fixture
def made(clone: Callable[[], testing_city.City], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.setattr(towns, "founded", cache(towns.founded.__wrapped__))  # each clone is a city founded anew
    (tmp_path / "keys").mkdir(mode=0o700)
    return Made(clone, tmp_path / "keys")


def test_a_whole_record_is_whole(made: Made) -> None:
    found = made.check()
    assert found.events == found.places > 10
    assert found.minutes == 1


def test_while_people_work_it_stays_whole(made: Made) -> None:
    made.town.filed()
    assert made.check().events > made.check().places
    sequence()
    assert made.check().events == made.check().places


CHANGES = [
    (
        "update record_event set facts = '{\"finding\": \"meets not\"}' where stream = CASE and kind = 'case.examined'",
        1,
    ),
    ("update record_event set at = at - interval '1 day' where stream = CASE and number = 3", 1),
    ("update record_event set hat = 'decider' where stream = CASE and number = 3", 1),
    ("delete from record_event where stream = CASE and number = 3", 1),
    (
        "delete from record_event where stream = CASE and number = (select max(number) from record_event where stream = CASE)",
        1,
    ),
    ("delete from record_event where stream = CASE", 1),
    ("update record_stream set hash = decode(repeat('00', 32), 'hex') where id = CASE", 1),
    ("update record_stream set head = head + 1 where id = CASE", 1),
    ("update record_event set person = gen_random_uuid() where stream = CASE and number = 3", 2),
    ("update record_hat set hat = 'decider' where stream = CASE and hat = 'counter'", 3),
    ("update record_hat set person = gen_random_uuid() where stream = CASE and hat = 'counter'", 3),
    ("delete from record_hat where stream = CASE and hat = 'counter'", 3),
    ("insert into record_hat values (gen_random_uuid(), gen_random_uuid(), 'counter', 1)", 3),
    ("update record_stream set state = 'closed' where id = CASE", 4),
    ("update record_stream set open = false where id = CASE", 4),
    ("update casework_decision set body = body || ' and more' where stream = CASE", 5),
    ("delete from casework_decision where stream = CASE", 5),
    ("delete from record_place where place = (select max(place) from record_place)", 6),
    ("delete from record_place where place = 3", 6),
    ("update record_place set running = sha256('') where place = 3", 6),
    (
        (
            "update record_place a set stream = b.stream, number = b.number from record_place b"
            " where a.place + b.place = 5 and a.place in (2, 3)"
        ),
        6,
    ),
    ("update record_horizon set place = place + 1", 6),
    ("insert into record_minute values (1, sha256(''), now(), 'x')", 7),
]


def test_every_change_is_found_out(made: Made) -> None:
    """One city; after each attack its tables are put back as they were."""
    kept = (
        "record_event",
        "record_stream",
        "record_hat",
        "record_place",
        "record_horizon",
        "record_minute",
        "casework_decision",
    )
    made.rewrite(
        "alter table record_place drop constraint record_place_stream_number_key",
        *(f"create table kept_{table} as table {table}" for table in kept),
    )
    generated = {"casework_decision": "(stream, number, kind, body) select stream, number, kind, body"}
    back = [f"delete from {t}; insert into {t} {generated.get(t, 'select *')} from kept_{t}" for t in kept]
    said = []
    for attack, check in CHANGES:
        made.rewrite(attack)
        try:
            made.check()
            said.append((attack, check, "not found out"))
        except NotWhole as found:
            if found.check != check:
                said.append((attack, check, str(found)))
        made.rewrite(*back)
    assert said == []
    assert made.check().events > 10


def test_a_step_by_another_than_whom_chance_drew_is_found_out(made: Made) -> None:
    """Rewritten throughout: another clerk, her mark, her hat, all hashes."""
    other = made.town.not_drawn(made.case, "counter").person
    made.rewrite(
        f"update record_event set person = '{other}', mark = record_mark(CASE, '{other}') where stream = CASE and kind = 'case.accepted'",
        f"update record_hat set person = '{other}' where stream = CASE and hat = 'counter'",
        "select pg_temp.rehash(CASE), pg_temp.rerun()",
    )
    check, fault = made.fault()
    assert check == 4
    assert "whom chance drew" in fault


def test_two_hats_on_one_head_are_found_out(made: Made) -> None:
    applicant = made.town.applicant.person
    made.rewrite(
        f"update record_event set person = '{applicant}', mark = record_mark(CASE, '{applicant}') where stream = CASE and kind = 'case.granted'",
        "select pg_temp.rehash(CASE), pg_temp.rerun()",
    )
    assert made.fault()[0] == 3


def rewritten_well(made: Made) -> None:
    """The whole history of a case again, one fact changed, every hash recomputed: nothing inside the database contradicts it."""
    made.rewrite(
        "update record_event set facts = (facts::jsonb || '{\"conditions\": []}')::text where stream = CASE and kind = 'case.examined'",
        "select pg_temp.rehash(CASE), pg_temp.rerun()",
    )


def test_a_history_rewritten_well_is_found_out_by_the_minutes_outside(made: Made) -> None:
    rewritten_well(made)
    check, fault = made.fault()
    assert check == 7
    assert "rewritten" in fault


def test_and_by_the_paper_in_someones_hand(made: Made) -> None:
    rows = []
    fields = "stream, number, kind, at, login, facts, prev, hash, mark, role, hat, key"
    with psycopg.connect(testing_city.uri("oversight")) as reader:
        for row in reader.execute(f"select {fields} from record_event where stream = %s order by number", [made.case]):
            rows.append(event_of(dict(zip(fields.split(", "), row, strict=True))))
    witness = Witness(number=rows[-1].number, hash=rows[-1].hash, signature=b"")
    made.papers = [("licence.pdf", Record(stream=made.case, events=tuple(rows), witness=witness))]
    made.check()
    rewritten_well(made)
    made.minutes = []  # and the files are gone
    check, fault = made.fault()
    assert check == 8
    assert fault.startswith("licence.pdf")


def test_the_last_events_cut_off_cleanly_are_found_out(made: Made) -> None:
    made.rewrite(
        "create temp table gone as select stream, number from record_event where stream = CASE order by number desc limit 1",
        "delete from casework_decision where stream = CASE",
        "delete from casework_due_row where stream = CASE",
        "delete from record_hat h using gone g where h.stream = g.stream and h.number = g.number",
        "delete from record_place p using gone g where p.stream = g.stream and p.number = g.number",
        "delete from record_event e using gone g where e.stream = g.stream and e.number = g.number",
        "update record_stream set state = 'deciding' where id = CASE",
        "with n as (select place, row_number() over (order by place) as again from record_place)"
        " update record_place p set place = -n.again from n where n.place = p.place",
        "update record_place set place = -place",
        "select pg_temp.rehash(CASE), pg_temp.rerun()",
    )
    check, fault = made.fault()
    assert check == 7
    assert "ends before" in fault or "rewritten" in fault


def test_a_minute_that_another_key_signed_is_found_out(made: Made, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir(mode=0o700)
    other = FileKeyStore(tmp_path / "other")
    found_demonstration_ca(other, agencies=[], seals=[], at=datetime.now(UTC))
    (minute,) = made.minutes
    message = minute_message(place=minute.place, running=minute.running, at=minute.at)
    made.minutes = [Minute(minute.place, minute.running, minute.at, other.sign(RECORD, message))]
    assert made.fault()[0] == 7
