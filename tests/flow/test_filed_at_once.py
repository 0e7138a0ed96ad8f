"""Filing several times at the same moment gains nothing: they wait for each other, and come to the same people."""

from concurrent.futures import ThreadPoolExecutor, wait
from uuid import UUID, uuid4

import psycopg
from django.conf import settings

import town as towns

FILE = "select * from casework_file(%s, %s, %s)"


def test_two_applications_filed_at_the_same_moment_have_the_same_people() -> None:
    town = towns.town(roles={"clerk": 12})
    drafts = [town.drafted() for _ in range(3)]
    secret = town.applicant.session.secret

    def file(draft: UUID) -> None:
        with psycopg.connect(settings.LOGINS["public"], autocommit=True) as connection:
            connection.execute(FILE, [secret, draft, uuid4()])

    with psycopg.connect(settings.LOGINS["public"]) as first, ThreadPoolExecutor() as others:
        first.execute(FILE, [secret, drafts[0], uuid4()])
        waiting = [others.submit(file, draft) for draft in drafts[1:]]
        assert not wait(waiting, timeout=0.5).done
        first.commit()
        for one in waiting:
            one.result(timeout=30)

    assert len({town.drawn(draft, "counter").person for draft in drafts}) == 1
