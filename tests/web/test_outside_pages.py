"""Pages that touch the world outside, and originals: paying and coming back, the supervisor's payments, the check at the door."""

from uuid import UUID, uuid4

import at_window
import town as towns
from outside_world import bank, register, visit_page
from town_item import resident_id
from visiting import visitor
from yimen.casework import case as cases
from yimen.jobs import outside

FEES = {"fees": [{"code": "new", "name_zh": "工本费", "name_en": "Making", "amount": 2000, "basis": "某办法第三条"}]}


def hidden(town: towns.Town, case: UUID, **more: object) -> dict[str, object]:
    return {"key": str(uuid4()), "after": town.head(case), **more}


def test_an_applicant_pays_and_comes_back_and_the_page_tells_what_became_of_it() -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("examining")
    home, address = visitor(town.applicant), f"/cases/{case}/pay/"
    assert address in home.get(f"/cases/{case}/").content.decode()
    page = home.get(address).content.decode()
    assert "¥20.00" in page
    assert "某办法第三条" in page
    assert "Get the number to quote" in page
    with bank() as there:
        page = home.post(address).content.decode()
        (order,) = there.orders.values()
        assert f"{there.url}/pages/{order['order']}" in page
        visit_page(f"{there.url}/pages/{order['order']}", pay=True)
        page = home.get(f"{address}?back=1").content.decode()
        assert "We are asking the provider" in page
        outside.look_after_payments()
        page = home.get(f"{address}?back=2").content.decode()
    assert "Confirmed on" in page
    assert f"{order['order']}-1" in page
    assert visitor(town.stranger).get(address).status_code == 404


def test_a_clerk_gives_a_slip_under_which_the_person_pays_and_her_page_shows_its_number() -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("examining")
    window, address = visitor(town.drawn(case, "counter")), f"/window/{case}/fee/"
    assert address in window.get(f"/window/{case}/").content.decode()
    assert "Make the payment slip" in window.get(address).content.decode()
    assert window.post(address)["Location"] == address
    number = cases.view(case=case, session=town.applicant.session)["fee"]["order"]
    slip, mine = (
        one.content.decode() for one in (window.get(address), visitor(town.applicant).get(f"/cases/{case}/pay/"))
    )
    for page in (slip, mine):
        assert number in page.replace("</span><span>", "")
        assert "¥20.00" in page
    window.post(address)
    assert cases.view(case=case, session=town.applicant.session)["fee"]["order"] == number, "asked again it is the same"
    with bank() as there:
        page = window.post(address).content.decode()
        assert number in there.orders
        assert "Square code that opens the page of the payment provider" in page
        assert there.orders[number]["return_url"].endswith("/follow/"), "she may have no account"
    town.paid(case, 2000)
    cases.withdraw(case=case, after=town.head(case), session=town.applicant.session, key=uuid4())
    page = visitor(town.applicant).get(f"/cases/{case}/pay/").content.decode()
    assert "you get it back" in page
    assert f"Stopped {towns.today()}" in visitor(town.applicant).get(f"/cases/{case}/").content.decode()
    assert "Make the payment slip" not in window.get(address).content.decode()
    assert visitor(town.not_drawn(case, "counter")).post(address).status_code == 404


def test_a_provider_that_is_away_is_told_and_the_supervisor_sees_what_is_not_as_asked() -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("examining")
    home, above = visitor(town.applicant), visitor(town.someone("supervisor"))
    with bank() as there:
        there.mood = "error"
        away = home.post(f"/cases/{case}/pay/")
        assert (away.status_code, "does not answer just now" in away.content.decode()) == (503, True)
        there.mood = ""
        home.post(f"/cases/{case}/pay/")
        (number,) = there.orders
        there.pay(number, amount=1)
        home.get(f"/cases/{case}/pay/?back=1")
        outside.look_after_payments()
        page = above.get("/supervisor/payments/").content.decode()
        assert f"/supervisor/{case}/" in page
        assert "another amount was paid: refused" in page
        assert "another amount was paid; a supervisor" in home.get(f"/cases/{case}/pay/").content.decode()
    assert above.get("/supervisor/payments/?before=x").status_code == 400


def test_at_the_door_the_register_is_asked_where_there_is_one() -> None:
    town, number = towns.town(), resident_id()
    door = visitor(town.someone("clerk"))
    assert "The register of people, now" not in door.get("/window/visits/").content.decode()
    told = {"resident_id": number, "name": "别人", "checked": "gateway", "key": str(uuid4()), "after": "1"}
    with register(**{number: "林小满"}) as there:
        assert "The register of people, now" in door.get("/window/visits/").content.decode()
        wrong = door.post("/window/visits/", told)
        assert wrong.status_code == 422
        assert "does not belong to this name" in wrong.content.decode()
        there.mood = "error"
        page = door.post("/window/visits/", told | {"name": "林小满"}).content.decode()
    assert "Give the person this number" in page


def test_originals_are_taken_and_given_back_on_the_page_and_whoever_brings_the_result_is_told() -> None:
    town = towns.town(item={"delivery": ["window"]})
    case = town.brought_to("certifying", delivery="window")
    address = f"/window/{case}/originals/"
    window = visitor(town.drawn(case, "counter"))
    assert window.post(address, hidden(town, case, material="licence", pieces="0")).status_code == 422
    sent = window.post(address, hidden(town, case, material="licence", pieces="2"))
    slip = window.get(sent["Location"]).content.decode()
    assert "Receipt for originals" in slip
    assert "× 2" in slip
    receipt = sent["Location"].split("?")[0]
    assert "× 2" in visitor(town.applicant).get(receipt).content.decode(), "the person prints it at home"
    assert visitor(town.stranger).get(receipt).status_code == 404
    taken = cases.view(case=case, session=town.applicant.session)["originals"][0]["taken"]

    with towns.testing_city_owner() as owner:  # the result is made; chance drew another clerk to bring it
        other = town.not_drawn(case, "counter")
        owner.execute("update record_stream set state = 'sealed' where id = %s", [case])
        sql = "insert into record_assignment values (%s, 'deliverer', 1, %s, %s, 1, false)"
        owner.execute(sql, [case, other.person, other.post])
    bringing = visitor(other)
    assert "2 originals of this case are still here" in bringing.get(f"/window/{case}/").content.decode()
    back = bringing.post(address, hidden(town, case, **{"return": taken}))
    assert back["Location"].startswith(address)
    assert "given back" in bringing.get(address).content.decode()


def test_whoever_sends_a_result_sees_its_address_and_whoever_serves_its_holder_where_it_lies() -> None:
    town = towns.town(item={"delivery": ["electronic", "window", "post"]})
    sent = at_window.brought_to(town, "sealed", delivery="post", address="人民大街 1 号")
    page = visitor(town.drawn(sent, "deliverer")).get(f"/window/{sent}/").content.decode()
    assert "人民大街 1 号" in page
    assert "If nobody collected it in time" not in page, "it was not sent yet"
    lying = at_window.brought_to(town, "sealed", delivery="window")
    mine, others = (
        visitor(one).get(f"/window/{lying}/") for one in (town.drawn(lying, "deliverer"), town.drawn(lying, "counter"))
    )
    assert "It is handed over" in mine.content.decode()
    if town.drawn(lying, "deliverer") != town.drawn(lying, "counter"):
        assert "Chance drew another clerk to hand this over" in others.content.decode()
