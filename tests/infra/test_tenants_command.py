"""The operator's command for tenants: against a Lambda of an account, and against what `make run` runs."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra import tenants
from infra.local import environment
from infra.local.failure import LocalFailureError


class Lambda:
    """An account's Lambda, with one answer."""

    def __init__(self, answer: Any, **more: Any) -> None:
        self.answer, self.more, self.asked = answer, more, []

    def invoke(self, FunctionName: str, Payload: bytes) -> Any:  # noqa: N803 - as boto3 names them
        self.asked.append((FunctionName, json.loads(Payload)))
        return {"Payload": BytesIO(json.dumps(self.answer).encode()), **self.more}


def account(monkeypatch: pytest.MonkeyPatch, answer: Any, **more: Any) -> Lambda:
    made = Lambda(answer, **more)
    monkeypatch.setattr(boto3, "client", lambda *_, **__: made)
    return made


def test_a_tenant_is_made_through_the_function_of_its_stage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = {"tenant": {"id": "t-1", "status": "active", "name": "Acme Ltd"}, "invited": "usr_1"}
    asked = account(monkeypatch, answer).asked
    assert tenants.main(["create", "--stage", "prod", "--name", "Acme Ltd", "--email", "a@example.com"]) == 0
    event = {"action": "create", "name": "Acme Ltd", "alias": "acme-ltd", "email": "a@example.com"}
    assert asked == [("novex-prod-manage_tenants", event)]
    assert "t-1  active  Acme Ltd" in capsys.readouterr().out


def test_a_refusal_and_a_failure_are_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account(monkeypatch, {"error": "unavailable", "detail": "Send the same again."})
    assert tenants.main(["suspend", "--stage", "prod", "--tenant", "t-1"]) == 1
    assert capsys.readouterr().err == "unavailable: Send the same again.\n"
    account(monkeypatch, {}, FunctionError="Unhandled")
    assert tenants.main(["list", "--stage", "prod"]) == 1
    assert "see its log" in capsys.readouterr().err


def test_what_a_command_lacks_is_told_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = account(monkeypatch, {}).asked
    for arguments in (["create", "--name", "Acme"], ["create", "--email", "a@b.c"], ["suspend"], ["invite"]):
        assert tenants.main([*arguments, "--stage", "prod"]) == 1
        assert capsys.readouterr().err.startswith("Say --")
    assert tenants.main(["create", "--stage", "prod", "--name", "\u65e5\u672c", "--email", "a@b.c"]) == 1
    assert capsys.readouterr().err.startswith("Say --alias")
    assert asked == []


def test_what_make_run_runs_needs_a_name_alone() -> None:
    event = tenants.event_of(tenants.parser().parse_args(["create", "--name", "My Company"]))
    assert (event["alias"], event["email"]) == ("my-company", "admin@my-company.example")


def test_without_a_stage_something_must_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(LocalFailureError, match="make run"):
        environment.of_running(tmp_path)
    with environment.kept(tmp_path):
        assert (tmp_path / environment.NAME).stat().st_mode & 0o77 == 0
        assert all(name.startswith(("AWS_", "NOVEX_")) for name in environment.of_running(tmp_path))
    assert not (tmp_path / environment.NAME).exists()
