"""Bearer tokens: what they open, and what they do not."""

import signing
from signing import account, ask, bearing, granted, user

PASSWORD = "correct horse battery staple"


def log_in(number, name, password=PASSWORD, **more):
    document = {"account": number, "user": name, "password": password, **more}
    return signing.send(
        "POST", "/api/v1/tokens", {"Content-Type": "application/json"}, signing.json.dumps(document).encode()
    )


def refused(answer, status, cause):
    assert (answer.status, answer.json()["cause"]) == (status, cause), answer
    return answer


number, administrator = account("tokens")
others, other = account("others")
for name, role in (("ada", "developer"), ("ivy", "invoker")):
    user(administrator, name, role)
    granted(ask("PUT", f"/api/v1/users/{name}/password", administrator, {"password": PASSWORD}))

made = granted(log_in(number, "ada"))
token = made["token"]
assert token.startswith("olt_") and len(token) == 47, made
assert granted(bearing("GET", "/api/v1/functions", token)) == []
assert [t["id"] for t in granted(bearing("GET", "/api/v1/tokens", token))] == [made["id"]]
assert token not in str(granted(ask("GET", "/api/v1/tokens", administrator)))

# What they do not open.
for path in ("/2015-03-31/functions", "/2016-08-19/account-settings"):
    answer = bearing("GET", path, token)
    assert answer.status == 400 and answer.headers["x-amzn-errortype"] == "IncompleteSignatureException", answer
refused(bearing("GET", "/api/v1/users", token), 403, "not-allowed")
refused(bearing("GET", "/api/v1/functions", token[:-1]), 401, "invalid-token")
refused(bearing("GET", "/api/v1/functions", token + "A"), 401, "invalid-token")
answer = refused(bearing("GET", "/api/v1/functions", token.lower()), 401, "invalid-token")
assert answer.headers["www-authenticate"].startswith("Bearer"), answer
invoker = granted(log_in(number, "ivy"))["token"]
refused(bearing("GET", "/api/v1/functions", invoker), 403, "not-allowed")
refused(bearing("POST", "/run/nothing", invoker, {}), 404, "unknown-function")
refused(bearing("DELETE", f"/api/v1/tokens/{made['id']}", invoker), 404, "unknown-token")
refused(ask("DELETE", f"/api/v1/tokens/{made['id']}", other), 404, "unknown-token")
assert bearing("GET", "/api/v1/functions", token).status == 200

# Whoever has another account, user or password.
for wrong in (("000000000000", "ada"), (others, "ada"), (number, "nobody"), (number, "admin")):
    refused(log_in(*wrong), 401, "wrong-login")
refused(log_in(number, "ada", PASSWORD + "x"), 401, "wrong-login")
refused(log_in(number, "ada", days=366), 400, "bad-input")
refused(log_in("12", "ada"), 400, "bad-input")

# They end.
granted(bearing("DELETE", "/api/v1/tokens/current", token))
refused(bearing("GET", "/api/v1/functions", token), 401, "invalid-token")
second, third = (granted(log_in(number, "ada")) for _ in range(2))
granted(ask("DELETE", f"/api/v1/tokens/{second['id']}", administrator))
refused(bearing("GET", "/api/v1/functions", second["token"]), 401, "invalid-token")
granted(ask("PATCH", "/api/v1/users/ada", administrator, {"role": "invoker"}))
refused(bearing("GET", "/api/v1/functions", third["token"]), 403, "not-allowed")
granted(ask("PUT", "/api/v1/users/ada/password", administrator, {"password": PASSWORD + "!"}))
refused(bearing("GET", "/run/f", third["token"]), 401, "invalid-token")
granted(ask("DELETE", "/api/v1/users/ivy", administrator))
refused(bearing("POST", "/run/nothing", invoker, {}), 401, "invalid-token")

# One's own password, for who knows it.
fourth = granted(log_in(number, "ada", PASSWORD + "!"))["token"]
new = {"password": "quite another password"}
refused(bearing("PUT", "/api/v1/users/ada/password", fourth, new), 403, "not-allowed")
refused(bearing("PUT", "/api/v1/users/ada/password", fourth, {**new, "current": "x"}), 403, "not-allowed")
granted(bearing("PUT", "/api/v1/users/ada/password", fourth, {**new, "current": PASSWORD + "!"}))
granted(log_in(number, "ada", new["password"]))

# Guessing ends soon, also for the right one; no other user is kept out.
answers = [log_in(number, "ada", "wrong") for _ in range(12)]
last = refused(answers[-1], 429, "too-many-logins")
assert int(last.headers["retry-after"]) in range(1, 31), last
refused(log_in(number, "ada", new["password"]), 429, "too-many-logins")
granted(ask("PUT", "/api/v1/users/admin/password", administrator, {"password": PASSWORD}))
granted(log_in(number, "admin"))
print("tokens open what they should, and end")
