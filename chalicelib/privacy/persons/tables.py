"""Searches for the data of persons, and what they found."""

from chalicelib.kernel.dynamo.attributes import Choice, Flag, Moment, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, Row, meta
from chalicelib.kernel.privacy import BUSINESS, CONTACT, USAGE, Persons, Retention
from chalicelib.kernel.views import Filter, View, required
from chalicelib.privacy.persons.matching import CERTAIN
from chalicelib.privacy.persons.packages import KEPT_DAYS
from chalicelib.privacy.persons.schemas import (
    FindingPortion,
    FindingsOfSearch,
    PersonDataCount,
    PersonSearchQuery,
    PersonSearchState,
)
from chalicelib.privacy.persons.sought import Sought


class PersonSearch(Document):
    """Access: by id, all of a tenant, newest first. learned: what the person's own documents tell of him. found: ids of
    documents that are the person's or belong to them. round: how often it was gone through. left: of how many rows the
    last erasure has left something. led_by: the job that goes through the data for it. packed_by: the job that has
    made the package. request_id: the privacy request for which it was started."""

    Meta = meta("person_searches")
    entity = "person_search"
    persons = Persons(("staff", "customers", "vendors"), listed="as the search that an officer has made")
    retention = Retention(
        "access_packages",
        KEPT_DAYS,
        "packed_at",
        "A person fetches the package soon; it can be made again",
        releases="package_key",
    )
    state: Choice[PersonSearchState] = Choice(BUSINESS, PersonSearchState)
    sought: Struct[Sought] = Struct(CONTACT, Sought)
    learned: Struct[Sought] = Struct(CONTACT, Sought, null=True)
    found: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    counts: Struct[list[PersonDataCount]] = Struct(BUSINESS, list[PersonDataCount], null=True)
    round = Whole(BUSINESS)
    left = Whole(BUSINESS, null=True)
    package_key = Text(BUSINESS, null=True)
    packed_at = Moment(USAGE, null=True)
    packed_by = Text(BUSINESS, null=True)
    job_id = Text(BUSINESS, null=True)
    led_by = Text(BUSINESS, null=True)
    request_id = Text(BUSINESS, null=True)


class PersonFinding(Row):
    """Access: by search, table by table. entry: the table and a digest of the key of the row that was found, which
    row_hash and row_range have. part_of: the table and the key of the document that the row is a part of. round,
    erased_round: the last ones in which it was found and erased."""

    Meta = meta("person_findings")
    partition = Text(BUSINESS, hash_key=True)
    entry = Text(BUSINESS, range_key=True)
    table = Text(BUSINESS)
    row_hash = Text(BUSINESS)
    row_range = Text(BUSINESS, null=True)
    document_id = Text(BUSINESS, null=True)
    portions: Struct[list[FindingPortion]] = Struct(BUSINESS, list[FindingPortion])
    bytes = Whole(BUSINESS)
    is_included = Flag(BUSINESS, null=True)
    part_of: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    erased_round = Whole(BUSINESS, null=True)
    round = Whole(BUSINESS)

    @property
    def is_certain(self) -> bool:
        """Whether it needs nobody's decision."""
        return not self.portions or any(each.sign in CERTAIN for each in self.portions)

    @property
    def is_counted(self) -> bool:
        """Whether it is the person's."""
        return self.is_certain if self.is_included is None else self.is_included

    @property
    def counted(self) -> list[FindingPortion]:
        """The portions that are the person's: those that only have his name when somebody has decided so."""
        return [each for each in self.portions if self.is_included or each.sign in CERTAIN]

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has to decide."""
        return self.is_included is None and not self.is_certain


VIEWS: tuple[View[PersonSearchQuery], ...] = (
    View(lambda request: PersonSearch.partition == request.tenant.key(), newest_first=True, filters=("state",)),
)


FINDING_VIEWS: tuple[View[FindingsOfSearch], ...] = (
    View(
        lambda request: PersonFinding.partition == request.tenant.key(required(request.query.search_id)),
        needs=frozenset({"search_id"}),
        filters=(Filter("waiting", lambda row, waiting: row.is_waiting is waiting),),
    ),
)
