"""Use cases of the public form. What it answers is the same whoever asks: nobody looks whether a person is known."""

from dataclasses import replace

from chalicelib.edge.incoming import Incoming
from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel import entropy, idempotency, ids, quotas
from chalicelib.kernel.call import API_PATIENCE_SECONDS, Call
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.quotas import Allowance
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.forms import events, repository, tables
from chalicelib.privacy.forms.schemas import CodeWanted, FormDefinition, FormReceipt, NewFormRequest, PrivacyForm
from chalicelib.privacy.requests import events as request_events
from chalicelib.privacy.requests import identity, opening
from chalicelib.privacy.requests import repository as requests
from chalicelib.privacy.requests.content_schemas import PrivacyChannel, PrivacyRequestKind, PrivacySubject
from chalicelib.privacy.requests.law_schemas import PrivacyLaw
from chalicelib.privacy.requests.schemas import CodeResult
from chalicelib.privacy.requests.states import PRIVACY_REQUEST
from chalicelib.privacy.requests.tables import PrivacyRequest

REQUESTS = Allowance("privacy_form_requests", "day", 200, "Privacy requests by the public form.")
_TOKEN_BYTES = 20
_ENTER = "Enter the code that is mailed to the address; it is valid for ten minutes."
_WANTED = CodeWanted(next_step=_ENTER)
_NOTICE = (
    "To be sure that nobody else asks in your name, a code is mailed to your address. After you have entered it, the"
    " company answers within the time that the law gives it."
)


def new_token() -> str:
    """The last part of a new link."""
    return ids.encode_bytes(entropy.token_bytes(_TOKEN_BYTES))


@use_case(events.LINKED)
def link(work: Work, token: str) -> PrivacyForm:
    """Gives the tenant's form a new link; the one before ends at once."""
    row = work.find(tables.PrivacyForm, work.tenant.key(), tables.ID)
    hashed = repository.token_hash(token)
    if row is None:
        row = work.create(tables.PrivacyForm(partition=work.tenant.key(), id=tables.ID, token_hash=hashed))
    else:
        work.remove(Ref(tables.FormLink, tables.LINKS, row.token_hash))
        row.token_hash = hashed
        work.save(row)
    work.insert(tables.FormLink(partition=tables.LINKS, token_hash=hashed, tenant=work.tenant.id))
    return to_struct(row, PrivacyForm, path=f"/privacy/forms/{token}", token=token)


@use_case(request_events.RECEIVED)
def receive(work: Work, command: NewFormRequest, *, gpc: bool) -> FormReceipt:
    """Takes a request, and has a code mailed to its address. QuotaReached when the form was used enough today."""
    quotas.take(work, REQUESTS)
    subject = PrivacySubject(
        name=command.name, emails=[command.email], phones=[] if command.phone is None else [command.phone]
    )
    row = opening.new(work, command, PrivacyChannel.FORM, subject, gpc=gpc)
    identity.acknowledge(work, row)
    identity.want_code(work, row)
    requests.add(work, row)
    return FormReceipt(id=row.id, received_at=row.received_at, due_at=row.due_at, next_step=_ENTER)


@use_case(request_events.CODE_WANTED)
def send_code(work: Work, request_id: str) -> CodeWanted:
    """Has a new code mailed, if the request waits for one. The answer is the same if not."""
    row = _find(work, request_id, "send-code")
    if row is not None:
        identity.want_code(work, row)
        requests.save(work, row)
    return _WANTED


@use_case(request_events.CODE_WRONG)
def verify_code(work: Work, request_id: str, code: str) -> CodeResult:
    """Compares a code with the one that was mailed. It is not accepted, and no more is told, where none is waited
    for."""
    row = _find(work, request_id, "verify-code")
    if row is None:
        return identity.NOT_ACCEPTED
    result = identity.enter(work, row, code)
    requests.save(work, row)
    return result


def definition(tenant: Tenant) -> FormDefinition:
    """What the form asks."""
    company = tenants.company(Call.system(tenant, "privacy_form"))
    return FormDefinition(company=company, kinds=list(PrivacyRequestKind), laws=list(PrivacyLaw), notice=_NOTICE)


def call_of(tenant: Tenant, received: Incoming, path: str) -> Call:
    """The call of somebody without a token. A command that is repeated with the same key gets the first answer."""
    return replace(
        Call.system(tenant, "privacy_form", received.request_id),
        client_request_id=received.client_request_id,
        traceparent=received.traceparent,
        patience=API_PATIENCE_SECONDS,
        method=received.method,
        path=path,
        idempotency_key=received.idempotency_key,
        fingerprint=idempotency.fingerprint(received.body),
    )


def _find(work: Work, request_id: str, step: str) -> PrivacyRequest | None:
    """A request that came in by the form, if the step can be taken now."""
    row = requests.find(work, request_id)
    if row is None or row.channel is not PrivacyChannel.FORM or step not in PRIVACY_REQUEST.allowed(row):
        return None
    return row
