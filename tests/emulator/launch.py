"""Serves the emulator over TLS on one port of loopback. Its own command would also take port 443.

Run by an interpreter without packages, as `launch.py PACKAGES PORT CERTIFICATE KEY`: the functions are started with the
same interpreter, and must find nothing but their zip.
"""

import asyncio
import sys


def main(packages: str, port: str, certificate: str, key: str) -> None:
    sys.path.insert(0, packages)
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.certfile, config.keyfile = certificate, key
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0
    asyncio.run(serve(app, config))


if __name__ == "__main__":
    main(*sys.argv[1:])
