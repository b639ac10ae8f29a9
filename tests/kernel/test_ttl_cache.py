"""What is remembered, for how long, and by which clock."""

from collections.abc import Iterator

import pytest

from chalicelib.kernel import clock
from chalicelib.kernel.ttl_cache import TtlCache
from tests.access.realm import HandClock, standing_clock


@pytest.fixture
def hand() -> Iterator[HandClock]:
    with standing_clock() as hand:
        yield hand


def value_of(cache: TtlCache[str, str | None], key: str) -> str | None:
    held = cache.get(key)
    return "nothing is held" if held is None else held.value


@pytest.mark.usefixtures("hand")
def test_what_is_not_there_is_told_from_what_is_known_not_to_be() -> None:
    cache: TtlCache[str, str | None] = TtlCache(30, 10)
    assert cache.get("a") is None
    cache.put("a", None, clock.wall())
    assert value_of(cache, "a") is None


def test_a_value_is_over_when_its_time_is(hand: HandClock) -> None:
    cache: TtlCache[str, str | None] = TtlCache(30, 10)
    cache.put("a", "x", clock.wall())
    hand.move(29.999)
    assert value_of(cache, "a") == "x"
    hand.move(0.001)
    assert cache.get("a") is None


def test_age_counts_from_before_the_question(hand: HandClock) -> None:
    cache: TtlCache[str, str | None] = TtlCache(30, 10)
    asked = clock.wall()
    hand.move(29)
    cache.put("a", "x", asked)
    assert value_of(cache, "a") == "x"
    hand.move(1)
    assert cache.get("a") is None


def test_an_answer_that_took_longer_than_it_holds_is_given_once_and_not_kept(hand: HandClock) -> None:
    cache: TtlCache[str, str | None] = TtlCache(30, 10)
    asked = clock.wall()
    hand.move(31)
    assert cache.put("a", "x", asked).value == "x"
    assert cache.get("a") is None


@pytest.mark.parametrize("back", [0.001, 10, 3600, 10 * 365 * 86400])
def test_a_clock_that_steps_back_makes_entries_be_asked_anew(hand: HandClock, back: float) -> None:
    cache: TtlCache[str, str | None] = TtlCache(30, 10)
    cache.put("a", "old", clock.wall())
    hand.move(-back)
    assert cache.get("a") is None
    cache.put("a", "new", clock.wall())
    hand.move(29)
    assert value_of(cache, "a") == "new"
    hand.move(1)
    assert cache.get("a") is None


@pytest.mark.usefixtures("hand")
def test_the_least_recently_used_go_first() -> None:
    cache: TtlCache[str, str | None] = TtlCache(30, 2)
    for key in ("a", "b"):
        cache.put(key, key, clock.wall())
    cache.get("a")
    cache.put("c", "c", clock.wall())
    assert [value_of(cache, key) for key in ("a", "c")] == ["a", "c"]
    assert cache.get("b") is None


@pytest.mark.usefixtures("hand")
def test_one_key_or_all_can_be_forgotten() -> None:
    cache: TtlCache[str, str | None] = TtlCache(30, 10)
    for key in ("a", "b", "c"):
        cache.put(key, key, clock.wall())
    cache.drop("a")
    cache.drop("never there")
    assert [cache.get("a"), value_of(cache, "b")] == [None, "b"]
    cache.clear()
    assert [cache.get("b"), cache.get("c")] == [None, None]
