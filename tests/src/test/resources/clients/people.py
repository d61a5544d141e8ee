"""Accounts, users and keys, and what is told of them in the audit log.

    people.py DATA
"""

import pathlib
import sys
import time
from urllib.parse import quote

import signing
from signing import OPERATOR, account, ask, granted, user

LIST = "/2015-03-31/functions"


def refused(answer, status, cause):
    assert (answer.status, answer.json()["cause"]) == (status, cause), answer
    return answer


def eventually(holds):
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


number, administrator = account("people")
refused(ask("POST", "/api/v1/accounts", OPERATOR, {"name": "people"}), 409, "account-exists")
refused(ask("POST", "/api/v1/accounts", OPERATOR, {"name": "x", "id": "12"}), 400, "bad-input")
assert [a["id"] for a in granted(ask("GET", "/api/v1/accounts", administrator))] == [number]
assert {number, "123456789012"} <= {a["id"] for a in granted(ask("GET", "/api/v1/accounts", OPERATOR))}

# What is wrong is named.
for document, member in (
    ({}, "name"), ({"name": "ada"}, "role"), ({"name": "ada", "role": "king"}, "role"),
    ({"name": "a b", "role": "admin"}, "name"), ({"name": 1, "role": "admin"}, "name"),
    ({"name": "ada", "role": "admin", "rank": 1}, "rank"),
):
    answer = refused(ask("POST", "/api/v1/users", administrator, document), 400, "bad-input")
    assert f"'{member}'" in answer.json()["detail"], (document, answer)
answer = signing.send("POST", "/api/v1/users", signing.signed("POST", "/api/v1/users", administrator, b"{"), b"{")
refused(answer, 400, "bad-input")
for odd in ("a\0b", "a\x1bb", "\ud800", "x" * 600):
    for path, document in (("/api/v1/users", {"name": odd, "role": "admin"}), ("/api/v1/tokens", {
            "account": number, "user": odd, "password": "x"})):
        refused(ask("POST", path, administrator, document), 400, "bad-input")
for odd in ("a%00b", "a%1Bb", "x" * 600):
    for method, path in (("DELETE", "/api/v1/users/{}"), ("GET", "/api/v1/keys?user={}"),
                         ("GET", "/api/v1/audit?user={}"), ("DELETE", "/api/v1/tokens/{}")):
        refused(ask(method, path.format(odd), administrator), 400, "bad-input")
large = b'{"name": "' + b"x" * 66_000 + b'"}'
answer = signing.send("POST", "/api/v1/users", signing.signed("POST", "/api/v1/users", administrator, large), large)
assert answer.status == 413, answer

# Keys take effect at the next request.
key = user(administrator, "ada", "developer")
assert ask("GET", LIST, key).status == 200
granted(ask("PATCH", f"/api/v1/keys/{key[0]}", administrator, {"active": False}))
assert ask("GET", LIST, key).status == 403
granted(ask("PATCH", f"/api/v1/keys/{key[0]}", administrator, {"active": True}))
assert ask("GET", LIST, key).status == 200
granted(ask("PATCH", "/api/v1/users/ada", administrator, {"role": "invoker"}))
assert ask("GET", LIST, key).status == 403
granted(ask("PATCH", "/api/v1/users/ada", administrator, {"role": "developer"}))
assert ask("GET", LIST, key).status == 200
listed = ask("GET", "/api/v1/keys?user=ada", administrator)
assert [k["id"] for k in granted(listed)] == [key[0]] and key[1].encode() not in listed.body
for _ in range(9):
    granted(ask("POST", "/api/v1/keys", administrator, {"user": "ada"}))
refused(ask("POST", "/api/v1/keys", administrator, {"user": "ada"}), 409, "too-many-keys")
granted(ask("DELETE", f"/api/v1/keys/{key[0]}", administrator))
assert ask("GET", LIST, key).status == 403
refused(ask("DELETE", f"/api/v1/keys/{administrator[0]}", administrator), 409, "own-key")

