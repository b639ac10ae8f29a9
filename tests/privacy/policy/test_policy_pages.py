"""The policy as everybody can read it."""

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest

from chalicelib.edge.api import SECURITY_HEADERS
from chalicelib.kernel import config
from chalicelib.privacy.policy import texts, versions
from tests.privacy.policy.injected import days
from tests.world import World


def test_anybody_reads_the_policy_without_a_token(world: World) -> None:
    reply = world.anonymous().get("/privacy")
    page = reply.body.decode()
    assert reply.status == 200
    assert reply.header("content-type") == "text/html; charset=utf-8"
    assert 'Version 1. Last updated: <time datetime="2026-11-27">' in page
    for section in texts.sections(texts.read(versions.VERSIONS[0])):
        for each in section.sentences:
            assert f'<span id="{each.name}">{each.text.replace(chr(34), "&quot;")}</span>' in page


def test_the_page_needs_no_script_and_loads_nothing(world: World) -> None:
    reply = world.anonymous().get("/privacy")
    page, policy = reply.body.decode(), reply.header("content-security-policy")
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy
    assert not re.search(r"<script|<img|@import|https?:", page)
    for name, value in SECURITY_HEADERS.items():
        if name not in ("Cache-Control", "Content-Security-Policy"):
            assert reply.header(name) == value
    assert '<html lang="en">' in page and 'name="viewport"' in page and page.count("<h1>") == 1


def test_the_etag_begins_with_the_hash_of_the_text_and_saves_a_second_transfer(world: World) -> None:
    anybody = world.anonymous()
    reply = anybody.get("/privacy")
    assert reply.etag.startswith(f'"{versions.VERSIONS[0].content_hash}.')
    assert reply.header("cache-control") == "no-cache"
    unchanged = anybody.get("/privacy", **{"If-None-Match": reply.etag})
    assert (unchanged.status, unchanged.body) == (304, b"")


@pytest.mark.parametrize(
    "number", ["0", "2", "99999", "x", "-1", "1.0", "\N{SUPERSCRIPT ONE}", "..%2F1", "1%00", "1%20", "01", "12345"]
)
def test_a_version_that_was_never_announced_is_not_found(world: World, number: str) -> None:
    world.anonymous().get(f"/privacy/versions/{number}").refused(404, "not_found")


def test_what_the_operator_fills_in_is_shown_and_what_is_missing_is_an_open_place(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anybody = world.anonymous()
    before = anybody.get("/privacy")
    assert before.body.decode().count("has not filled this in yet") == 4
    monkeypatch.setenv("NOVEX_OPERATOR_COMPANY", "Berg & <Tal> GmbH")
    monkeypatch.setenv("NOVEX_OPERATOR_CONTACT", "privacy@berg.example")
    config.current.cache_clear()
    try:
        after = anybody.get("/privacy", **{"If-None-Match": before.etag})
        page = after.body.decode()
        assert after.status == 200 and after.etag != before.etag
        assert "Berg &amp; &lt;Tal&gt; GmbH" in page and "privacy@berg.example" in page
        assert page.count("has not filled this in yet") == 2
        operator = world.tenant().get("/v1/privacy/policy").ok()["operator"]
        assert operator["company"] == "Berg & <Tal> GmbH"
        assert operator["authority"] is None
    finally:
        monkeypatch.undo()
        config.current.cache_clear()


def test_links_of_the_pages_work_behind_the_name_of_a_stage(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    anybody = world.anonymous()
    with days(tmp_path, monkeypatch) as calendar:
        second = calendar.announce(is_material=True)
        calendar.pass_to(second)
        for path in ("/privacy", "/privacy/versions/1", "/privacy/versions/2"):
            links = re.findall(r'href="([^":]+)"', anybody.get(path).body.decode())
            assert links
            for link in links:
                target = urljoin(f"https://gateway.example/dev{path}", link)
                assert target.startswith("https://gateway.example/dev/privacy")
                assert anybody.get(target.removeprefix("https://gateway.example/dev")).status == 200


def test_an_announced_version_is_on_the_page_before_it_is_in_force(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    anybody = world.anonymous()
    with days(tmp_path, monkeypatch) as calendar:
        before = anybody.get("/privacy")
        second = calendar.announce(is_material=True)
        page = anybody.get("/privacy", **{"If-None-Match": before.etag})
        assert page.status == 200, "a notice must not hide behind the hash of the text"
        assert page.etag.partition(".")[0] == before.etag.partition(".")[0]
        assert '<a href="privacy/versions/2">read version 2</a>' in page.body.decode()
        assert "We also store &lt;telephone numbers&gt;. You will be asked to accept it." in page.body.decode()
        coming = anybody.get("/privacy/versions/2").body.decode()
        assert "telephone number" in coming and '<a href="1">Version 1</a>' in coming
        calendar.pass_to(second)
        assert "Version 2. Last updated" in anybody.get("/privacy").body.decode()
        former = anybody.get("/privacy/versions/1").body.decode()
        assert "not in force any more" in former and 'href="../../privacy"' in former
