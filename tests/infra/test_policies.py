"""What the functions' roles may do."""

import json
from typing import Any

import pytest

from chalicelib import modules
from chalicelib.access.claims import MACHINE_CLIENT_PREFIX
from infra import package, policies
from infra.stack.names import plural_of, role_id
from tests.infra import iam
from tests.infra.conftest import Packaged

MAIL = policies.mail_identity()["Fn::Sub"]
"""The sender's domain, which the stage names as a parameter; stages of one account may share it."""
UNAVOIDABLE = (["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["secretsmanager:ListSecrets"])
"""Actions for which IAM knows no resources."""


def test_the_policy_files_are_what_the_generator_writes() -> None:
    assert policies.stale() == [], "run python -m infra.policies"
    assert {file.name for file in policies.FOLDER.glob("policy-*.json")} == {
        policies.path(name).name for name in policies.POLICIES
    }


def test_every_configured_function_has_a_policy_of_its_own() -> None:
    for stage in package.read_config()["stages"].values():
        files = {name: entry["iam_policy_file"] for name, entry in stage["lambda_functions"].items()}
        assert files == {name: f"policy-{name}.json" for name in policies.POLICIES}
    assert package.read_config()["autogen_policy"] is False


def test_every_stage_takes_the_tokens_of_people_and_of_machines() -> None:
    for stage in package.read_config()["stages"].values():
        clients = stage["environment_variables"]["NOVEX_TOKEN_CLIENTS"].split(",")
        assert clients == ["novex-web", f"{MACHINE_CLIENT_PREFIX}*"]


@pytest.mark.parametrize("function", policies.POLICIES)
def test_no_policy_allows_every_action_or_every_resource(function: str) -> None:
    for statement in policies.document(function)["Statement"]:
        assert not [action for action in statement["Action"] if "*" in action]
        if "*" in statement["Resource"]:
            assert statement["Action"] in UNAVOIDABLE


@pytest.mark.parametrize("function", policies.POLICIES)
def test_a_policy_fits_into_a_role(function: str) -> None:
    """IAM takes 10,240 characters of inline policies a role, white space not counted."""
    assert len(json.dumps(policies.document(function), separators=(",", ":"))) < 10_240


@pytest.mark.parametrize("function", policies.POLICIES)
def test_a_role_reaches_only_its_own_stage(function: str) -> None:
    for resource in (entry for part in policies.document(function)["Statement"] for entry in part["Resource"]):
        if resource != "*":
            text = resource["Fn::Sub"]
            assert "novex-${Stage}-" in text or "novex/${Stage}/" in text or text.startswith("${") or text == MAIL


@pytest.mark.parametrize("function", policies.POLICIES)
def test_nobody_scans_or_touches_tables_themselves(function: str) -> None:
    allowed = _actions(function)
    assert not allowed & {"dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:CreateTable"}
    if function != "sweep_retention":
        assert "dynamodb:Scan" not in allowed


def test_the_authorizer_only_logs() -> None:
    assert {action.split(":")[0] for action in _actions("authorize")} == {"logs", "xray"}


def test_the_intake_changes_nothing_and_reads_no_access_log() -> None:
    statements = policies.document("intake_access_log")["Statement"]
    logged = [part["Action"] for part in statements if "-access_log" in json.dumps(part["Resource"])]
    assert logged == [["dynamodb:BatchWriteItem"]]
    assert not _actions("intake_access_log") & {"dynamodb:UpdateItem", "dynamodb:DeleteItem"}


@pytest.mark.parametrize("function", policies.POLICIES)
def test_nobody_changes_what_is_only_added_to(function: str) -> None:
    """As far as IAM can say it: a put may replace what is there (docs/security.md, the journal as evidence)."""
    assert not _may(function, "journal", "UpdateItem", "DeleteItem")
    assert not _may(function, "movements", "UpdateItem", "DeleteItem")
    assert not _may(function, "policy_entries", "UpdateItem", "DeleteItem", "BatchWriteItem")
    assert _may(function, "policy_entries", "PutItem") == (function == "api_handler")
    assert not _may(function, "access_log", "PutItem", "UpdateItem") or function == "sweep_retention"
    # Numbering writes entries again, which this action allows; it would allow deletions too: the hash chain shows them.
    assert _may(function, "journal", "BatchWriteItem") == (function in ("sequence_journal", "reconcile"))


@pytest.mark.parametrize(
    ("plural", "keepers"),
    [
        ("heads", {"api_handler", "manage_tenants", "reconcile", "sequence_journal"}),
        ("leases", {"sweep_retention"}),
        ("parked", {"run_consumers"}),
        ("positions", {"run_consumers"}),
        ("retention_counts", {"sweep_retention"}),
        ("retention_runs", {"sweep_retention"}),
        ("access_states", {"api_handler", "run_jobs", "manage_tenants"}),
        ("logout_tokens", {"api_handler"}),
        ("disclosures", {"api_handler", "run_consumers", "run_jobs", "manage_tenants"}),
    ],
)
def test_each_book_is_written_only_by_the_roles_that_keep_it(plural: str, keepers: set[str]) -> None:
    assert {name for name in policies.POLICIES if _may(name, plural, "PutItem")} == keepers
    changers = {"heads": {"reconcile", "sequence_journal"}, "disclosures": set(), "positions": set()}
    keepers = changers.get(plural, keepers)
    may_change = {name for name in policies.POLICIES if _may(name, plural, "UpdateItem")}
    assert may_change - {"sweep_retention"} == keepers - {"sweep_retention"}


def test_only_the_api_counts_requests_and_it_cannot_forget_any() -> None:
    assert [name for name in policies.POLICIES if _may(name, "rate_windows", "PutItem")] == []
    may_add = {name for name in policies.POLICIES if _may(name, "rate_windows", "UpdateItem")}
    may_delete = {name for name in policies.POLICIES if _may(name, "rate_windows", "DeleteItem")}
    assert (may_add, may_delete) == ({"api_handler", "sweep_retention"}, {"sweep_retention"})


def _may(function: str, plural: str, *actions: str) -> bool:
    """Whether the role may do any of the actions on a table."""
    needs = [(f"dynamodb:{action}", f"arn:aws:dynamodb:r:1:table/novex-local-{plural}") for action in actions]
    return any(iam.is_allowed(policies.document(function), need) for need in needs)


def test_only_consumers_send_mails() -> None:
    assert [name for name in policies.POLICIES if "ses:SendEmail" in _actions(name)] == ["run_consumers"]


def test_only_the_api_and_the_reconciler_keep_credentials_of_connections() -> None:
    writers = [name for name in policies.POLICIES if "secretsmanager:CreateSecret" in _actions(name)]
    assert writers == ["api_handler", "reconcile"]


def test_who_reads_raw_bodies_can_tell_that_one_is_gone() -> None:
    """S3 answers 403 instead of 404 to whoever may not list the bucket."""
    consumers = [name for name in policies.POLICIES if "s3:GetObject" in _actions(name)]
    assert consumers == ["api_handler", "process_inbox", "run_jobs"]
    for consumer in consumers:
        statements = policies.document(consumer)["Statement"]
        listing = [part for part in statements if part["Action"] == ["s3:ListBucket"]]
        assert [part["Resource"] for part in listing] == [[{"Fn::Sub": "${Bucket.Arn}"}]]


def test_raw_bodies_are_read_by_the_inbox_and_by_the_search_for_a_person_and_jobs_write_only_files_of_theirs() -> None:
    body, file = "bucket/tenant/con_1/delivery", "bucket/bulk/tenant/imp_1/file.csv"
    package = "bucket/packages/tenant/psn_1.zip"

    def may(action: str, place: str) -> list[str]:
        return [name for name in policies.POLICIES if iam.is_allowed(policies.document(name), (action, place))]

    assert (may("s3:GetObject", body), may("s3:GetObjectVersion", body)) == (["process_inbox", "run_jobs"], [])
    assert may("s3:GetObject", package) == ["api_handler", "process_inbox", "run_jobs"]
    assert may("s3:PutObject", package) == ["api_handler", "run_jobs"]
    assert may("s3:DeleteObject", body) == may("s3:DeleteObject", package) == ["run_jobs", "sweep_retention"]
    assert may("s3:GetObjectVersion", file) == ["api_handler", "run_jobs"]
    assert (may("s3:PutObject", body), may("s3:PutObject", file)) == (["api_handler"], ["api_handler", "run_jobs"])


def test_the_sweep_removes_only_from_tables_with_a_retention_rule() -> None:
    statements = policies.document("sweep_retention")["Statement"]
    removing = [part["Resource"] for part in statements if "dynamodb:DeleteItem" in part["Action"]]
    tables = [{entry["Fn::Sub"].rpartition("${Stage}-")[2] for entry in resources} for resources in removing]
    assert tables == [{plural_of(model) for model in modules.tables() if model.retention_rules()}]


def test_the_packaged_roles_carry_these_policies_and_nothing_else(packaged: Packaged) -> None:
    roles = packaged.of_type("AWS::IAM::Role")
    configured = package.read_config()["stages"]["dev"]["lambda_functions"]
    for name in configured:
        role = roles.pop(role_id(name))
        (policy,) = role["Policies"]
        assert policy["PolicyDocument"] == policies.document(name)
        assert "ManagedPolicyArns" not in role
    assert roles == {}


def _actions(function: str) -> set[Any]:
    allowed = [part for part in policies.document(function)["Statement"] if part["Effect"] == "Allow"]
    return {action for entry in allowed for action in entry["Action"]}