# Somebody administers.
refused(ask("PATCH", "/api/v1/users/admin", administrator, {"role": "developer"}), 409, "last-administrator")
refused(ask("DELETE", "/api/v1/users/admin", administrator), 409, "last-administrator")
second = user(administrator, "eve", "admin")
granted(ask("PATCH", "/api/v1/users/admin", second, {"role": "invoker"}))
refused(ask("GET", "/api/v1/users", administrator), 403, "not-allowed")
granted(ask("DELETE", "/api/v1/users/admin", second))
assert ask("GET", LIST, administrator).status == 403
refused(ask("DELETE", "/api/v1/users/admin", second), 404, "unknown-user")
refused(ask("DELETE", "/api/v1/accounts/123456789012", OPERATOR), 409, "operators-account")

# What the audit log tells.
developer = user(second, "dan", "developer")
made = signing.make(number, developer, "f", Environment={"Variables": {"PIN": "very-secret"}})
refused(ask("DELETE", "/api/v1/users/ada", developer), 403, "not-allowed")
assert ask("DELETE", LIST + "/nothing", developer).status == 404
granted(ask("PUT", "/api/v1/users/dan/password", second, {"password": "very-secret-indeed"}))
log = ask("GET", "/api/v1/audit?user=dan", second)
told = [(e["operation"], e["resource"], e["status"], e["code"]) for e in granted(log)["entries"]]
assert told == [("DeleteUser", "ada", 403, "not-allowed"), ("CreateFunction", "f", 201, "")], told
entry = granted(log)["entries"][1]
assert entry["credential"] == developer[0] and entry["peer"].startswith("127.0.0.1:"), entry
assert entry["request"] == made.headers["x-amzn-requestid"], (entry, made)
whole = ask("GET", "/api/v1/audit?limit=1000", second)
operations = [e["operation"] for e in granted(whole)["entries"]]
assert {"CreateUser", "UpdateUser", "DeleteUser", "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey",
        "SetPassword", "CreateFunction"} == set(operations), operations
for secret in (b"very-secret", key[1].encode(), developer[1].encode()):
    assert secret not in whole.body, secret
times = [e["at"] for e in whole.json()["entries"]]
assert times == sorted(times, reverse=True), times
pages, after = [], ""
while True:
    page = granted(ask("GET", "/api/v1/audit?limit=7" + after, second))
    pages += page["entries"]
    if "next" not in page:
        break
    after = "&after=" + page["next"]
assert pages == whole.json()["entries"]
assert granted(ask("GET", f"/api/v1/audit?since={quote(times[3])}&until={quote(times[0])}", second))["entries"] == pages[1:4]
refused(ask("GET", "/api/v1/audit?since=yesterday", second), 400, "bad-input")
assert granted(ask("GET", "/api/v1/audit?limit=1", OPERATOR))["entries"][0]["operation"] != "SetPassword"

# An account goes when it is empty.
refused(ask("DELETE", f"/api/v1/accounts/{number}", OPERATOR), 409, "account-has-functions")
assert ask("POST", "/run/f", developer, {}).status // 100 == 2
printed = pathlib.Path(sys.argv[1], "node/logs/lines", number)
eventually(printed.exists)
assert ask("DELETE", "/registry/f", developer).status == 200
assert granted(ask("GET", "/api/v1/audit?limit=1", second))["entries"][0]["operation"] == "RemoveFunction"
granted(ask("DELETE", f"/api/v1/accounts/{number}", OPERATOR))
assert ask("GET", LIST, developer).status == 403
eventually(lambda: not printed.exists())

# Nobody is given its number again, and what it did is told to the operators alone.
refused(ask("POST", "/api/v1/accounts", OPERATOR, {"name": "another", "id": number}), 409, "account-number-used")
told = granted(ask("GET", f"/api/v1/audit?account={number}", OPERATOR))["entries"]
assert told[0]["operation"] == "RemoveFunction", told[0]
stranger, key = account("another")
for whose in (number, "123456789012", "000000000000"):
    refused(ask("GET", f"/api/v1/audit?account={whose}", key), 404, "unknown-account")
refused(ask("GET", f"/api/v1/audit?account={stranger}", OPERATOR), 404, "unknown-account")
assert granted(ask("GET", f"/api/v1/audit?account={stranger}", key))["entries"] == []
refused(ask("GET", "/api/v1/audit?account=mine", OPERATOR), 400, "bad-input")
print("people come, change and go, and the audit log tells of it")
