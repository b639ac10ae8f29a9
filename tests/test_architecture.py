"""The rules of the house, read from the source: what no package may do, and where the exceptions are."""

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pynamodb
from chalice.app import Blueprint

import chalicelib
from chalicelib import modules
from chalicelib.events import consumers
from chalicelib.kernel import declaration
from chalicelib.kernel.declaration import registered
from chalicelib.kernel.events import Event
from tests.world import World

ROOT = Path(chalicelib.__file__).parent.parent
PRODUCT = {path.relative_to(ROOT).as_posix(): path.read_text() for path in sorted(ROOT.glob("chalicelib/**/*.py"))}
PRODUCT["app.py"] = (ROOT / "app.py").read_text()
INFRA = {path.relative_to(ROOT).as_posix(): path.read_text() for path in sorted(ROOT.glob("infra/**/*.py"))}
TREES = {name: ast.parse(text) for name, text in (PRODUCT | INFRA).items()}

TENANT = "chalicelib/kernel/tenant.py"
CLOCK = "chalicelib/kernel/clock.py"
ENTROPY = "chalicelib/kernel/entropy.py"
JWKS = "chalicelib/access/jwks.py"
CLIENT = "chalicelib/kernel/dynamo/client.py"

LAST_RESORTS = {
    "chalicelib/edge/endpoint.py": 1,
    "chalicelib/events/consumers.py": 1,
    "chalicelib/events/parking.py": 1,
    "chalicelib/functions/runtime.py": 1,
    "chalicelib/integrations/inbox/worker.py": 1,
    "chalicelib/jobs/worker.py": 1,
    "chalicelib/privacy/retention/sweep.py": 1,
}
"""Where one thing that fails in any way must not stop the others, or reach a caller."""

COMMON = frozenset({"service", "schemas", "errors", "events"})
"""What every package may ask of the packages below it; the rest of what it may use is declared as `MODULE.public`."""
FORMER_NAMES = (
    r"\b(sight|standing|holdings|judging|adoption|drafting|editing|applying|outages\.told|lies_with|rehearse\w*|estate)\b",
    r"\b(Arrival|Company|finding|proof|people|following|caps|limits|arrival)\.(?=[a-z_]+\()",
    r"\bimport (finding|proof|people|following|caps|limits|document|arrival)\b",
    r"\b(user_limits|access[./]limits|kernel[./]tokens|local[./]data)\b",
    r"\baudit[./](feed|sequencer|heads|parking|readers)\b",
    r"\bwork\.(want|tell|target)\(",
    r"\b(wanted: [A-Z](?!ecimal|nnotated)|elsewhere=|\.elsewhere\b|below=|refusal=|lists\.walk)",
    r"\bScope\.(CUT|WHOLE|FREE)",
    r"\b(functions[./]manifest|functions import manifest)\b",
)
"""Names that were replaced: a word that comes back is a second word for one thing."""


def product() -> Iterator[tuple[str, ast.Module]]:
    """The trees of what is deployed."""
    assert len(PRODUCT) > 100
    yield from ((name, tree) for name, tree in TREES.items() if name in PRODUCT)


def found(name: str, node: Any) -> str:
    return f"{name}:{node.lineno}"


