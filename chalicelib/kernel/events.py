"""Journal events and the consumers that react to them. Each package declares its events in its `events.py`, and its
consumers in its `module.py`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """What a commit has done.

    name: shown in the journal, the feed and the audit trail, such as `document.created`. meaning: one plain sentence.
    entity: the kind of document that the entry is about; by default the first part of the name. fields: the names of
    the fields that the entry may name; None for all fields of the document. starts_job: whether the commit may start a
    job. topics: what consumers of other packages follow it for.
    """

    name: str
    meaning: str
    entity: str = ""
    fields: tuple[str, ...] | None = None
    starts_job: bool = False
    topics: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.entity:
            object.__setattr__(self, "entity", self.name.partition(".")[0])

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Consumer:
    """A consumer of the feed.

    handler: `submodule.function` of its package; the function takes a Call and the entries to handle, and is
    idempotent. queue: what wakes it. events: the names of the events that it handles. job_starts: whether it handles
    all entries that start a job. topic: of further events that it handles. batch: how many entries it is given at
    once, at most.
    """

    name: str
    handler: str
    queue: str
    events: frozenset[str] = field(default_factory=frozenset)
    job_starts: bool = False
    topic: str | None = None
    batch: int = 1

    def wants(self, event: Event) -> bool:
        """Whether entries of the event are for this consumer."""
        starts_job, has_topic = self.job_starts and event.starts_job, self.topic in event.topics
        return event.name in self.events or starts_job or has_topic
