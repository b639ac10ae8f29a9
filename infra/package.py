"""`make package`: builds the deployable template and code of one stage.

    python -m infra.package [--stage dev] [--out DIR] [--config FILE] [--here]

writes sam.json and deployment.zip to DIR (build/<stage> by default), and merge.json, which contains this project's
additions to Chalice's template. Needs no AWS account; downloads the wheels for Lambda once.

`--config` names a file in place of .chalice/config.json. `--here` packages for this machine's processor and Python, to
run the functions on it.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra import bundle, index, lockfile, policies, wheels
from infra.stack import merge
from infra.stack.names import API_FUNCTION, stage_name

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "wheels"
CONFIG = ROOT / ".chalice" / "config.json"


class PackageError(Exception):
    """The package cannot be built; the message states the reason."""


ERRORS = (PackageError, wheels.WheelsError, bundle.CompileError)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command. Prints the path of the result, or one line with the reason of a failure."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__.partition("\n")[0])
    add_options(parser)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    out = (options.out or ROOT / "build" / options.stage).resolve()
    try:
        package(options.stage, out, options.config, target(options))
    except ERRORS as error:
        print(error, file=sys.stderr)
        return 1
    size = (out / "deployment.zip").stat().st_size / 1e6
    template = read_template(out)
    print(f"{out}: sam.json with {len(template['Resources'])} resources, deployment.zip of {size:.1f} MB")
    return 0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say what is packaged."""
    parser.add_argument("--stage", default="dev", type=stage_name)
    parser.add_argument("--config", type=Path, default=CONFIG, help="settings in place of .chalice/config.json")
    parser.add_argument("--here", action="store_true", help="package for this machine's processor and Python")


def target(options: argparse.Namespace) -> wheels.Target:
    """The platform that the options ask for."""
    return wheels.here() if options.here else wheels.Target()


def package(stage: str, out: Path, config: Path, platform: wheels.Target) -> None:
    """Builds the package of a stage of a configuration. PackageError, WheelsError or CompileError when it cannot."""
    settings = read_config(config)
    if stage not in settings["stages"]:
        raise PackageError(f"There is no stage {stage} in {config}.")
    # The application reads its environment at import, for example for table names and the allowed origin.
    os.environ.update(environment(settings, stage))
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    application = read_application()
    configured = stage_of(settings, stage, platform)
    _check(application, configured)
    out.mkdir(parents=True, exist_ok=True)
    build = out / "source"
    lock = lockfile.deployed(lockfile.locked(lockfile.RUNTIME.read_text(encoding="utf-8")))
    fetched = wheels.fetch("".join(entry.text for entry in lock), CACHE, platform)
    bundle.gather(ROOT, build, fetched)
    index.write(build / "chalicelib" / "index")
    (build / ".chalice" / CONFIG.name).write_text(json.dumps(settings), encoding="utf-8")
    extra = out / "merge.json"
    extra.write_text(json.dumps(merge.template(application, configured), indent=1) + "\n", encoding="utf-8")
    _run_chalice(stage, build, extra, out)
    if bundle.interpreter(platform.python) is None:
        print(f"Without {platform.runtime} on this machine, modules are not compiled ahead: slower cold starts.")
    bundle.finish(out / "deployment.zip", platform.python)


def read_template(out: Path) -> dict[str, Any]:
    """The template of a package."""
    template: dict[str, Any] = json.loads((out / "sam.json").read_text(encoding="utf-8"))
    return template


def read_config(config: Path = CONFIG) -> dict[str, Any]:
    """`.chalice/config.json`, or the file in its place. PackageError when there is none."""
    try:
        settings: dict[str, Any] = json.loads(config.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PackageError(f"{config} cannot be read: {error}") from error
    return settings


def environment(settings: dict[str, Any], stage: str) -> dict[str, str]:
    """The functions' environment variables that are known before the stack exists."""
    return {**settings.get("environment_variables", {}), **settings["stages"][stage].get("environment_variables", {})}


def stage_of(settings: dict[str, Any], stage: str, platform: wheels.Target) -> merge.Stage:
    """The parts of the configuration that the merge template needs."""
    chosen = settings["stages"][stage]
    return merge.Stage(
        name=stage,
        origin=environment(settings, stage)["NOVEX_WEB_ORIGIN"],
        timeouts={name: function["lambda_timeout"] for name, function in chosen["lambda_functions"].items()},
        gateway_stage=chosen["api_gateway_stage"],
        runtime=platform.runtime,
        architecture=platform.architecture,
        domain={**settings, **chosen}.get("api_gateway_custom_domain"),
        mail_domain=environment(settings, stage).get("NOVEX_MAIL_SENDER", "").rpartition("@")[2],
    )


def read_application() -> merge.Application:
    """The functions, authorizers, gateway paths and tables of the application."""
    from app import app  # noqa: PLC0415 - the environment is set first
    from chalicelib import modules  # noqa: PLC0415 - the environment is set first

    authorizers = [authorizer.name for authorizer in app.builtin_auth_handlers]
    events = [source.name for source in app.event_sources]
    others = [function.name for function in app.pure_lambda_functions]
    names = [API_FUNCTION, *authorizers, *events, *others]
    return merge.Application(names, authorizers, app.routes, modules.tables(), modules.consumer_queues())


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
