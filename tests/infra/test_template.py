"""The packaged template: what it must hold, whatever the application grows to."""

import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from chalicelib.audit.access_log.schemas import AccessLine
from chalicelib.events import parking, slots
from infra import package
from infra.stack.names import plural_of
from tests.infra.conftest import Packaged


def test_cfn_lint_finds_nothing(packaged: Packaged) -> None:
    assert lint(packaged.folder / "sam.json") == (0, "")


def test_cfn_lint_finds_nothing_in_the_bootstrap_stack() -> None:
    assert lint(package.ROOT / "infra" / "bootstrap.json") == (0, "")


def lint(template: Path) -> tuple[int, str]:
    """Every level, nothing ignored."""
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--include-checks", "I", "--", str(template)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout[-5000:]


def test_the_template_stays_far_from_cloudformations_and_the_gateways_limits(packaged: Packaged) -> None:
    made_by_sam = 2 * len(packaged.functions) + 3
    assert len(packaged.template["Resources"]) + made_by_sam < 450
    assert len(json.dumps(packaged.template, separators=(",", ":"))) < 900_000
    for name, properties in packaged.of_type("AWS::IAM::Role").items():
        assert len(json.dumps(properties["Policies"], separators=(",", ":"))) < 10_000, name


def test_every_function_of_the_application_is_packaged_with_its_own_settings(packaged: Packaged) -> None:
    settings = package.read_config()["stages"]["dev"]["lambda_functions"]
    named = {entry["FunctionName"].removeprefix("novex-dev-"): entry for entry in packaged.functions.values()}
    assert set(named) == set(settings)
    for name, entry in named.items():
        assert entry["MemorySize"] == settings[name]["lambda_memory_size"]
        assert entry["Timeout"] == settings[name]["lambda_timeout"]
        assert (entry["Runtime"], entry["Architectures"]) == ("python3.13", ["arm64"])
        assert entry["Tracing"] == "Active"
        assert entry["Environment"]["Variables"]["NOVEX_STAGE"] == "dev"


def test_both_stages_declare_the_same_functions() -> None:
    stages = package.read_config()["stages"]
    assert stages["dev"]["lambda_functions"] == stages["prod"]["lambda_functions"]
    assert {stage["environment_variables"]["NOVEX_STAGE"] for stage in stages.values()} == {"dev", "prod"}


def test_functions_know_the_stacks_bucket_and_queues_and_the_authorizer_does_not(packaged: Packaged) -> None:
    for name, entry in packaged.functions.items():
        variables = entry["Environment"]["Variables"]
        given = {key: variables.get(key) for key in ("NOVEX_BUCKET", "NOVEX_INBOX_QUEUE_URL", "NOVEX_JOBS_QUEUE_URL")}
        if name == "Authorize":
            assert set(given.values()) == {None}
        else:
            assert list(given.values()) == [{"Ref": "Bucket"}, {"Ref": "InboxQueue"}, {"Ref": "JobsQueue"}]


def test_no_variable_of_a_function_holds_a_credential(packaged: Packaged) -> None:
    names = {name for entry in packaged.functions.values() for name in entry["Environment"]["Variables"]}
    assert not [name for name in names if re.search("SECRET|PASSWORD|CREDENTIAL|_KEY$", name)]


def test_no_function_takes_a_simulator_for_a_platform(packaged: Packaged) -> None:
    names = {name for entry in packaged.functions.values() for name in entry["Environment"]["Variables"]}
    assert "NOVEX_CONNECTIONS_MAX" in names
    assert not [name for name in names if name.startswith("NOVEX_PLATFORM_")]