def imported(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Every module that is imported, wherever the statement stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node


def importing(*modules: str) -> set[str]:
    """Files of the product that import one of these modules."""
    return {
        name
        for name, tree in product()
        for module, _ in imported(tree)
        if any(module == each or module.startswith(each + ".") for each in modules)
    }


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with its callee in words: `datetime.now`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def holds_separator(node: ast.AST) -> bool:
    """Whether a text put together here contains the separator of keys."""
    if isinstance(node, ast.JoinedStr):
        return any(holds_separator(part) for part in node.values)
    if isinstance(node, ast.Name):
        return node.id == "SEPARATOR"
    # `"#` and `#/` are references in HTML and JSON.
    return isinstance(node, ast.Constant) and re.search('(?<!")#(?!/)', str(node.value)) is not None


def test_no_key_is_put_together_or_taken_apart_by_hand() -> None:
    by_hand = []
    for name, tree in product():
        if name == TENANT:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and holds_separator(node):
                by_hand.append(found(name, node))
            if isinstance(node, ast.BinOp) and (holds_separator(node.left) or holds_separator(node.right)):
                by_hand.append(found(name, node))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                texts = [node.func.value, *node.args]
                methods = {"join", "split", "rsplit", "partition", "rpartition", "format", "startswith", "endswith"}
                if node.func.attr in methods and any(holds_separator(text) for text in texts):
                    by_hand.append(found(name, node))
    assert by_hand == []


def test_no_row_is_given_a_partition_that_was_not_made_from_the_tenant() -> None:

    hashes = {model.key_names()[0] for model in modules.tables()}
    by_hand = [
        found(name, keyword.value)
        for name, tree in product()
        for _, call in calls(tree)
        for keyword in call.keywords
        if keyword.arg in hashes and isinstance(keyword.value, ast.JoinedStr | ast.BinOp | ast.Constant)
    ]
    assert by_hand == []


def modules_imported(tree: ast.Module) -> Iterator[str]:
    """Modules of the product that are imported, without `chalicelib.`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("chalicelib."):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                is_module = inner.replace(".", "/") + ".py" in PRODUCT
                yield (inner if is_module else str(node.module)).removeprefix("chalicelib.")


def public_modules() -> dict[str, str]:
    """Modules that packages show to those above, each with the reason."""
    return {f"{module.name}.{name}": reason for module in registered() for name, reason in module.public.items()}


def test_packages_know_of_one_another_only_what_is_public() -> None:
    public = public_modules()
    used, by_the_back_door = set(), []
    for name, tree in product():
        if name.startswith("chalicelib/functions/"):
            continue  # these put the product together
        mine = name.removeprefix("chalicelib/").removesuffix(".py").replace("/", ".")
        for module in modules_imported(tree):
            package, last = module.partition(".")[0], module.rpartition(".")[2]
            if package in ("kernel", "modules", mine.partition(".")[0]) or last in COMMON:
                continue
            used.add(module)
            if module not in public and name != "app.py":
                by_the_back_door.append(f"{mine} imports {module}")
    assert by_the_back_door == []
    assert public.keys() - used == set()
    assert all(len(reason.split()) > 3 for reason in public.values())


def test_services_decide_and_repositories_read_and_write() -> None:
    """Services name rows; only what a repository, the kernel or a worker reads and writes goes to the store."""
    at_the_store = set()
    for name, tree in product():
        for node in ast.walk(tree):
            if name.endswith("/service.py") and isinstance(node, ast.ImportFrom):
                names = {alias.name for alias in node.names}
                if node.module == "chalicelib.kernel.dynamo" and "store" in names:
                    at_the_store.add(name)
                if node.module == "chalicelib.kernel.dynamo.store" and not names <= {"Ref", "ref_of"}:
                    at_the_store.add(name)
    assert at_the_store == set()


def test_schemas_import_no_tables_and_no_store() -> None:
    schemas = {name: tree for name, tree in product() if name.endswith("/schemas.py")}
    reaching = [
        f"{name} imports {module}"
        for name, tree in schemas.items()
        for module in modules_imported(tree)
        if module.endswith(".tables") or module in ("kernel.work", "kernel.dynamo.store", "kernel.use_case")
    ]
    assert reaching == []


def test_nobody_speaks_to_the_outside_but_the_one_way_out() -> None:
    outside = importing("requests", "httpx", "aiohttp", "urllib3", "http.client", "socket", "smtplib", "ftplib")
    assert {name for name in outside if not name.startswith("chalicelib/egress/")} <= {JWKS}
    assert importing("urllib.request", "urllib.error") == {JWKS}
    assert importing("urllib") == {JWKS, "chalicelib/kernel/urls.py"}


def test_one_module_makes_the_clients_of_aws() -> None:
    assert importing("boto3", "botocore.config") == {CLIENT}
    assert importing("botocore.session") == {CLIENT, "app.py"}
    makers = {
        name
        for name, tree in product()
        for callee, _ in calls(tree)
        if callee.endswith(("create_client", "get_session", "boto3.Session", "_session().client"))
    }
    assert makers == {CLIENT}


def test_all_clients_of_aws_come_from_one_session(world: World) -> None:
    from chalicelib.kernel.dynamo import client

    signed = [client.dynamodb(), client.impatient(), *(client.aws(name) for name in get_args(client.Service))]
    assert len({id(each._request_signer._credentials) for each in signed}) == 1
    assert len({id(each) for each in signed}) == len(signed)
    assert client.aws("sqs") is client.aws("sqs")
    assert {type(each).__module__ for each in signed} == {"botocore.client"}


def test_importing_the_application_does_not_import_what_only_some_requests_need() -> None:
    code = "import sys, app; print(*(name for name in ('boto3', 'jwt') if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def pynamodb_names() -> set[str]:
    """Every name with one underscore in front that a class of PynamoDB has."""
    names: set[str] = set()
    for info in pkgutil.walk_packages(pynamodb.__path__, "pynamodb."):
        module = importlib.import_module(info.name)
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__.startswith("pynamodb."):
                # Attributes that exist on instances alone are in the source of the class.
                source = ast.parse(textwrap.dedent(inspect.getsource(kind)))
                names |= {node.attr for node in ast.walk(source) if isinstance(node, ast.Attribute)}
                names |= {node.name for node in ast.walk(source) if isinstance(node, ast.FunctionDef)}
                names |= vars(kind).keys()
    return {name for name in names if re.match("_[a-z]", name)}


def test_private_names_of_pynamodb_are_used_in_one_module_only() -> None:
    private = pynamodb_names()
    assert {"_hash_keyname", "_range_keyname", "_get_schema", "_indexes", "_get_connection", "_client"} <= private
    users = set()
    for name, tree in product():
        # What a module names so itself is its own, unless it is a model's.
        own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        own |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self"
        }
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        overridden = {
            method.name
            for kind in ast.walk(tree)
            if isinstance(kind, ast.ClassDef) and {"Row", "Document", "Model"} & {ast.unparse(b) for b in kind.bases}
            for method in kind.body
            if isinstance(method, ast.FunctionDef)
        }
        if (attributes - own | overridden) & private:
            users.add(name)
    assert users == {"chalicelib/kernel/dynamo/pynamodb_internals.py"}


def test_time_comes_from_the_clock_and_randomness_from_one_source() -> None:
    assert importing("time") == {CLOCK}
    assert importing("secrets") == {ENTROPY}
    assert importing("random", "uuid") == set()
    consumers = {
        "now",
        "utcnow",
        "today",
        "time",
        "time_ns",
        "monotonic",
        "perf_counter",
        "sleep",
        "urandom",
        "getrandbits",
    }
    elsewhere = [
        found(name, call)
        for name, tree in product()
        for callee, call in calls(tree)
        if callee.split(".")[0] in ("datetime", "date", "time", "os") and callee.split(".")[-1] in consumers
    ]
    assert [place for place in elsewhere if not place.startswith(CLOCK)] == []


def test_the_environment_is_read_in_few_places() -> None:
    consumers = {
        name
        for name, tree in product()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "environ"
    }
    allowed = {"access/authorizer.py", "functions/runtime.py", "kernel/config.py", "kernel/dynamo/client.py"}
    assert consumers <= {f"chalicelib/{name}" for name in allowed}


def test_nothing_starts_a_thread_or_prints() -> None:
    forbidden = {"threading.Thread", "Thread", "ThreadPoolExecutor", "Process", "Timer", "print"}
    places = [found(name, call) for name, tree in product() for callee, call in calls(tree) if callee in forbidden]
    assert places == []
    assert importing("concurrent", "multiprocessing", "asyncio", "subprocess") == set()


def test_business_packages_know_no_float() -> None:
    business = [
        (name, tree) for name, tree in product() if not name.startswith(("chalicelib/kernel/", "chalicelib/access/"))
    ]
    assert [found(n, call) for n, tree in business for callee, call in calls(tree) if callee == "float"] == []


def test_no_file_is_longer_than_300_lines() -> None:
    sizes = {name: text.count("\n") for name, text in (PRODUCT | INFRA).items()}
    assert {name: size for name, size in sizes.items() if size > 300} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = [
        f"{found(name, node)} {node.name} {node.end_lineno - node.lineno + 1}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= 40
    ]
    assert long == []


def test_nothing_is_caught_broadly_but_at_the_last_resorts() -> None:
    broad: Counter[str] = Counter()
    for name, tree in product():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, found(name, node)
                caught = ast.unparse(node.type)
                assert "BaseException" not in caught, found(name, node)
                broad[name] += caught == "Exception" or "Exception," in caught
    assert {name: count for name, count in broad.items() if count} == LAST_RESORTS


def test_every_use_case_and_every_public_function_of_a_service_says_what_it_does() -> None:
    silent = [
        f"{found(name, node)} {node.name}"
        for name, tree in product()
        if name.endswith(("/service.py", "/routes.py"))
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_every_module_says_what_it_is() -> None:
    silent = [name for name, tree in TREES.items() if ast.get_docstring(tree) is None and tree.body]
    assert silent == []


def imported_modules() -> Iterator[Any]:
    """Every module of the product, imported."""
    for info in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        yield importlib.import_module(info.name)


def test_every_package_is_registered_and_every_submodule_that_it_names_is_there() -> None:
    declared = {name.removesuffix("/module.py") for name, _ in product() if name.endswith("/module.py")}
    assert {f"chalicelib/{module.name.replace('.', '/')}" for module in registered()} == declared
    for module in registered():
        list(module.load(module.routes, module.events, module.samples, *module.public))


def test_every_blueprint_is_registered_once(world: World) -> None:
    routes = [loaded.routes for module in registered() for loaded in module.load(module.routes)]
    found = Counter(map(id, [*routes, *modules.functions()]))
    assert set(found.values()) == {1}
    made = {
        id(value): module.__name__
        for module in imported_modules()
        for value in vars(module).values()
        if isinstance(value, Blueprint)
    }
    assert {where for identity, where in made.items() if identity not in found} == set()


def test_every_route_of_every_blueprint_is_served(world: World) -> None:
    import app

    written = {
        node.name
        for name, tree in product()
        if name.endswith("/routes.py")
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(mark).startswith("routes.") for mark in node.decorator_list)
    }
    assert written == {endpoint.name for endpoint in app.app.endpoints()}


def test_every_table_is_declared_with_a_class_for_each_attribute(world: World) -> None:
    from chalicelib.kernel.dynamo.attributes import Declared
    from chalicelib.kernel.dynamo.model import Row

    def below(kind: type[Row]) -> Iterator[type[Row]]:
        for each in kind.__subclasses__():
            if each.__module__.startswith("chalicelib."):
                yield each
                yield from below(each)

    tables = {each for _ in [list(imported_modules())] for each in below(Row) if hasattr(each, "Meta")}
    assert tables == set(modules.tables())
    assert len({model.table_name() for model in modules.tables()}) == len(modules.tables())
    for model in modules.tables():
        assert model.__doc__ and "Access" in model.__doc__, f"{model.__name__} does not say how it is read"
        for attribute in model.get_attributes().values():
            assert isinstance(attribute, Declared)


def test_all_tables_share_one_client(world: World) -> None:
    from chalicelib.kernel.dynamo import client, pynamodb_internals

    assert {id(pynamodb_internals.table_connection(model).connection.client) for model in modules.tables()} == {
        id(client.dynamodb())
    }
    assert {id(pynamodb_internals.table_connection(model).connection) for model in modules.tables()} == {
        id(client.connection())
    }


def test_every_module_that_reacts_is_declared(world: World) -> None:
    """A consumer or job handler that nobody imports would never run."""
    listed = {
        loaded.__name__.replace(".", "/") + ".py" for module in registered() for loaded in module.load(*module.jobs)
    }
    reacting = set()
    for name, tree in product():
        if any(callee in ("handler", "registry.handler", "StagedOperation") for callee, _ in calls(tree)):
            reacting.add(name)
    calling = {"chalicelib/events/consumers.py", "chalicelib/jobs/staged.py", "chalicelib/jobs/worker.py"}
    assert reacting - calling == listed


def declared_events() -> dict[str, Event]:
    """Every event that a module declares, by name."""
    found = declaration.events()
    assert len(found) > 50
    return found


def test_events_are_declared_once_with_their_meaning_and_consumers_subscribe_to_what_is_declared() -> None:
    declared = declared_events()
    assert all(re.fullmatch(r"[A-Z].+\.", event.meaning) for event in declared.values())
    for name, (_, each) in declaration.consumers().items():
        assert each.events <= declared.keys(), name
        assert any(map(each.wants, declared.values())), name
        assert callable(consumers.handler(name))
    made = {found(name, call) for name, tree in product() for callee, call in calls(tree) if callee == "Event"}
    assert {place for place in made if "/events.py:" not in place} == set()


def test_the_kernel_knows_no_word_of_the_business() -> None:
    words = r"\b(sales|purchases?|warehouses?|customers?|vendors?|stock|shipments?|invoices?|skus?|backorders?)\b"
    found_words = {
        f"{name}: {match[0]}"
        for name, text in PRODUCT.items()
        if name.startswith("chalicelib/kernel/")
        for match in re.finditer(words, text, re.IGNORECASE)
    }
    assert found_words == set()


def test_state_machines_alone_refuse_transitions() -> None:
    refusing = {
        name
        for name, tree in product()
        for callee, _ in calls(tree)
        if callee.rpartition(".")[2] == "TransitionRefused"
    }
    assert refusing == {"chalicelib/kernel/state_machine.py"}


def test_nothing_is_cast() -> None:
    """A type that is not known is looked at, not asserted away."""
    assert [found(name, call) for name, tree in product() for callee, call in calls(tree) if callee == "cast"] == []


def test_every_ignored_type_has_its_reason_beside_it() -> None:
    """Only in the product: mypy does not read the tests, so nothing is ignored there."""
    lines = [(name, line) for name, text in PRODUCT.items() for line in text.splitlines() if "type: ignore" in line]
    assert [place for place in lines if not re.search(r"# type: ignore\[[a-z, -]+\]  # \w", place[1])] == []


def test_former_names_do_not_come_back() -> None:
    documents = [*ROOT.glob("docs/*.md"), ROOT / "README.md"]
    back = []
    for path in [*documents, *(ROOT / name for name in TREES), *ROOT.glob("tests/**/*.py")]:
        if path != Path(__file__):
            text = path.read_text()
            back += [f"{path.name}: {match[0]}" for word in FORMER_NAMES for match in re.finditer(word, text)]
    assert back == []
