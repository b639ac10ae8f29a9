"""The limits of a tenant."""

from datetime import UTC, datetime

from chalicelib.kernel.quotas import Allowance
from tests.world import Client, World


def test_the_rates_are_those_that_every_response_tells(acme: Client) -> None:
    reply = acme.get("/v1/limits")
    rates = reply.ok()["rates"]
    told = [f'"{each["name"]}";q={each["requests"]};w={each["window_seconds"]}' for each in rates]
    assert ", ".join(told) == reply.header("RateLimit-Policy")


def test_a_quota_that_is_used_shows_it_to_its_own_tenant(world: World) -> None:
    acme, other = world.tenant(), world.tenant()

    def used(client: Client) -> dict[str, int]:
        return {each["name"]: each["used"] for each in client.get("/v1/limits").ok()["quotas"]}

    names = ("exports", "imports", "invitations", "ownership_questions", "privacy_codes", "privacy_form_requests")
    names += ("search_checks", "stock_checks")
    assert used(acme) == dict.fromkeys(names, 0)
    for _ in range(2):
        acme.post("/v1/stock/check", {}).ok()
    assert used(acme)["stock_checks"] == 2
    assert used(other)["stock_checks"] == 0
    [checks] = [each for each in acme.get("/v1/limits").ok()["quotas"] if each["name"] == "stock_checks"]
    assert datetime.fromisoformat(checks["resets_at"]) > datetime.now(UTC)


def test_periods_end_with_the_hour_and_the_day_in_utc() -> None:
    now = datetime(2026, 12, 31, 23, 30, 5, tzinfo=UTC)
    assert Allowance("a", "hour", 1, "A.").ends_at(now) == datetime(2027, 1, 1, tzinfo=UTC)
    assert Allowance("a", "day", 1, "A.").ends_at(now) == datetime(2027, 1, 1, tzinfo=UTC)
    assert Allowance("a", "hour", 1, "A.").ends_at(now.replace(hour=7)) == datetime(2026, 12, 31, 8, tzinfo=UTC)
