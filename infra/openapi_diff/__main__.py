"""Compares the OpenAPI document of each version of the API with the released one, or releases it.

python -m infra.openapi_diff check|release
"""

import os
import sys

from infra.local.failure import LocalFailureError
from infra.openapi_diff import released


def main(arguments: list[str]) -> int:
    """Runs the command. A release with a breaking change that no version declares writes nothing."""
    if arguments not in (["check"], ["release"]):
        print(__doc__, file=sys.stderr)
        return 2
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    try:
        found = released.breaking_changes()
    except LocalFailureError as failure:
        print(failure, file=sys.stderr)
        return 1
    for line in found:
        print(line, file=sys.stderr)
    if found:
        print("Declare them in chalicelib/edge/versions/history.py, or take them back.", file=sys.stderr)
        return 1
    if arguments == ["release"]:
        released.write()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
