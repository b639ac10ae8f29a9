"""What a scanned code is: every module that declares things with codes is asked."""

from chalicelib.access import permissions
from chalicelib.kernel import clock, declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import NotFound
from chalicelib.search.scan import gs1
from chalicelib.search.scan.scanned import ScanMatch, Scanned
from chalicelib.search.scan.schemas import ScanAnswer, is_code


def scan(call: Call, code: str) -> ScanAnswer:
    """The things of all kinds that the code stands for, as far as the caller may see them."""
    data = gs1.read(code, clock.now().date())
    scanned = Scanned(code, None if data is None else data.gtin)
    matches: list[ScanMatch] = []
    for module, scannable in declaration.scannables().values():
        if permissions.is_allowed(call.roles, scannable.permission):
            matches += module.member(scannable.find)(call, scanned)
    return ScanAnswer(code=code, gs1=data, matches=matches)


def read(call: Call, code: str) -> ScanAnswer:
    """Like `scan`, for a code in a path. NotFound when it stands for nothing, and when it is no text of a code."""
    found = scan(call, code) if is_code(code) else None
    if found is None or not found.matches:
        raise NotFound("Nothing that you may see has this code.")
    return found
