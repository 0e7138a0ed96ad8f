"""`yimen check`: all holds in an honest city, and whatever the owner of the database breaks is answered no by exactly that question."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner, Result
from django.conf import settings

import honest_city
import testing_city
import town as towns
from an_item import an_item
from town_item import resident_id
from yimen.cli.check import ask_all, check
from yimen.cli.record import minutes_in, trust_in
from yimen.oversight.questions import INVARIANTS, QUESTIONS
from yimen.oversight.record_check import Outside
from yimen.record import statement
from yimen.registry import revision

FACTS = "update record_event set facts = (facts::jsonb || {})::text where kind = 'case.accepted'"
# What the owner does, and the question that finds it. The owner changes tables with their rules switched off.
BREAKS = [
    ("state.replayed", "update record_stream set state = 'deciding' where state = 'examining'"),
    ("state.replayed", "update record_stream set open = false where state = 'certifying'"),
    ("state.replayed", "update record_event set kind = 'case.invented' where kind = 'case.examined'"),
    ("record.whole", "update record_place set running = sha256('') where place = (select max(place) from record_place)"),
    ("record.signed", "delete from record_minute"),
    (
        "hats.single",
        (
            "delete from record_hat where hat = 'decider';"
            "update record_event d set person = e.person, mark = e.mark from record_event e"
            " where d.stream = e.stream and d.kind = 'case.granted' and e.kind = 'case.examined'"
        ),
    ),
    ("hats.marks", "update record_event set mark = sha256('') where kind = 'case.accepted'"),
    ("hats.kept", "delete from record_hat where hat = 'counter'"),
    ("hats.kept", "insert into record_hat select stream, gen_random_uuid(), 'decider', 1 from casework_case limit 1"),
    ("rights.as_written", "grant select on casework_contact to yimen_public"),
    ("rights.as_written", "revoke execute on function casework_all from yimen_oversight"),
    ("rights.enforced", "alter table casework_case disable trigger all"),
    ("rights.functions", "alter function casework_took(text) security invoker"),
    ("rights.functions", "alter function casework_took(text) reset search_path"),
    ("rights.functions", "alter function casework_lapsed_by owner to yimen_owner"),
    ("rights.functions", "alter function casework_lapsed_by security definer"),
    ("papers.signed", "update casework_issued set signature = 'x' where kind = 'receipt'"),
    ("papers.signed", "update casework_issued set content = sha256(content) where kind = 'grant'"),
    ("papers.due", "delete from casework_issued where kind = 'acceptance'"),
    ("fees.published", "update casework_fee set amount = 1, lines = '[{\"code\": \"new\", \"amount\": 1}]'"),
    ("fees.published", "update casework_fee set paid = null, paid_at = null, reference = null where paid is not null"),
    ("fees.published", "update casework_fee set paid = 1, paid_at = now(), reference = 'R' where paid is null"),
    ("orders.paid", "update casework_order set amount = 1 where state = 'open'"),
    ("orders.paid", "update casework_order set state = 'paid' where state = 'open'"),
    ("orders.paid", "delete from casework_order where state = 'paid'"),
    ("messages.grounded", "update casework_notice set kind = 'case.withdrawn' where kind = 'case.accepted'"),
    ("messages.grounded", "update casework_notice set person = gen_random_uuid() where kind = 'case.accepted'"),
    ("messages.grounded", "delete from casework_notice where kind = 'case.granted'"),
    ("messages.grounded", "update casework_mail set kind = 'case.refused'"),
    ("cases.responsible", "update casework_clock set stopped = 1 where name = 'collection'"),
    (
        "cases.responsible",
        "update registry_post p set ended_at = now() from record_stream s where s.responsible = p.person and s.state = 'examining'",
    ),
    ("certificates.both", "delete from casework_grant where stream in (select stream from casework_certificate)"),
    ("certificates.both", "delete from casework_certificate"),
    ("certificates.signed", "update casework_grant set signature = 'x' where stream not in (select stream from casework_certificate)"),
    ("draws.committed", "delete from record_draw_day where day > registry_today()"),
    ("draws.recomputed", "update record_event set facts = (facts::jsonb || jsonb_build_object('centre_half', repeat('00', 32)))::text where kind = 'draw.revealed'"),
    ("draws.recomputed", "update record_draw_day set revealed = false where day < registry_today()"),
    (
        "draws.choice",
        (
            "update record_event e set facts = (facts::jsonb || jsonb_build_object('roster', jsonb_build_array(facts::jsonb -> 'roster' -> 0)))::text"
            " from record_draw_day d where d.stream = e.stream and e.number = 1 and d.day > registry_today()"
        ),
    ),
    ("cases.responsible", "update record_stream set responsible = null where state = 'received'"),
    ("cases.responsible", "update casework_clock set stopped = 1 where name = 'link'"),
    (
        "originals.back",
        (
            "insert into casework_original (stream, taken, material, pieces) select id, 1, 'licence', 2 from record_stream where state = 'closed';"
            "update record_event set at = at - interval '40 days' where stream in (select stream from casework_original)"
        ),
    ),
    ("cases.looked_at", "delete from oversight_hour"),
    ("clocks.counted", "update casework_clock set due_on = due_on + 1 where name = 'promise' and stopped is null"),
    ("clocks.written", "update casework_clock set due_on = registry_today() - 1 where name = 'acceptance' and stopped is null"),
    ("items.in_force", "update registry_item set ended_at = published_at"),
    ("items.one_standard", "alter table registry_offer add column version int"),
    ("items.as_confirmed", "update registry_item set body = body || '{\"conditions\": []}'"),
    ("items.as_confirmed", "update registry_item set rows = jsonb_set(coalesce(rows, '{}'), '{items}', '[{\"visits\": \"0\"}]')"),
    ("items.as_confirmed", "update registry_item set document = document || '{\"elements\": {}}'"),
    ("items.as_confirmed", "update registry_item set agency = gen_random_uuid() where revision is not null"),
    ("items.as_confirmed", "update registry_item set rows = rows - 'fees' where revision is not null and ended_at is null"),
    ("items.as_confirmed", "update registry_item set rows = jsonb_set(rows, '{items,0,version}', '\"7\"') where revision is not null"),
    ("items.as_confirmed", "update registry_item set revision = null where revision is not null"),
    ("items.rules", "update registry_item set rows = jsonb_set(rows, '{items,0,promise_amount}', '\"99\"') where revision is not null and ended_at is null"),
    ("items.rules", "update registry_item set body = jsonb_set(body, '{limits,promise,amount}', '99') where revision is not null and ended_at is null"),
    ("needless.counted", "update casework_case set asked_again = 7"),
    ("readers.current", "update record_cursor set place = 0 where name = 'delivery'"),
    ("readers.current", "update record_cursor set place = 1000000 where name = 'keeper'"),
    ("readers.parked", "insert into record_parked values ('keeper', 3, 'a character that no font has', 9, now())"),
    (
        "readings.entitled",
        (
            "insert into casework_reading (document, stream, person, role, at)"
            " select document, stream, gen_random_uuid(), 'clerk', now() from casework_reading limit 1"
        ),
    ),
    ("facts.impersonal", FACTS.format("'{\"note\": \"张三\"}'")),
    ("facts.impersonal", FACTS.format("'{\"call\": [\"13812345678\"]}'")),
    ("facts.impersonal", FACTS.format("'{\"write\": \"lin@example.org\"}'")),
    ("facts.impersonal", FACTS.format(f"'{{\"who\": {{\"id\": \"{resident_id()}\"}}}}'")),
    ("visits.ended", "update casework_visit set day = day - 1 where ended_at is null"),
    ("visits.ended", "update casework_visit set outcome = 'filed' where ended_at is not null"),
]  # fmt: skip
MEND = {
    "alter table registry_offer add": "alter table registry_offer drop column version",
    "grant select on casework_contact": "revoke select on casework_contact from yimen_public",
    "revoke execute on function casework_all": "grant execute on function casework_all to yimen_oversight",
    "alter table casework_case disable": "alter table casework_case enable trigger all",
    "alter function casework_took(text) security": "alter function casework_took(text) security definer",
    "alter function casework_took(text) reset": "alter function casework_took(text) set search_path = pg_catalog, public, pg_temp",
    "alter function casework_lapsed_by owner": "alter function casework_lapsed_by owner to yimen_record",
    "alter function casework_lapsed_by security": "alter function casework_lapsed_by security invoker",
}
# To make a case old is to move its events away from the days that its papers and messages bear.
BESIDE = {"originals.back": {"papers.due", "messages.grounded"}, "items.rules": {"items.as_confirmed"}}
KEPT = (
    "record_event", "record_stream", "record_hat", "record_place", "record_minute", "record_draw_day", "record_cursor", "record_parked",
    "casework_case", "casework_clock", "casework_grant", "casework_certificate", "casework_reading", "casework_visit",
    "casework_original",
    "casework_issued", "casework_fee", "casework_order", "casework_notice", "casework_mail",
    "registry_item", "registry_post", "oversight_hour",
)  # fmt: skip


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(check, list(arguments), catch_exceptions=False)


def denied() -> set[str]:
    """The questions that are answered no."""
    outside = Outside(lambda: list(minutes_in(settings.RECORD_DIR)), trust_in(None))
    found = ask_all(QUESTIONS, outside=outside, quick=True)
    assert all(one.answer is not None for one in found), found
    return {one.question.name for one in found if one.answer and not one.answer.holds}


Clone = Callable[[], testing_city.City]


def test_all_holds_in_an_honest_city_and_each_break_is_told_by_its_own_question(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone()
    honest_city.charged(honest_city.make(monkeypatch))
    done = asked()
    assert done.exit_code == 0, done.output
    assert f"ALL {len(QUESTIONS)} HOLD" in done.stdout
    looked = json.loads(asked("--json").stdout)
    assert looked["holds"] is True
    idle = {one["name"] for one in looked["questions"] if not any(one["looked_at"].values())}
    assert idle <= {"record.signed"}, "every question has something to look at here"
    said = []
    with psycopg.connect(testing_city.uri("admin"), autocommit=True) as owner:
        owner.execute("set session_replication_role = replica; create schema kept")
        columns = {table: keep(owner, table) for table in KEPT}
        for question, attack in BREAKS:
            owner.execute(attack)
            if (found := denied()) != {question, *BESIDE.get(question, ())}:
                said.append((attack, question, found))
            mend(owner, attack, columns)
    assert said == []
    assert {question for question, _ in BREAKS} == {one.name for one in QUESTIONS}
    assert asked("--quick").exit_code == 0


def keep(owner: psycopg.Connection, table: str) -> str:
    owner.execute(f"create table kept.{table} as table {table}")
    sql = "select string_agg(attname, ', ') from pg_attribute where attrelid = %s::regclass and attnum > 0 and attgenerated = '' and not attisdropped"
    (names,) = owner.execute(sql, [table]).fetchone() or ("",)
    return str(names)


def mend(owner: psycopg.Connection, attack: str, columns: dict[str, str]) -> None:
    for begins, cure in MEND.items():
        if attack.startswith(begins):
            owner.execute(cure)
            return
    for table, names in columns.items():
        if table in attack:
            owner.execute(
                f"delete from {table}; insert into {table} ({names}) overriding system value select {names} from kept.{table}"
            )


def test_two_who_publish_beside_the_platform_what_breaks_a_rule_are_found(clone: Clone) -> None:
    clone()
    town = towns.town(roles={"editor": 1, "reviewer": 1})
    editor, reviewer = (town.someone(role).session for role in ("editor", "reviewer"))
    whole = an_item(town.agency_code, main="001", consult_phone="12345")
    stream = revision.begin(why="x", items=[whole], session=editor, key=uuid4()).stream
    raw = "select number from registry_revise(%s, %s::uuid, %s, %s, %s, %s::uuid)"
    statement.value(editor.login, raw, [editor.secret, stream, 1, "revision.submitted", '{"why": "x"}', uuid4()])
    reviewed = json.dumps({"why": "x", "reviewed": revision.read(revision=stream, session=reviewer).draft})
    statement.value(reviewer.login, raw, [reviewer.secret, stream, 2, "revision.published", reviewed, uuid4()])
    told = asked("--only", "items.as_confirmed", "--only", "items.rules", "--json")
    answers = {one["name"]: one for one in json.loads(told.stdout)["questions"]}
    assert answers["items.as_confirmed"]["holds"]
    assert "rule R7" in answers["items.rules"]["faults"][0]


def test_one_invariant_can_be_asked_and_every_one_has_a_question(clone: Clone) -> None:
    clone()
    towns.town().filed()
    assert {one.invariant for one in QUESTIONS} == set(INVARIANTS)
    by_number = json.loads(asked("--only", "3", "--json").stdout)
    assert [one["name"] for one in by_number["questions"]] == ["hats.single", "hats.marks", "hats.kept"]
    assert by_number["only_tests_show"]["3"]
    assert "HOLDS: visits.ended" in asked("--only", "visits").stdout
    assert asked("--only", "nothing").exit_code == 2
    assert "facts.impersonal" in asked("--list").stdout
    with towns.testing_city_owner() as owner:
        owner.execute("update record_stream set responsible = null where state = 'received'")
    told = asked("--only", "cases.responsible")
    assert told.exit_code == 1
    assert "✗ stream" in told.stdout
    assert "→ Show it to the supervisor" in told.stdout


def test_what_cannot_be_asked_is_neither_yes_nor_no(clone: Clone) -> None:
    clone()
    towns.town().brought_to("certifying")
    done = asked("--only", "certificates.signed")
    assert done.exit_code == 2
    assert "COULD NOT BE ASKED: certificates.signed" in done.stdout


def test_what_a_stolen_login_of_the_keeper_issues_without_its_keys_is_told(clone: Clone, connect: Any) -> None:
    clone()
    town = towns.town()
    honest_city.keys_of(town)
    case = town.filed()
    issue = "select casework_issue(%s, 1, 'receipt', '局收〔2026〕1号', sha256('a false paper'), %s, 'x.pdf', 'application/pdf', 1, %s, %s, 'x', %s, %s)"
    some = b"x" * 32
    connect("keeper").execute(issue, [case, uuid4(), some[:16], some, some, some])
    honest_city.tick()
    assert denied() & {"papers.signed", "papers.due"} == {"papers.signed"}
