"""The city's completeness profile as it is on record: the elements that every item must say, and the fields that say them."""

from yimen.pure.item_rules import Profile
from yimen.record import statement

_ELEMENTS = "select e.code, array(select jsonb_array_elements_text(e.fields)) as fields from registry_element e where e.ended_at is null order by e.place"


def profile(*, login: str = "registry") -> Profile:
    """Return by element the fields of an item that say it; `materials`: at least one."""
    return {one["code"]: tuple(one["fields"]) for one in statement.rows(login, _ELEMENTS)}