def test_every_table_of_the_manifest_is_there_encrypted_protected_and_recoverable(packaged: Packaged) -> None:
    from chalicelib import modules

    resources = packaged.template["Resources"]
    tables = {entry["TableName"]: name for name, entry in packaged.of_type("AWS::DynamoDB::Table").items()}
    assert set(tables) == {f"novex-dev-{plural_of(model)}" for model in modules.tables()}
    for name in tables.values():
        entry = resources[name]["Properties"]
        # A rollback could not delete what is protected from deletion; the next deployment imports it.
        assert resources[name]["DeletionPolicy"] == resources[name]["UpdateReplacePolicy"] == "Retain"
        assert entry["SSESpecification"]["SSEEnabled"] is True
        assert entry["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert entry["DeletionProtectionEnabled"] is True
        assert entry["BillingMode"] == "PAY_PER_REQUEST"


def test_tables_have_the_keys_indexes_and_expiry_of_their_models(packaged: Packaged) -> None:
    from chalicelib import modules
    from chalicelib.kernel.dynamo.schema import create_table_request, time_to_live

    by_name = {entry["TableName"]: entry for entry in packaged.of_type("AWS::DynamoDB::Table").values()}
    for model in modules.tables():
        entry, request = by_name[f"novex-dev-{plural_of(model)}"], create_table_request(model)
        for member in ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes"):
            assert entry.get(member) == request.get(member)
        expiry = entry.get("TimeToLiveSpecification", {}).get("AttributeName")
        assert expiry == time_to_live(model)
    streams = {name: entry["StreamSpecification"] for name, entry in by_name.items() if "StreamSpecification" in entry}
    assert streams == {"novex-dev-journal": {"StreamViewType": "NEW_IMAGE"}}


def test_the_access_log_has_the_lines_that_the_intake_reads(packaged: Packaged) -> None:
    setting = packaged.api["AccessLogSetting"]
    assert setting["DestinationArn"] == {"Fn::Sub": "${AccessLogGroup.Arn}"}
    line = json.loads(setting["Format"])
    assert set(line) == {field.encode_name for field in msgspec.structs.fields(AccessLine)}
    assert line["actor"] == "$context.authorizer.sub"
    assert (line["route"], line["path"]) == ("$context.resourcePath", "$context.path")
    assert (line["stage"], line["base_path"]) == ("$context.stage", "$context.customDomain.basePathMatched")
    assert [name for name, value in line.items() if value == "$context.path"] == list(line)[:1], "see the intake"
    group = packaged.template["Resources"]["AccessLogGroup"]
    assert group["Properties"]["RetentionInDays"] == 7


def test_the_access_log_is_delivered_to_the_intake(packaged: Packaged) -> None:
    resources = packaged.template["Resources"]
    subscription = resources["AccessLogSubscription"]
    assert subscription["Properties"]["LogGroupName"] == {"Ref": "AccessLogGroup"}
    assert subscription["Properties"]["DestinationArn"] == {"Fn::Sub": "${IntakeAccessLog.Arn}"}
    assert subscription["DependsOn"] == "AccessLogPermission"
    permission = resources["AccessLogPermission"]["Properties"]
    assert permission["Principal"] == "logs.amazonaws.com"
    assert permission["SourceArn"] == {"Fn::Sub": "${AccessLogGroup.Arn}"}
    assert resources["IntakeAccessLog"]["Properties"]["EventInvokeConfig"]["MaximumRetryAttempts"] == 2


@pytest.mark.parametrize(("function", "event"), [("SequenceJournal", "INSERT"), ("DispatchChanges", "MODIFY")])
def test_stream_sources_are_complete(packaged: Packaged, function: str, event: str) -> None:
    (source,) = packaged.functions[function]["Events"].values()
    properties = source["Properties"]
    assert source["Type"] == "DynamoDB"
    assert properties["Stream"] == {"Fn::GetAtt": ["JournalTable", "StreamArn"]}
    assert properties["StartingPosition"] == "TRIM_HORIZON"
    assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert properties["BisectBatchOnFunctionError"] is True
    assert 0 < properties["MaximumRetryAttempts"] <= 100
    assert 60 <= properties["MaximumRecordAgeInSeconds"] < 24 * 3600
    assert 1 <= properties["ParallelizationFactor"] <= 10
    assert [json.loads(entry["Pattern"]) for entry in properties["FilterCriteria"]["Filters"]] == [
        {"eventName": [event]}
    ]
    assert properties["DestinationConfig"]["OnFailure"] == {
        "Type": "SQS",
        "Destination": {"Fn::Sub": "${FeedFailures.Arn}"},
    }


@pytest.mark.parametrize(("function", "queue"), [("ProcessInbox", "InboxQueue"), ("RunJobs", "JobsQueue")])
def test_queue_sources_are_complete(packaged: Packaged, function: str, queue: str) -> None:
    (source,) = packaged.functions[function]["Events"].values()
    assert source["Type"] == "SQS"
    assert source["Properties"]["Queue"] == {"Fn::Sub": f"${{{queue}.Arn}}"}
    assert source["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["Properties"]["ScalingConfig"]["MaximumConcurrency"] >= 2
    properties = packaged.of_type("AWS::SQS::Queue")[queue]
    assert properties["VisibilityTimeout"] >= 6 * packaged.functions[function]["Timeout"]
    assert properties["RedrivePolicy"]["maxReceiveCount"] == 5
    assert properties["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::Sub": f"${{{queue}Dead.Arn}}"}


def test_every_queue_is_encrypted_and_takes_tls_only(packaged: Packaged) -> None:
    queues = packaged.of_type("AWS::SQS::Queue")
    assert all(entry["SqsManagedSseEnabled"] for entry in queues.values())
    policies = packaged.of_type("AWS::SQS::QueuePolicy")
    guarded = {entry["Queues"][0]["Fn::Sub"].strip("${}") for entry in policies.values()}
    assert guarded == set(queues)
    for entry in policies.values():
        (statement,) = entry["PolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_bucket_is_private_encrypted_versioned_and_takes_tls_only(packaged: Packaged) -> None:
    bucket = packaged.template["Resources"]["Bucket"]
    properties = bucket["Properties"]
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert {rule["Status"] for rule in properties["LifecycleConfiguration"]["Rules"]} == {"Enabled"}
    (statement,) = packaged.of_type("AWS::S3::BucketPolicy")["BucketPolicy"]["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_bucket_ends_bodies_without_a_row_after_the_sweep_has_had_its_days(packaged: Packaged) -> None:
    from chalicelib.integrations.inbox.tables import Delivery

    rules = packaged.template["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (net,) = [rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule and "Prefix" not in rule]
    (swept,) = [rule.days for rule in Delivery.retention if rule.releases == "body_key"]
    assert swept + 5 <= net <= swept + 10
    assert [rule["Id"] for rule in rules if "NoncurrentVersionExpiration" in rule] == ["old-versions", "bulk-files"]


def test_the_bucket_ends_files_of_imports_and_exports_after_a_week_and_takes_forms_from_the_page(
    packaged: Packaged,
) -> None:
    properties = packaged.template["Resources"]["Bucket"]["Properties"]
    (files,) = [rule for rule in properties["LifecycleConfiguration"]["Rules"] if "Prefix" in rule]
    assert (files["Prefix"], files["ExpirationInDays"]) == ("bulk/", 7)
    (cors,) = properties["CorsConfiguration"]["CorsRules"]
    assert cors["AllowedOrigins"] == ["https://app.dev.example.com"]


def test_every_function_logs_to_a_group_with_an_end(packaged: Packaged) -> None:
    groups = packaged.of_type("AWS::Logs::LogGroup")
    for name, entry in packaged.functions.items():
        assert entry["LoggingConfig"]["LogGroup"] == {"Ref": f"{name}LogGroup"}
        assert groups[f"{name}LogGroup"]["RetentionInDays"] == 90


def test_the_stage_is_traced_throttled_compressed_and_logs_no_bodies(packaged: Packaged) -> None:
    api = packaged.api
    assert api["TracingEnabled"] is True
    for settings in api["MethodSettings"]:
        assert settings["MetricsEnabled"] is settings["DataTraceEnabled"] is False
        assert settings["LoggingLevel"] == "OFF"
        assert settings["ThrottlingBurstLimit"] >= settings["ThrottlingRateLimit"] > 0
    assert 0 < api["MinimumCompressionSize"] < 10_000
    assert api["EndpointConfiguration"] == "REGIONAL"


def test_everything_that_can_go_wrong_quietly_has_an_alarm_with_a_run_book(packaged: Packaged) -> None:
    alarms = packaged.of_type("AWS::CloudWatch::Alarm")
    watched = {(entry["Namespace"], entry["MetricName"], json.dumps(entry["Dimensions"])) for entry in alarms.values()}
    metrics: dict[str, str] = {}
    for _, metric, dimensions in watched:
        metrics[metric] = metrics.get(metric, "") + dimensions
    assert "novex-dev" in metrics["5XXError"]
    for function in packaged.functions:
        assert f'{{"Ref": "{function}"}}' in metrics["Errors"]
        assert f'{{"Ref": "{function}"}}' in metrics["Throttles"]
    for function in ("SequenceJournal", "DispatchChanges"):
        assert f'{{"Ref": "{function}"}}' in metrics["IteratorAge"]
    for queue in (
        "InboxQueueDead",
        "JobsQueueDead",
        "StockWakesQueueDead",
        "DerivedWakesQueueDead",
        "FeedFailures",
        "EventFailures",
    ):
        assert f'"{queue}"' in metrics["ApproximateNumberOfMessagesVisible"]
    for entry in alarms.values():
        assert entry["AlarmDescription"].endswith("Run-book: docs/deploy.md, Alarms.")
        assert entry["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    text = (package.ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert not [metric for metric in metrics if metric not in text]


def test_alarms_on_the_product_s_own_counters_ask_for_the_dimensions_that_are_written(packaged: Packaged) -> None:
    from chalicelib.kernel import log

    log.count("JobFailed")
    written = log.metrics().serialize_metric_set()["_aws"]["CloudWatchMetrics"][0]
    log.metrics().clear_metrics()
    own = [entry for entry in packaged.of_type("AWS::CloudWatch::Alarm").values() if entry["Namespace"] == "NovexERP"]
    assert {entry["MetricName"] for entry in own} >= {
        "JobFailed",
        "PieceFailed",
        "ReconcileFailed",
        "DeliveriesFailed",
        "DeliveriesQuarantined",
    }
    for entry in own:
        assert {found["Name"] for found in entry["Dimensions"]} == set(written["Dimensions"][0]) == {"service", "stage"}


def test_mails_are_sent_from_the_domain_of_the_configured_sender(packaged: Packaged) -> None:
    sender = packaged.functions["RunConsumers"]["Environment"]["Variables"]["NOVEX_MAIL_SENDER"]
    assert packaged.template["Parameters"]["MailIdentity"]["Default"] == sender.partition("@")[2] == "dev.example.com"


def test_each_wake_is_one_invocation_in_a_group_of_its_own(packaged: Packaged) -> None:
    sources = packaged.functions["RunConsumers"]["Events"].values()
    named = {json.dumps(source["Properties"]["Queue"]): source["Properties"] for source in sources}
    assert len(named) == 3
    for queue in ("StockWakesQueue", "DerivedWakesQueue", "NotificationsWakesQueue"):
        mapping = named[json.dumps({"Fn::Sub": f"${{{queue}.Arn}}"})]
        assert (mapping["BatchSize"], mapping["FunctionResponseTypes"]) == (1, ["ReportBatchItemFailures"])
        assert mapping["ScalingConfig"]["MaximumConcurrency"] > 3 * slots.SLOTS
        properties = packaged.template["Resources"][queue]["Properties"]
        assert (properties["FifoQueue"], properties["DeduplicationScope"]) == (True, "messageGroup")
        assert properties["RedrivePolicy"]["maxReceiveCount"] > parking.ATTEMPTS + 1


def test_functions_that_send_to_their_own_queue_may_do_so_for_ever(packaged: Packaged) -> None:
    looping = {name for name, properties in packaged.functions.items() if properties.get("RecursiveLoop") == "Allow"}
    assert looping == {"RunConsumers", "ProcessInbox", "RunJobs"}
