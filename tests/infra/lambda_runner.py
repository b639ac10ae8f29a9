"""Runs one deployed handler as Lambda does. Executed in a fresh interpreter: `-I -S`, so it sees only what it is given.

Arguments: handler string, folder of compiled extensions for this machine, folder of the unpacked package.
Standard input: the event as JSON. The last line of output is the answer, with what was imported from where.
"""

import importlib
import json
import sys
from typing import Any


class Context:
    """What a handler may ask of its invocation."""

    aws_request_id = "00000000-0000-0000-0000-000000000001"
    function_name = "novex-dev-test"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:novex-dev-test"
    memory_limit_in_mb = 512
    log_group_name = "/novex/dev/test"
    log_stream_name = "test"

    def get_remaining_time_in_millis(self) -> int:
        """Enough for any machine."""
        return 600_000


def main(handler: str, extensions: str, package: str) -> None:
    """Imports the handler's module and calls it once."""
    sys.path[:0] = [extensions, package]
    sys.dont_write_bytecode = True
    module, _, name = handler.rpartition(".")
    function: Any = getattr(importlib.import_module(module), name)
    answer = function(json.load(sys.stdin), Context())
    places = {name: getattr(found, "__file__", None) or "" for name, found in sys.modules.items()}
    outside = [name for name, place in places.items() if "site-packages" in place and extensions not in place]
    print(json.dumps({"answer": answer, "modules": sorted(sys.modules), "outside": outside}))


if __name__ == "__main__":
    main(*sys.argv[1:])
