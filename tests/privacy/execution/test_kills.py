"""Whoever dies while a request is carried out, before or after any commit, is followed by the next: one effect."""

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.kernel.call import Call
from chalicelib.privacy.execution import engine
from chalicelib.privacy.requests import repository
from chalicelib.privacy.requests.tables import PrivacyRequest
from infra.local.shim import Crash
from tests.privacy.execution.test_carrying_out import decided, erased
from tests.privacy.persons.planted import EMAIL
from tests.privacy.persons.test_erasing import traces
from tests.privacy.requests.asking import identified, step
from tests.privacy.requests.test_time import events
from tests.simulation.mishaps import faults
from tests.world import Client

ONCE = ("search_begun", "execution_begun", "executed", "verified", "recipients_told", "delivered")


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Every step of the engine dies before its first commit, then after it, and is then taken once more."""
    seen: Counter[str] = Counter()
    advance = engine._advance

    def die(call: Call, row: PrivacyRequest) -> None:
        for kind in ("crash_before", "crash_after"):
            with faults() as injected, suppress(Crash):
                injected.at(1, kind, "TransactWriteItems")
                advance(call, repository.read(call, row.id))
            seen.update(each.fault for each in injected.calls if each.fault)
        advance(call, repository.read(call, row.id))

    monkeypatch.setattr(engine, "_advance", die)
    return seen


@pytest.mark.parametrize("kind", ["access", "erasure", "correction", "restriction"])
def test_a_request_comes_to_its_end_once(acme: Client, killed: Counter[str], kind: str) -> None:
    known = {"kind": "person", "name": "Kim Killed", "contacts": [{"email": EMAIL}]}
    customer: Any = acme.post("/v1/customers", known).ok()
    changes: dict[str, Any] = {"kind": kind, "subject": {"emails": [EMAIL], "document_ids": [customer["id"]]}}
    if kind == "correction":
        changes["correction"] = [{"document_id": customer["id"], "field": "name", "proposed_value": "Kim Known"}]
    request = decided(acme, identified(acme, **changes))
    if kind == "erasure":
        request = erased(acme, request)
    if kind == "access":
        step(acme, request, "deliver").ok()
    happened = Counter(events(acme, request))
    assert {name: happened[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert killed["crash_before"] >= 4
    assert killed["crash_after"] >= 4
    after = acme.get(f"/v1/customers/{customer['id']}").ok()
    if kind == "erasure":
        assert traces(acme, EMAIL) == []
        assert happened["erasure_begun"] == 1
    elif kind == "correction":
        assert (after["name"], after["version"]) == ("Kim Known", customer["version"] + 1)
    elif kind == "restriction":
        assert (after["restricted_uses"], after["version"]) == (["marketing", "search"], customer["version"] + 1)
    else:
        assert happened["packing_begun"] == 1
