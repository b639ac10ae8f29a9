// The least that a frontend of NovexERP does: login, calls, refresh, a recent login where one is needed, logout.
// docs/identity.md says why. Tokens are only in the memory of this tab.
import Keycloak from "keycloak-js";

const config = await (await fetch("/config.json")).json();
const keycloak = new Keycloak({ url: config.keycloak, realm: "novex", clientId: "novex-web" });

/** Calls the API. After a change of roles an older token is refused, so a refused call is repeated with a new one. */
async function call(path, init = {}) {
  await keycloak.updateToken(30);
  const response = await send(path, init);
  if (response.status !== 401) {
    return response;
  }
  const problem = await response.json();
  if (problem.code === "insufficient_user_authentication") {
    // Leaves the page; what was not saved must be stored before.
    await keycloak.login({ maxAge: problem.max_age });
  }
  await keycloak.updateToken(-1);
  return send(path, init);
}

function send(path, init) {
  return fetch(config.api + path, { ...init, headers: { ...init.headers, Authorization: `Bearer ${keycloak.token}` } });
}

/** Shows the status and the body of a call. */
async function show(path, init) {
  const answer = document.getElementById("answer");
  answer.textContent = "…";
  const response = await call(path, init);
  answer.textContent = `${response.status}\n${JSON.stringify(await response.json(), null, 2)}`;
}

/** Invites a person, which is a dangerous operation. A repeated call has the same key, so it invites only once. */
function invite() {
  const body = JSON.stringify({ email: `${crypto.randomUUID()}@example.com`, roles: ["analyst"] });
  const headers = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
  return show("/v1/users", { method: "POST", headers, body });
}

async function refresh() {
  await keycloak.updateToken(-1);
  document.getElementById("answer").textContent = "The token is new.";
}

const actions = {
  items: () => show("/v1/items"),
  invite,
  refresh,
  logout: () => keycloak.logout({ redirectUri: `${location.origin}/` }),
};

await keycloak.init({
  onLoad: "login-required",
  redirectUri: `${location.origin}/callback`,
  scope: "openid organization",
  checkLoginIframe: false,
});
history.replaceState(null, "", "/");
for (const [name, action] of Object.entries(actions)) {
  document.getElementById(name).addEventListener("click", action);
}
// The first call after a login makes or completes the person's record.
const key = { "Idempotency-Key": crypto.randomUUID() };
const me = await (await call("/v1/me/login", { method: "POST", headers: key })).json();
const { name } = await keycloak.loadUserInfo();
document.getElementById("person").textContent = `${name}: ${me.roles.join(", ") || "no role yet"}`;
