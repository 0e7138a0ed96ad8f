"""Filing: what goes into the record says nothing to whoever guesses."""

import hashlib
import json

import town as towns


def test_the_form_is_hashed_with_a_salt_that_no_event_and_no_certificate_carries() -> None:
    town = towns.town()
    case = town.filed()
    sql = """select e.facts, e.key, c.salt, c.form::text from record_event e join casework_case c on c.stream = e.stream
             where e.stream = %s and e.number = 1"""
    with towns.testing_city_owner() as owner:
        facts, key, salt, form = owner.execute(sql, [case]).fetchone() or ()

    assert json.loads(facts)["form"] == hashlib.sha256(salt + form.encode()).hexdigest()
    assert len(salt) == 32
    assert salt != hashlib.sha256(key.bytes + case.bytes).digest()
