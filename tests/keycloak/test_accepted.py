"""What the real Keycloak gives to those who may come in opens the door, and says the right thing about them."""

from chalicelib.access.roles import Role
from infra.keycloak.organizations import add_member
from tests.keycloak.realm import PASSWORD, Realm, claims_of, context_of


def test_a_person_comes_in_by_code_with_pkce(realm: Realm) -> None:
    sub, address = realm.person(acme="sales")
    frontend = realm.login(address)
    context = context_of(frontend.access_token)
    assert (context["tenant"], context["sub"], context["kind"]) == (realm.tenant("acme").id, sub, "user")
    assert (context["azp"], context["roles"]) == ("novex-web", "sales")
    assert context["sid"] == claims_of(frontend.tokens["id_token"])["sid"]
    assert 0 <= int(context["iat"]) - int(context["auth_time"]) <= 5
    assert int(context["exp"]) - int(context["iat"]) == 300


def test_a_person_comes_in_after_a_refresh_with_the_login_of_before(realm: Realm) -> None:
    frontend = realm.login(realm.person(acme="sales")[1])
    before = context_of(frontend.access_token)
    frontend.refresh()
    after = context_of(frontend.access_token)
    same = ("tenant", "sub", "sid", "azp", "kind", "auth_time", "roles")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_a_person_of_two_tenants_has_two_sets_of_roles(realm: Realm) -> None:
    sub, address = realm.person(acme="sales", globex="admin")
    contexts = {alias: context_of(realm.login(address, alias).access_token) for alias in ("acme", "globex")}
    assert {alias: context["roles"] for alias, context in contexts.items()} == {"acme": "sales", "globex": "admin"}
    assert {alias: context["tenant"] for alias, context in contexts.items()} == {
        alias: realm.tenant(alias).id for alias in ("acme", "globex")
    }
    assert {context["sub"] for context in contexts.values()} == {sub}


def test_a_person_of_two_tenants_can_name_the_one(realm: Realm) -> None:
    address = realm.person(acme="sales", globex="admin")[1]
    frontend = realm.login(address, scope="openid organization:globex")
    assert context_of(frontend.access_token)["tenant"] == realm.tenant("globex").id


def test_a_person_with_several_roles_has_them_all(realm: Realm) -> None:
    sub, address = realm.person(acme="sales")
    add_member(realm.operator, realm.tenant("acme"), sub, "warehouse")
    assert context_of(realm.login(address).access_token)["roles"] == "sales warehouse"


def test_a_machine_comes_in_by_client_credentials(realm: Realm) -> None:
    context = context_of(realm.machine_token("acme"))
    assert (context["tenant"], context["kind"]) == (realm.tenant("acme").id, "service")
    assert (context["azp"], context["roles"], context["auth_time"]) == ("novex-machine-acme", "automation", "")


def test_roles_of_the_realm_are_not_roles_of_a_tenant(realm: Realm) -> None:
    """Nobody gives them, but if somebody did: they would hold in every tenant."""
    sub, address = realm.person()
    realm.operator.post(f"/organizations/{realm.tenant('acme').id}/members", sub)
    realm.operator.post(f"/users/{sub}/role-mappings/realm", [realm.operator.get("/roles/admin")])
    assert context_of(realm.login(address).access_token)["roles"] == ""


def test_every_role_of_the_product_is_a_group_of_a_tenant(realm: Realm) -> None:
    assert set(realm.tenant("acme").groups) == {role.value for role in Role}


def test_an_access_token_says_nothing_personal(realm: Realm) -> None:
    address = realm.person(acme="sales")[1]
    frontend = realm.login(address)
    told = claims_of(frontend.access_token)
    assert not any(text in str(told) for text in (address, "Ada", "Berg"))
    assert claims_of(frontend.tokens["id_token"])["email"] == address


def test_a_recent_login_can_be_asked_for(realm: Realm) -> None:
    """Step-up: the browser has a session, and the person must prove who he is all the same."""
    address = realm.person(acme="admin")[1]
    frontend = realm.login(address)
    first = context_of(frontend.access_token)
    frontend.login("", "")
    assert context_of(frontend.access_token)["auth_time"] == first["auth_time"]
    frontend.login(address, PASSWORD, max_age="0")
    assert int(context_of(frontend.access_token)["auth_time"]) >= int(first["auth_time"])
    frontend.login(address, PASSWORD, prompt="login")
    assert context_of(frontend.access_token)["sid"]


def test_a_person_changes_the_tenant_without_a_password(realm: Realm) -> None:
    address = realm.person(acme="sales", globex="admin")[1]
    frontend = realm.login(address, scope="openid organization:acme")
    frontend.scope = "openid organization:globex"
    frontend.login("", "")
    context = context_of(frontend.access_token)
    assert (context["tenant"], context["roles"]) == (realm.tenant("globex").id, "admin")


def test_a_person_of_two_tenants_is_asked_for_one_at_every_login(realm: Realm) -> None:
    address = realm.person(acme="sales", globex="admin")[1]
    frontend = realm.login(address, "globex")
    frontend.login("", "", "acme")
    assert context_of(frontend.access_token)["tenant"] == realm.tenant("acme").id
