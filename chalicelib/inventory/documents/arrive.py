"""The use case of transfers whose goods arrive."""

from decimal import Decimal

import msgspec

from chalicelib.catalog.items import service as items
from chalicelib.identity.tenants import service as tenants
from chalicelib.inventory.documents import dates, events, partial, posting, repository, rules, staged, steps
from chalicelib.inventory.documents.document_schemas import StockDocument
from chalicelib.inventory.documents.line_moves import Mover
from chalicelib.inventory.documents.repository import Document
from chalicelib.inventory.documents.schemas import ArrivingLine, ArrivingStock
from chalicelib.inventory.documents.states import STOCK_DOCUMENT
from chalicelib.inventory.documents.tables import PART_LINES, Arriving, ArrivingParts, DocumentLine
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work


@use_case(events.ARRIVED)
def arrive(work: Work, document_id: str, command: ArrivingStock) -> StockDocument:
    """Puts what arrives of a transfer where it belongs, in this transaction or by a job; the transfer is posted when
    nothing is on its way any more."""
    document = repository.load(work, document_id, in_part=True)
    row = document.row
    STOCK_DOCUMENT.require(row, "arrive")
    lines = _sent_to(work, document, document.lines.get(line.line for line in command.lines))
    problems = rules.arrival_errors(command.lines, lines)
    if problems:
        raise Invalid(errors=problems)
    source = _read(work, command, lines)
    today = tenants.today(work)
    day = command.effective_on or today
    mover = Mover(row, source.places, today)
    requested = {line.line: _arriving(line) for line in command.lines}
    moving = [
        (lines[line.line], mover.of_arrival(lines[line.line], requested[line.line], day, f"/lines/{index}"))
        for index, line in enumerate(command.lines)
    ]
    problems = rules.elsewhere_errors(command.lines, lines, source.places)
    problems += rules.quantity_errors(_quantities(command, lines), source.items)
    problems += rules.move_errors([move for _, each in moving for move in each], source.items, "location_id")
    problems += dates.errors(command.effective_on, today, row.effective_on)
    if problems:
        raise Invalid(errors=problems)
    posting.require_open(work, day)
    parts = sorted({(number - 1) // PART_LINES for number in requested}) if row.line_count else []
    if posting.fits(work, row, moving, source, others=2 + len(parts)):
        for line in posting.moved(work, row, moving, source):
            steps.take_in(document, line, requested[line.line])
        staged.end_arrival(document)
        repository.save(work, document)
        work.annotate(subjects=sorted(source.items))
    else:
        for number, line in lines.items():
            document.lines.put(msgspec.structs.replace(line, arriving=requested[number]))
        row.arriving = ArrivingParts(len(requested), parts, day, work.call.actor)
        staged.OPERATION.run(work, document, "arrive")
    is_whole = partial.is_whole(work.call, row)
    return repository.view(work.call, row, document.lines.of_part(0) if is_whole else document.lines.all())


def _sent_to(work: Work, document: Document, lines: dict[int, DocumentLine]) -> dict[int, DocumentLine]:
    """The lines, without those that the caller does not see."""
    seen = {line.line for line in partial.lines(work.call, document.row, list(lines.values()))}
    return {number: line for number, line in lines.items() if number in seen}


def _read(work: Work, command: ArrivingStock, lines: dict[int, DocumentLine]) -> posting.Sources:
    targets = {lines[line.line].to_location_id or "": "" for line in command.lines}
    targets |= {line.location_id: f"/lines/{i}/location_id" for i, line in enumerate(command.lines) if line.location_id}
    ends = [(lines[line.line], line.location_id) for line in command.lines]
    posting.fetch(work, [(line.item_id, at) for line, other in ends for at in (line.to_location_id, other) if at])
    found = items.known(work, [(line.item_id, "") for line, _ in ends])
    return posting.Sources(found, warehouses.places(work, targets.items()))


def _arriving(line: ArrivingLine) -> Arriving:
    return Arriving(Decimal(line.quantity), line.lost or Decimal(0), line.location_id)


def _quantities(command: ArrivingStock, lines: dict[int, DocumentLine]) -> list[tuple[str, str, Decimal]]:
    return [
        (f"/lines/{i}/{name}", lines[line.line].item_id, quantity)
        for i, line in enumerate(command.lines)
        for name, quantity in (("quantity", line.quantity), ("lost", line.lost or Decimal(0)))
    ]
