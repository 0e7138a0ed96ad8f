"""No setting of a session changes what is recorded, hashed, drawn or shown."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

import at_window
import town as towns
from at_window import EVERYBODY
from yimen.pure.chain import Event, check_chain
from yimen.record import draws

SETTINGS = (
    "search_path = pg_temp, public, pg_catalog", "datestyle = 'SQL, DMY'", "datestyle = 'German'", "timezone = 'America/Sao_Paulo'",
    "timezone = 'UTC-14'", "intervalstyle = 'iso_8601'", "extra_float_digits = -15", "bytea_output = 'escape'",
    "standard_conforming_strings = off", "escape_string_warning = off", "backslash_quote = on", "array_nulls = off",
    "transform_null_equals = on", "quote_all_identifiers = on", "client_encoding = 'GB18030'", "lc_time = 'C'", "lc_numeric = 'C'",
    "lc_monetary = 'C'", "xmloption = 'document'", "default_transaction_deferrable = on", "check_function_bodies = off",
    "enable_indexscan = off", "enable_hashjoin = off", "jit = on", "plan_cache_mode = force_generic_plan", "work_mem = '64kB'",
    "cursor_tuple_fraction = 0.01", "row_security = off", "synchronize_seqscans = off", "timezone_abbreviations = 'Australia'",
    "plpgsql.check_asserts = off", "yimen.person = 'somebody'", "application_name = 'yimen_owner'", "icu_validation_level = 'disabled'",
)  # fmt: skip


def chain(case: UUID, ask: Any) -> list[Event]:
    fields = "stream, number, kind, at, login, facts, prev, hash, mark, role, hat, key"
    return [Event(**dict(zip(fields.split(", "), row, strict=True)))
            for row in ask("oversight", f"select {fields} from record_event where stream = %s order by number", case)]  # fmt: skip


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_event_and_the_draw_are_the_same_under_any_setting(
    setting: str, town: towns.Town, connect: Any, ask: Any
) -> None:
    draft = town.drafted()
    attacker = connect("public")
    attacker.execute(f"set {setting}")
    attacker.execute("select casework_file(%s, %s, %s)", [town.applicant.session.secret, draft, uuid4()])
    events = chain(draft, ask)
    check_chain(events)
    assert f'"day": "{towns.today().isoformat()}"' in events[1].facts
    (day,) = (one for one in draws.public_day(day=towns.today()) if one["pool"] == str(town.centre))
    assert str(draft) in [one["stream"] for one in day["draws"]]
    assert ask("owner", "select filed_on = registry_today() from casework_case where stream = %s", draft) == [(True,)]


@pytest.mark.parametrize(
    "setting", ["default_transaction_read_only = on", "default_transaction_isolation = 'serializable'"]
)
def test_a_transaction_of_another_kind_records_nothing(setting: str, town: towns.Town, connect: Any) -> None:
    draft = town.drafted()
    attacker = connect("public")
    attacker.execute(f"set {setting}")
    with pytest.raises(psycopg.Error):
        attacker.execute("select casework_file(%s, %s, %s)", [town.applicant.session.secret, draft, uuid4()])


def test_a_login_may_spoil_its_own_settings_and_nobody_elses(ask: Any, refused: Any) -> None:
    """PostgreSQL lets every role set its own defaults; what is recorded does not follow them (docs/privileges.md)."""
    ask("decide", "alter role current_user set datestyle = 'German'")
    ask("decide", "alter role current_user reset datestyle")
    refused("42501", ask, "decide", "alter role yimen_counter set search_path = pg_temp")
    refused("42501", ask, "decide", "alter role all set search_path = pg_temp")
    refused("42501", ask, "decide", "alter database postgres set search_path = pg_temp")


DATED = (
    "timezone = 'UTC-14'",
    "datestyle = 'German'",
    "search_path = pg_temp, public, pg_catalog",
    "standard_conforming_strings = off",
)


@pytest.mark.parametrize("setting", DATED)
def test_visits_corrections_contacts_and_orders_are_the_same_under_any_setting(
    setting: str, connect: Any, ask: Any
) -> None:
    town = towns.town(
        item=EVERYBODY | {"fees": [{"code": "new", "name_zh": "x", "name_en": "x", "amount": 2000, "basis": "x"}]}
    )
    public, counter = connect("public"), connect("counter")
    for login in (public, counter):
        login.execute(f"set {setting}")
    clerk, secret = town.someone("clerk").session.secret, town.applicant.session.secret
    opened = "select visit, ticket from casework_visit_open(%s, %s, null, %s, null, 'seen', %s)"
    visit, ticket = counter.execute(opened, [clerk, uuid4().bytes * 2, r"林\'小满", uuid4()]).fetchall()[0]
    assert ticket == 1
    told = "select day = registry_today(), outcome from casework_visit where stream = %s"
    assert ask("owner", told, visit) == [(True, None)]
    assert f'"day": "{towns.today().isoformat()}"' in chain(visit, ask)[0].facts

    case = town.filed()
    at_window.correction_asked(town, case)
    corrected = "select * from casework_correct(%s, %s, %s, %s::jsonb, %s)"
    public.execute(corrected, [secret, case, town.head(case), Jsonb({"premises": r"人民\'大街"}), uuid4()])
    assert ask("owner", "select form ->> 'premises' from casework_case where stream = %s", case) == [(r"人民\'大街",)]
    public.execute("select * from casework_contact_change(%s, %s, '1', 'a@example.org', %s)", [secret, case, uuid4()])
    assert public.execute("select casework_renew(%s, %s)", [secret, town.drafted()]).fetchall() == [(False,)]

    town.accept(case)
    number, amount = public.execute("select number, amount from casework_pay(%s, %s)", [secret, case]).fetchall()[0]
    assert (number[1:9], amount) == (f"{towns.today():%Y%m%d}", 2000)
    sql = "select valid_until - made_at between '23:59:59' and '24:00:01' from casework_order where number = %s"
    assert ask("owner", sql, number) == [(True,)]
    check_chain(chain(case, ask))
