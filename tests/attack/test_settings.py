"""No setting of a session changes what is recorded, hashed, drawn or shown."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import town as towns
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
