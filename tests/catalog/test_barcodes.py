"""Barcodes: what is a GTIN, its check digit, and when two spellings are one code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.items.barcodes import compared, gtin
from chalicelib.kernel.codes import folded
from chalicelib.search.scan.check_digits import has_check_digit, with_check_digit
from tests.world import Client

GTINS = ["036000291452", "0036000291452", "00036000291452", "0 36000 29145 2", "0-36000-29145-2"]


def codes(*values: str) -> list[dict[str, str]]:
    return [{"code": value} for value in values]


@pytest.mark.parametrize("spelling", GTINS)
def test_two_spellings_of_one_gtin_are_one(acme: Client, spelling: str) -> None:
    acme.post("/v1/items", {"sku": "A", "name": "x", "barcodes": codes(GTINS[0])}).ok()
    body = {"sku": "B", "name": "y", "barcodes": codes(spelling)}
    problem = acme.post("/v1/items", body).refused(409, "already_exists")
    assert problem["errors"][0]["pointer"] == "/barcodes/0/code"
    assert "This barcode belongs to another item" in problem["detail"]


@pytest.mark.parametrize("spelling", GTINS)
def test_an_item_is_found_by_every_spelling_of_its_barcode_and_shown_as_it_was_typed(
    acme: Client, spelling: str
) -> None:
    item = acme.post("/v1/items", {"sku": "A", "name": "x", "barcodes": codes(GTINS[1], "kt-4711")}).ok()
    acme.post("/v1/items", {"sku": "B", "name": "x", "barcodes": codes("96385074")}).ok()
    assert [found["id"] for found in acme.get(f"/v1/items?barcode={spelling.replace(' ', '%20')}").ok()["data"]] == [
        item["id"]
    ]
    assert acme.get("/v1/items?barcode=KT-4711").ok()["data"][0]["barcodes"][0]["code"] == GTINS[1]
    assert acme.get("/v1/items?barcode=KT-4712").ok() == {"data": [], "next_cursor": None}
    assert acme.world.tenant().get(f"/v1/items?barcode={GTINS[0]}").ok()["data"] == []


def test_a_wrong_check_digit_is_refused_with_the_right_one(acme: Client) -> None:
    body = {"sku": "A", "name": "x", "barcodes": codes("4006381333932")}
    problem = acme.post("/v1/items", body).refused(422, "invalid")
    assert problem["errors"] == [
        {
            "pointer": "/barcodes/0/code",
            "code": "wrong_check_digit",
            "message": "A digit is wrong: a GTIN that begins like this ends in 1. If the code is no GTIN, give it the "
            "type other.",
        }
    ]
    assert acme.get("/v1/items").ok()["data"] == []
    rows = acme.post("/v1/items/bulk-upsert", {"items": [body]}).ok()["rows"]
    assert rows[0]["errors"][0]["pointer"] == "/barcodes/0/code"


def test_digits_that_are_no_gtin_are_taken_as_another_code_when_that_is_said(acme: Client) -> None:
    other = {"code": "4006381333932", "type": "other"}
    item = acme.post("/v1/items", {"sku": "A", "name": "x", "barcodes": [other]}).ok()
    assert item["barcodes"] == [{**other, "unit": None}]
    acme.post("/v1/items", {"sku": "B", "name": "x", "barcodes": [other]}).refused(409, "already_exists")
    assert acme.get("/v1/items?barcode=4006381333932").ok()["data"][0]["id"] == item["id"]


def test_a_gtin_under_another_type_is_still_the_same_code(acme: Client) -> None:
    acme.post("/v1/items", {"sku": "A", "name": "x", "barcodes": [{"code": GTINS[0], "type": "other"}]}).ok()
    acme.post("/v1/items", {"sku": "B", "name": "x", "barcodes": codes(GTINS[2])}).refused(409, "already_exists")


def test_a_code_of_the_type_gtin_has_the_digits_of_one(acme: Client) -> None:
    body = {"sku": "A", "name": "x", "barcodes": [{"code": "12345", "type": "gtin"}, {"code": "KT-4711"}]}
    (error,) = acme.post("/v1/items", body).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/barcodes/0/code", "no_gtin")


def test_the_carton_of_an_item_has_a_code_of_its_own(acme: Client) -> None:
    barcodes = [{"code": "4006381333931"}, {"code": "14006381333938", "unit": "carton "}]
    body = {"sku": "A", "name": "x", "barcodes": barcodes}
    (error,) = acme.post("/v1/items", body).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/barcodes/1/unit", "unknown_unit")
    item = acme.post("/v1/items", {**body, "units": [{"unit": "carton", "numerator": "20"}]}).ok()
    assert [(each["type"], each["unit"]) for each in item["barcodes"]] == [("gtin", None), ("gtin", "carton")]


def test_an_item_keeps_a_barcode_whose_spelling_changes(acme: Client) -> None:
    item = acme.post("/v1/items", {"sku": "A", "name": "x", "barcodes": codes(GTINS[0])}).ok()
    changed = acme.patch(f"/v1/items/{item['id']}", {"barcodes": codes(GTINS[2])}, etag=1).ok()
    assert changed["barcodes"][0]["code"] == GTINS[2]
    acme.patch(f"/v1/items/{item['id']}", {"barcodes": []}, etag=2).ok()
    acme.post("/v1/items", {"sku": "B", "name": "x", "barcodes": codes(GTINS[1])}).ok()


@pytest.mark.parametrize("code", ["036000291453", "36000291452", "96385075", "AB-036000291452"])
def test_digits_without_a_good_check_digit_are_no_gtin(code: str) -> None:
    assert (gtin(code), compared(code)) == (None, code.casefold())


@pytest.mark.parametrize("code", ["2012345678900", "0212345678909", "20123451"])
def test_a_number_for_use_inside_a_company_is_taken_like_a_gtin(code: str) -> None:
    assert gtin(with_check_digit(code[:-1])) == with_check_digit(code[:-1]).zfill(14)


def test_a_short_gtin_has_all_digits() -> None:
    assert compared("96385074") == "00000096385074"


@given(st.integers(0, 10**13 - 1))
def test_a_gtin_is_the_same_with_any_number_of_leading_zeros(number: int) -> None:
    whole = with_check_digit(f"{number:013d}")
    shorter = [whole[14 - length :] for length in (8, 12, 13) if int(whole[: 14 - length]) == 0]
    assert {compared(spelling) for spelling in (whole, *shorter)} == {whole}


@given(st.text("0123456789", min_size=7, max_size=13), st.data())
def test_a_check_digit_finds_every_single_wrong_digit(body: str, data: st.DataObject) -> None:
    right = with_check_digit(body)
    place = data.draw(st.integers(0, len(right) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != right[place]]))
    assert has_check_digit(right)
    assert not has_check_digit(right[:place] + wrong + right[place + 1 :])


SPELLINGS = st.one_of(
    st.sampled_from(
        [*GTINS, "036000291453", "96385074", "00000096385074", "KT-4711", "kt-4711 ", "K\u0308t", "k\u0308T"]
    ),
    st.text(max_size=20),
)


@given(SPELLINGS, SPELLINGS, SPELLINGS)
@pytest.mark.parametrize("form", [compared, folded])
def test_normalised_equality_of_codes_is_an_equivalence(form: object, one: str, two: str, three: str) -> None:
    assert callable(form)
    assert form(one) == form(one)
    assert form(form(one)) == form(one)
    if form(one) == form(two) == form(three):
        assert form(one) == form(three)
    for spelled in (one.upper(), f" {one}\t"):
        if spelled.casefold().split() == one.casefold().split():
            assert form(spelled) == form(one)
