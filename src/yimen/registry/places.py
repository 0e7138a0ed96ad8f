"""The places of the city as anyone reads them. Table: registry_agency."""

from yimen.record import statement


def agencies(*, login: str) -> list[statement.Row]:
    """Return the agencies by their Chinese name: id, code, name_zh, name_en."""
    return statement.rows(login, "select id, code, name_zh, name_en from registry_agency order by name_zh, code")
