import pytest, town as towns, issued_ways as ways, os
from yimen.record import statement
from yimen.casework.document import open_document
@pytest.mark.parametrize("n", range(len(ways.WAYS)))
def test_it(n, tmp_path):
    way = ways.WAYS[n]
    town = towns.town(item=ways.ITEM | (way.item or {}))
    ways.founded(tmp_path / "keys", town)
    case = way.come(town)
    ways.keeper_reads(case)
    rows = statement.rows("oversight", "select i.*, e.kind as event from casework_issued i join record_event e using (stream, number) where stream = %s", [case])
    print([(r["kind"], r["issued_no"]) for r in rows])
    (row,) = [r for r in rows if r["event"] == way.event]
    got = open_document(document=row["document"], session=town.someone("supervisor").session)
    os.makedirs("/tmp/issued", exist_ok=True)
    open(f"/tmp/issued/{n:02}-{way.kind}.pdf", "wb").write(got.content)
