"""`make package`: builds the deployable template and code of one stage.

    python -m infra.package [--stage dev] [--out DIR]

writes sam.json and deployment.zip to DIR (build/<stage> by default), and merge.json, which contains this project's
additions to Chalice's template. Needs no AWS account; downloads the wheels for Lambda once.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra import bundle, lockfile, policies, wheels
from infra.stack import merge
from infra.stack.names import API_FUNCTION

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "wheels"


class PackageError(Exception):
    """The package cannot be built; the message states the reason."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command. Prints the path of the result, or one line with the reason of a failure."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__.partition("\n")[0])
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    out = (options.out or ROOT / "build" / options.stage).resolve()
    try:
        package(options.stage, out)
    except (PackageError, wheels.WheelsError) as error:
        print(error, file=sys.stderr)
        return 1
    size = (out / "deployment.zip").stat().st_size / 1e6
    template = read_template(out)
    print(f"{out}: sam.json with {len(template['Resources'])} resources, deployment.zip of {size:.1f} MB")
    return 0


def package(stage: str, out: Path) -> None:
    """Builds the package of a stage of `.chalice/config.json`."""
    settings = read_config()
    if stage not in settings["stages"]:
        raise PackageError(f"There is no stage {stage} in .chalice/config.json.")
    # The application reads its environment at import, for example for table names and the allowed origin.
    os.environ.update(environment(settings, stage))
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    application = read_application()
    configured = stage_of(settings, stage)
    _check(application, configured)
    out.mkdir(parents=True, exist_ok=True)
    architecture = settings["lambda_architecture"]
    build = out / "source"
    lock = lockfile.deployed(lockfile.locked(lockfile.RUNTIME.read_text(encoding="utf-8")))
    fetched = wheels.fetch("".join(entry.text for entry in lock), CACHE, wheels.Target(architecture))
    bundle.gather(ROOT, build, fetched)
    extra = out / "merge.json"
    extra.write_text(json.dumps(merge.template(application, configured), indent=1) + "\n", encoding="utf-8")
    _run_chalice(stage, build, extra, out)
    bundle.finish(out / "deployment.zip")


def read_template(out: Path) -> dict[str, Any]:
    """The template of a package."""
    template: dict[str, Any] = json.loads((out / "sam.json").read_text(encoding="utf-8"))
    return template


def read_config() -> dict[str, Any]:
    """`.chalice/config.json`."""
    settings: dict[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    return settings


def environment(settings: dict[str, Any], stage: str) -> dict[str, str]:
    """The functions' environment variables that are known before the stack exists."""
    return {**settings.get("environment_variables", {}), **settings["stages"][stage].get("environment_variables", {})}


def stage_of(settings: dict[str, Any], stage: str) -> merge.Stage:
    """The parts of the configuration that the merge template needs."""
    chosen = settings["stages"][stage]
    return merge.Stage(
        name=stage,
        origin=environment(settings, stage)["NOVEX_WEB_ORIGIN"],
        timeouts={name: function["lambda_timeout"] for name, function in chosen["lambda_functions"].items()},
        has_domain="api_gateway_custom_domain" in {**settings, **chosen},
    )


def read_application() -> merge.Application:
    """The functions, authorizers and tables of the application."""
    from app import app  # noqa: PLC0415 - the environment is set first
    from chalicelib import modules  # noqa: PLC0415 - the environment is set first

    authorizers = [authorizer.name for authorizer in app.builtin_auth_handlers]
    events = [source.name for source in app.event_sources]
    others = [function.name for function in app.pure_lambda_functions]
    return merge.Application([API_FUNCTION, *authorizers, *events, *others], authorizers, modules.tables())


def _check(application: merge.Application, stage: merge.Stage) -> None:
    """PackageError when a function would use Chalice's defaults of 128 MB, 60 s and a shared policy."""
    unknown = [name for name in application.functions if name not in stage.timeouts or name not in policies.POLICIES]
    if unknown:
        raise PackageError(f"Not in .chalice/config.json or infra/policies.py: {', '.join(unknown)}.")
    stale = policies.stale()
    if stale:
        raise PackageError(f"Run python -m infra.policies: the policies of {', '.join(stale)} are not current.")


def _run_chalice(stage: str, build: Path, extra: Path, out: Path) -> None:
    """Runs `chalice package` in the gathered project, without environment variables of this machine that it could
    use."""
    arguments = ["--project-dir", str(build), "package", "--stage", stage, "--merge-template", str(extra), str(out)]
    code = f"import sys; from chalice.cli import main; sys.argv = ['chalice', *{arguments!r}]; sys.exit(main())"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NOVEX_", "AWS_", "PYTHON"))}
    kept |= {"AWS_DEFAULT_REGION": os.environ["AWS_DEFAULT_REGION"], "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=build, env=kept, capture_output=True, text=True, check=False)  # noqa: S603 - no external input
    if done.returncode != 0:
        raise PackageError(f"chalice package failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
