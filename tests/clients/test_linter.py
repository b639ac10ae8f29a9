"""An independent linter finds nothing in the specification, by all of its recommended rules."""

import json
from pathlib import Path

from tests.clients.conftest import HERE, Node

REDOCLY = "@redocly/cli/bin/cli.js"


def test_redocly_finds_no_problem(node: Node, specification: Path, tmp_path: Path) -> None:
    command = ("lint", str(specification), "--config", str(HERE / "redocly.yaml"), "--format", "json")
    done = node.run(REDOCLY, *command, cwd=tmp_path)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)["problems"]
    assert [(problem["ruleId"], problem["message"], problem["location"]) for problem in found] == []
    assert done.returncode == 0


def test_redocly_does_find_what_is_wrong(node: Node, specification: Path, tmp_path: Path) -> None:
    document = json.loads(specification.read_text())
    document["paths"]["/v1/items"]["get"]["parameters"][0]["schema"]["default"] = "many"
    document["paths"]["/v1/items"]["get"]["operationId"] = "list_customers"
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(document))
    command = ("lint", str(wrong), "--config", str(HERE / "redocly.yaml"), "--format", "json")
    rules = {problem["ruleId"] for problem in json.loads(node.run(REDOCLY, *command, cwd=tmp_path).stdout)["problems"]}
    assert "operation-operationId-unique" in rules
