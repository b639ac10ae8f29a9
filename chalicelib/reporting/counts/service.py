"""Reading of counts."""

from chalicelib.access import permissions
from chalicelib.kernel import declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.counts import MOST
from chalicelib.reporting.counts.schemas import CountName, CountOf, Counts, CountsQuery


def read(call: Call, query: CountsQuery) -> Counts:
    """The counts that the query names, without those whose documents the caller may not read."""
    found = {}
    for name, (module, count) in declaration.counts().items():
        if CountName(name) in (query.names or CountName) and permissions.is_allowed(call.roles, count.permission):
            number = module.member(count.read)(call)
            found[CountName(name)] = CountOf(count=min(number, MOST), is_more=number > MOST)
    return Counts(counts=found)
