"""Requests that nobody may get in with, against every route that a server has.

    attacks.py OPERATIONS KIND

OPERATIONS is a JSON file with the name, method and path of every operation of the public model; the
server itself tells the routes of its own API. A route that has no entry in the tables below fails.
KIND is forged, roles, accounts or lookups.
"""

import datetime
import json
import re
import statistics
import sys
import time
import urllib.parse
import uuid

import signing
from signing import account, ask, follow, granted, linked, make, send, shifted, signed, user

UNKNOWN_KEY = "AKIAAAAAAAAAAAAAAAAA"

# What stands for the names in braces; an operation with another one has no entry yet.
LABELS = {
    "FunctionName": "f", "Name": "a", "LayerName": "l", "VersionNumber": "1", "StatementId": "s",
    "UUID": "14e0db71-5d35-4eb5-b481-8945cf9d10c2", "CapacityProviderName": "c", "CallbackId": "callback",
    "CodeSigningConfigArn": "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-00000000000000000",
    "DurableExecutionArn": "arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/e/e",
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
    "ResourceArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
}

# Of the API of our own: a path for each route. `None`: anybody is answered, in a test of its own.
OWN = {
    "* /run/*": "/run/f",
    "GET /status": None,
    "GET /healthz": None,
    "GET /readyz": None,
    "GET /metrics": None,
    "GET /openapi.json": None,
    "GET /registry": "/registry",
    "GET /registry/": "/registry/",
    "POST /registry/{function}": "/registry/f",
    "DELETE /registry/{function}": "/registry/f",
    "GET /registry/{function}/config": "/registry/f/config",
    "GET /api/v1/functions": "/api/v1/functions",
    "POST /api/v1/functions/{function}/aliases/{alias}/rollback": "/api/v1/functions/f/aliases/a/rollback",
    "GET /api/v1/status": "/api/v1/status",
    "GET /api/v1/logs": "/api/v1/logs",
    "GET /api/v1/invocations/{id}": "/api/v1/invocations/14e0db71-5d35-4eb5-b481-8945cf9d10c2",
    "GET /api/v1/routes": "/api/v1/routes",
    "GET /api/v1/accounts": "/api/v1/accounts",
    "POST /api/v1/accounts": "/api/v1/accounts",
    "DELETE /api/v1/accounts/{account}": "/api/v1/accounts/000000000000",
    "GET /api/v1/users": "/api/v1/users",
    "POST /api/v1/users": "/api/v1/users",
    "PATCH /api/v1/users/{user}": "/api/v1/users/nobody",
    "DELETE /api/v1/users/{user}": "/api/v1/users/nobody",
    "PUT /api/v1/users/{user}/password": "/api/v1/users/nobody/password",
    "GET /api/v1/keys": "/api/v1/keys",
    "POST /api/v1/keys": "/api/v1/keys",
    "PATCH /api/v1/keys/{key}": f"/api/v1/keys/{UNKNOWN_KEY}",
    "DELETE /api/v1/keys/{key}": f"/api/v1/keys/{UNKNOWN_KEY}",
    "POST /api/v1/tokens": None,
    "GET /api/v1/tokens": "/api/v1/tokens",
    "DELETE /api/v1/tokens/{token}": "/api/v1/tokens/token-0000000000000000",
    "GET /api/v1/audit": "/api/v1/audit",
}

# What invokers may do by the AWS Lambda API.
CALLS = {"Invoke", "InvokeWithResponseStream"}

# A zip of a file.
ARCHIVE = (
    "UEsDBBQAAAAAAAAAIVxe34OoBgAAAAYAAAAEAAAAYS5weUEgPSAxClBLAQIUAxQAAAAAAAAAIVxe34OoBgAAAAYAAAAEAAAAAAAA"
    "AAAAAACAAQAAAABhLnB5UEsFBgAAAAABAAEAMgAAACgAAAAAAA=="
)

# Bodies that pass validation, so that what is asked for is looked up.
BODIES = {
    "AddLayerVersionPermission": {"StatementId": "s", "Action": "lambda:GetLayerVersion", "Principal": "*"},
    "AddPermission": {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "*"},
    "CreateAlias": {"Name": "a", "FunctionVersion": "$LATEST"},
    "CreateFunctionUrlConfig": {"AuthType": "NONE"},
    "PublishLayerVersion": {"Content": {"ZipFile": ARCHIVE}},
    "PutFunctionConcurrency": {"ReservedConcurrentExecutions": 1},
    "PutFunctionRecursionConfig": {"RecursiveLoop": "Terminate"},
    "PutProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 1},
    "PutRuntimeManagementConfig": {"UpdateRuntimeOn": "Auto"},
    "TagResource": {"Tags": {"a": "b"}},
    "UpdateFunctionCode": {"DryRun": True, "ZipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="},
}
QUERIES = {"UntagResource": "?tagKeys=a", "PutProvisionedConcurrencyConfig": "?Qualifier=a"}


class Route:
    def __init__(self, name, method, path, role, own):
        self.name, self.method, self.path, self.role, self.own = name, method, path, role, own


def operations(labels):
    """Those of the public model."""
    all = []
    for operation in json.load(open(sys.argv[1])):
        path = re.sub(
            r"\{(\w+)\}",
            lambda name: urllib.parse.quote(labels[name[1]], safe=""),
            operation["path"],
        )
        role = "invoker" if operation["name"] in CALLS else "developer"
        all.append(Route(operation["name"], operation["method"], path, role, False))
    return all


def own_routes():
    """Those of the API of our own."""
    all, named = [], set()
    for route in granted(ask("GET", "/api/v1/routes", signing.OPERATOR)):
        entry = f"{route['method']} {route['path']}"
        assert entry in OWN, f"{entry} has no entry in the table of attacks"
        named.add(entry)
        if OWN[entry] is None:
            assert route["role"] == "none", entry
        else:
            method = "POST" if route["method"] == "*" else route["method"]
            all.append(Route(route["operation"], method, OWN[entry], route["role"], True))
    assert named == OWN.keys(), OWN.keys() - named
    return all


def routes():
    nothing = Route("Nothing", "GET", "/2099-01-01/nothing", "invoker", False)
    logs = Route("CloudWatchLogs", "POST", "/", "invoker", False)  # its roles: EventsTest
    return operations(LABELS) + [nothing, logs] + own_routes()


def require_refusal(answer, route, statuses, *context):
    """It was refused, in the words of the API that was asked."""
    assert answer.status in statuses, (route.method, route.path, *context, answer)
    said = answer.json()
    if route.own:
        assert answer.headers["content-type"] == "application/problem+json", (route.path, answer)
        assert said["status"] == answer.status and said["remedy"], (route.path, answer)
    elif route.path == "/":
        assert "__type" in said or "message" in said, (route.path, answer)
    else:
        assert answer.headers["x-amzn-errortype"].endswith("Exception"), (route.path, answer)
        assert "message" in said or "Message" in said, (route.path, answer)


def without(headers, *names):
    return {name: value for name, value in headers.items() if name not in names}


def edited(headers, old, new):
    changed = headers["Authorization"].replace(old, new)
    assert changed != headers["Authorization"], (old, headers)
    return {**headers, "Authorization": changed}


def link(change=lambda path: path, sign=linked, body=b"{}", **more):
    """A forgery by a link, which `change` makes of a good one."""

    def forge(method, path, key):
        return send(method, change(sign(method, path, key, **more)), {}, body)

    return forge


def replaced(pattern, new):
    """Changes what is found once."""

    def change(path):
        changed, found = re.subn(pattern, new, path)
        assert found == 1, (pattern, path)
        return changed

    return change


def headers_as_a_link(method, path, key):
    """A signature of the head that is put in the query."""
    said = signed(method, path, key)
    found = re.fullmatch(r"\S+ Credential=(\S+), SignedHeaders=(\S+), Signature=(\w+)", said["Authorization"])
    return more(path, "&".join((
        "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Credential=" + urllib.parse.quote(found[1], safe=""),
        "X-Amz-Date=" + said["X-Amz-Date"], "X-Amz-SignedHeaders=" + found[2].replace(";", "%3B"),
        "X-Amz-Signature=" + found[3], "X-Amz-Expires=60",
    )))


def link_as_headers(method, path, key):
    """A signature of the query that is put in the head."""
    query = dict(urllib.parse.parse_qsl(linked(method, path, key).partition("?")[2]))
    return send(method, path, {
        "X-Amz-Date": query["X-Amz-Date"],
        "Authorization": "AWS4-HMAC-SHA256 Credential={X-Amz-Credential}, SignedHeaders=host;x-amz-date,"
        " Signature={X-Amz-Signature}".format(**query),
    })


def more(path, pair):
    return path + ("&" if "?" in path else "?") + pair


FORGERIES = {
    "no signature": lambda m, p, k: send(m, p, {}),
    "an empty one": lambda m, p, k: send(m, p, {"Authorization": ""}),
    "another scheme": lambda m, p, k: send(m, p, {"Authorization": "Basic YTpi"}),
    "a secret as a token": lambda m, p, k: send(m, p, {"Authorization": "Bearer " + k[1]}),
    "a token that was made up": lambda m, p, k: send(m, p, {"Authorization": "Bearer olt_" + "A" * 43}),
    "an empty token": lambda m, p, k: send(m, p, {"Authorization": "Bearer "}),
    "a token of a thousand letters": lambda m, p, k: send(m, p, {"Authorization": "Bearer olt_" + "A" * 996}),
    "an unknown key": lambda m, p, k: send(m, p, signed(m, p, (UNKNOWN_KEY, k[1]))),
    "a wrong secret": lambda m, p, k: send(m, p, signed(m, p, (k[0], k[1] + "x"))),
    "an empty secret": lambda m, p, k: send(m, p, signed(m, p, (k[0], ""))),
    "the secret of another key": lambda m, p, k: send(m, p, signed(m, p, (k[0], signing.OPERATOR[1]))),
    "another body": lambda m, p, k: send(m, p, signed(m, p, k), b'{"other": 1}'),
    "another body that says its hash": lambda m, p, k: send(
        m, p, {**signed(m, p, k), "x-amz-content-sha256": "0" * 64}, b'{"other": 1}'
    ),
    "an unsigned payload": lambda m, p, k: send(
        m, p, signed(m, p, k, headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}), b'{"other": 1}'
    ),
    "another path": lambda m, p, k: send(m, p, signed(m, "/2015-03-31/functions/other", k)),
    "another method": lambda m, p, k: send("PUT" if m == "DELETE" else "DELETE", p, signed(m, p, k)),
    "a query that was added": lambda m, p, k: send(m, more(p, "Qualifier=other"), signed(m, p, k)),
    "a field that was added": lambda m, p, k: send(
        m, p, {**signed(m, p, k), "x-amz-invocation-type": "DryRun"}
    ),
    "a field that was changed": lambda m, p, k: send(
        m, p, {**signed(m, p, k, headers={"x-amz-log-type": "None"}), "x-amz-log-type": "Tail"}
    ),
    "six minutes old": lambda m, p, k: send(m, p, shifted(-6)(m, p, k)),
    "six minutes early": lambda m, p, k: send(m, p, shifted(6)(m, p, k)),
    "a year old": lambda m, p, k: send(m, p, shifted(-525600)(m, p, k)),
    "a date that was moved": lambda m, p, k: send(
        m, p, {**shifted(-60)(m, p, k), "X-Amz-Date": signed(m, p, k)["X-Amz-Date"]}
    ),
    "no date": lambda m, p, k: send(m, p, without(signed(m, p, k), "X-Amz-Date")),
    "another service": lambda m, p, k: send(m, p, signed(m, p, k, service="s3")),
    "another region in the scope": lambda m, p, k: send(
        m, p, edited(signed(m, p, k), "/us-east-1/", "/eu-west-1/")
    ),
    "another key in the scope": lambda m, p, k: send(m, p, edited(signed(m, p, k), k[0], UNKNOWN_KEY)),
    "a key of another account in the scope": lambda m, p, k: send(
        m, p, edited(signed(m, p, k), k[0], signing.OPERATOR[0])
    ),
    "a host that is not signed": lambda m, p, k: send(
        m, p, edited(signed(m, p, k), "SignedHeaders=host;", "SignedHeaders=")
    ),
    "half a signature": lambda m, p, k: send(
        m, p, {**signed(m, p, k), "Authorization": signed(m, p, k)["Authorization"][:-32]}
    ),
    "a token of a session": lambda m, p, k: send(m, p, signed(m, p, k, token="token")),
    "a token of a session that is not signed": lambda m, p, k: send(
        m, p, {**signed(m, p, k), "X-Amz-Security-Token": "token"}
    ),
    "a token of a session in the query": lambda m, p, k: send(
        m, more(p, "X-Amz-Security-Token=t"), signed(m, more(p, "X-Amz-Security-Token=t"), k)
    ),
    "a link of an unknown key": link(sign=lambda m, p, k: linked(m, p, (UNKNOWN_KEY, k[1]))),
    "a link by a wrong secret": link(sign=lambda m, p, k: linked(m, p, (k[0], k[1] + "x"))),
    "a link with the key of another account": link(replaced(r"Credential=\w+", f"Credential={signing.OPERATOR[0]}")),
    "a link that has expired": link(sign=shifted(-2, linked)),
    "a link that was extended": link(replaced("Expires=60", "Expires=604800"), shifted(-2, linked)),
    "a link without an end, six minutes old": link(sign=shifted(-6, linked, expires=None)),
    "a link that was dated anew": link(
        lambda path: replaced(r"Date=\w+", f"Date={datetime.datetime.now(datetime.timezone.utc):%Y%m%dT%H%M%SZ}")(path),
        shifted(-2, linked),
    ),
    "a link for more than seven days": link(expires=604801),
    "a link for no time": link(expires=0),
    "a link for minus a minute": link(expires=-60),
    "a link of tomorrow": link(sign=shifted(1440, linked)),
    "a link of eight days ago": link(sign=shifted(-8 * 1440, linked, expires=604800)),
    "a link to another path": link(sign=lambda m, p, k: re.sub(
        r"^[^?]*", p.partition("?")[0], linked(m, "/2015-03-31/functions/other?" + p.partition("?")[2], k)
    )),
    "a link for another method": link(sign=lambda m, p, k: linked("GET" if m != "GET" else "PUT", p, k)),
    "a link to another host": link(host="another.example:9000"),
    "a link with another query": link(lambda path: more(path, "Qualifier=other")),
    "a link with another body": link(body=b'{"other": 1}'),
    "a link to another region": link(replaced("%2Fus-east-1%2F", "%2Feu-west-1%2F")),
    "a link to another service": link(service="s3"),
    "a link with a field that was added": lambda m, p, k: send(
        m, linked(m, p, k), {"x-amz-invocation-type": "DryRun"}
    ),
    "a link that does not sign the host": link(replaced("SignedHeaders=host", "SignedHeaders=date")),
    "a link with two signatures": link(lambda path: more(path, "X-Amz-Signature=00")),
    "a link with two signatures, the first one wrong": link(replaced("X-Amz-Signature=", "x-amz-signature=00&X-Amz-Signature=")),
    "a link with two signatures in other letters": link(lambda path: more(path, "x%2Damz%2Dsignature=00")),
    "a link with two ends": link(lambda path: more(path, "X-Amz-Expires=604800")),
    "a link with two keys": link(lambda path: more(path, f"X-Amz-Credential={UNKNOWN_KEY}")),
    "half a link": link(lambda path: path[:-32]),
    "a link without its signature": link(replaced(r"&X-Amz-Signature=\w+", "")),
    "a link without its date": link(replaced(r"&X-Amz-Date=\w+", "")),
    "a link by another algorithm": link(replaced("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")),
    "a link and a field at once": lambda m, p, k: send(m, linked(m, p, k), signed(m, linked(m, p, k), k)),
    "a link of a session": link(token="token"),
    "a link of a session whose token is a field": lambda m, p, k: send(
        m, linked(m, p, k), {"X-Amz-Security-Token": "token"}
    ),
    "a signature of the head in the query": link(sign=headers_as_a_link),
    "a signature of the query in the head": link_as_headers,
}


def forged():
    """The good request first, to see that it is one; then with one thing wrong."""
    _, key = account("forged")
    tried = 0
    for route in routes():
        good = ask(route.method, route.path, key, {})
        if good.status == 403:
            assert good.json()["cause"] == "not-the-operator", (route.path, good)
        assert good.status != 401, (route.path, good)
        good = follow(route.method, route.path, key)
        assert good.status != 401 and (good.status != 403 or good.json()["cause"] == "not-the-operator"), good
        for name, forgery in FORGERIES.items():
            answer = forgery(route.method, route.path, key)
            require_refusal(answer, route, (400, 401, 403), name)
            tried += 1
    print(f"{tried} forged requests: none got in")


def roles():
    """Who is known, but may not."""
    _, administrator = account("roles")
    keys = {role: user(administrator, f"the-{role}", role) for role in ("developer", "invoker")}
    order = ["invoker", "developer", "admin"]
    tried = 0
    for route in routes():
        for role, key in keys.items():
            answer = ask(route.method, route.path, key, {})
            if order.index(role) < order.index(route.role):
                require_refusal(answer, route, (403,), role)
                tried += 1
            elif route.name != "SetPassword":
                assert answer.status not in (401, 403), (route.path, role, answer)
    for name, key in keys.items():
        for other in ("admin", "the-developer", "the-invoker"):
            answer = ask("PUT", f"/api/v1/users/{other}/password", key, {"password": "a password of mine"})
            assert answer.status == 403, (name, other, answer)
            tried += 1
    for method, path, document in (
        ("POST", "/api/v1/accounts", {"name": "mine"}), ("DELETE", "/api/v1/accounts/123456789012", None),
    ):
        assert ask(method, path, administrator, document).status == 403, (method, path)
        tried += 1
    print(f"{tried} requests of a lower role: none got in")


def alike(answer, *names):
    """What is left of an answer without the names that were asked for, and what differs each time."""
    text = answer.body.decode().replace(answer.headers["x-request-id"], "ID")
    for name in names:
        text = text.replace(name, "NAME")
    fields = {name: value for name, value in answer.headers.items() if "request" not in name and name != "date"}
    return answer.status, fields, text


def accounts():
    """What another account has, and what nobody has, answer alike."""
    owners, owner = account("owner")
    _, stranger = account("stranger")
    make(owners, owner, "there")
    granted(ask("POST", "/2015-03-31/functions/there/aliases", owner, {"Name": "a", "FunctionVersion": "$LATEST"}))
    granted(ask("POST", "/2015-03-31/functions/there/versions", owner, {}))
    asked = 0
    for form in ("arn:aws:lambda:us-east-1:{}:function:{}", "{}:function:{}", "{0}:function:{1}:a"):
        there, absent = form.format(owners, "there"), form.format(owners, "thera")
        for name, method, first, second in (
            (one.name, one.method, one.path, two.path)
            for one, two in zip(
                operations({**LABELS, "FunctionName": there, "Resource": there}),
                operations({**LABELS, "FunctionName": absent, "Resource": absent}),
            )
            if one.path != two.path
        ):
            query, body = QUERIES.get(name, ""), BODIES.get(name, {})
            known = ask(method, more(first, query[1:]) if query else first, stranger, body)
            unknown = ask(method, more(second, query[1:]) if query else second, stranger, body)
            assert known.status in (400, 403, 404, 501), (name, known)
            assert alike(known, "there") == alike(unknown, "thera"), (name, form, known, unknown)
            asked += 1
    asked += layers(owners, owner, stranger)
    id = granted(ask("POST", "/api/v1/keys", owner, {"user": "admin"}))["id"]
    granted(ask("POST", "/api/v1/users", owner, {"name": "ada", "role": "invoker"}))
    own = {
        ("PATCH", "/api/v1/keys/{}", id, UNKNOWN_KEY): {"active": False},
        ("DELETE", "/api/v1/keys/{}", id, UNKNOWN_KEY): None,
        ("PATCH", "/api/v1/users/{}", "ada", "eve"): {"role": "admin"},
        ("DELETE", "/api/v1/users/{}", "ada", "eve"): None,
        ("PUT", "/api/v1/users/{}/password", "ada", "eve"): {"password": "a password of mine"},
        ("GET", "/api/v1/keys?user={}", "ada", "eve"): None,
        ("POST", "/run/{}", "there", "thera"): {},
        ("GET", "/registry/{}/config", "there", "thera"): None,
        ("DELETE", "/registry/{}", "there", "thera"): None,
        ("GET", "/api/v1/logs?function={}", "there", "thera"): None,
    }
    for (method, path, there, absent), document in own.items():
        known = ask(method, path.format(there), stranger, document)
        unknown = ask(method, path.format(absent), stranger, document)
        assert alike(known, there) == alike(unknown, absent), (method, path, known, unknown)
        asked += 1
    called = ask("POST", "/2015-03-31/functions/there/invocations", owner, {})
    found = f"/api/v1/invocations/{called.headers['x-amzn-requestid']}"
    assert ask("GET", found, owner).status == 200
    assert alike(ask("GET", found, stranger)) == alike(
        ask("GET", f"/api/v1/invocations/{uuid.uuid4()}", stranger)
    )
    for path in ("/api/v1/functions", "/api/v1/audit", "/api/v1/users", "/api/v1/keys", "/api/v1/accounts",
                 "/registry", "/2015-03-31/functions", "/api/v1/logs"):
        seen = ask("GET", path, stranger).body.decode()
        assert not any(word in seen for word in ("there", "ada", owners, id)), (path, seen)
        asked += 1
    assert granted(ask("GET", "/2015-03-31/functions/there", owner))["Configuration"]["FunctionName"] == "there"
    print(f"{asked} questions about another account: nothing learnt")


def layers(owners, owner, stranger):
    """The same of a layer that a third account may use: of versions, their policies, and functions."""
    third, _ = account("third")
    content = BODIES["PublishLayerVersion"]
    granted(ask("POST", "/2018-10-31/layers/there/versions", owner, content))
    permission = {**BODIES["AddLayerVersionPermission"], "Principal": third}
    granted(ask("POST", "/2018-10-31/layers/there/versions/1/policy", owner, permission))
    asked = 0
    there, absent = (f"arn:aws:lambda:us-east-1:{owners}:layer:{name}" for name in ("there", "thera"))
    pairs = [
        (one.name, one.method, one.path, two.path)
        for one, two in zip(operations({**LABELS, "LayerName": there}), operations({**LABELS, "LayerName": absent}))
        if one.path != two.path
    ]
    assert len(pairs) == 7, pairs
    by_arn = "/2018-10-31/layers?find=LayerVersion&Arn={}%3A1"
    pairs.append(("GetLayerVersionByArn", "GET", *(by_arn.format(urllib.parse.quote(a, safe="")) for a in (there, absent))))
    for name, method, first, second in pairs:
        known, unknown = (ask(method, path, stranger, BODIES.get(name, {})) for path in (first, second))
        assert known.status in (403, 404), (name, known)
        assert alike(known, "there") == alike(unknown, "thera"), (name, known, unknown)
        asked += 1
    number = granted(ask("GET", "/api/v1/accounts", stranger))[0]["id"]
    make(number, stranger, "mine")
    new = {"FunctionName": "more", "Runtime": "python3.11", "Handler": "app.handler",
           "Role": f"arn:aws:iam::{number}:role/any", "Code": content["Content"]}
    for method, path, members in (("POST", "", new), ("PUT", "/mine/configuration", {})):
        known, unknown = (
            ask(method, "/2015-03-31/functions" + path, stranger, {**members, "Layers": [arn + ":1"]})
            for arn in (there, absent)
        )
        assert known.status == 403, (path, known)
        assert alike(known, "there") == alike(unknown, "thera"), (path, known, unknown)
        asked += 1
    policy = granted(ask("GET", "/2018-10-31/layers/there/versions/1/policy", owner))["Policy"]
    assert [statement["Sid"] for statement in json.loads(policy)["Statement"]] == ["s"], policy
    return asked


def lookups():
    """How long it takes to say no tells nothing either."""
    owners, owner = account("timed")
    _, stranger = account("listening")
    make(owners, owner, "there")
    connection = signing.http.client.HTTPConnection(signing.SERVER, timeout=60)
    for kind in ("invocations", "configuration"):
        method = "POST" if kind == "invocations" else "GET"
        times = {"there": [], "thera": []}
        for _ in range(400):
            for name, taken in times.items():
                arn = urllib.parse.quote(f"arn:aws:lambda:us-east-1:{owners}:function:{name}", safe="")
                path = f"/2015-03-31/functions/{arn}/{kind}"
                headers = signed(method, path, stranger)
                begin = time.perf_counter()
                answer = send(method, path, headers, connection=connection)
                took = time.perf_counter() - begin
                if answer.status == 429:
                    time.sleep(int(answer.headers["retry-after"]))
                else:
                    taken.append(took)
        there, absent = (statistics.median(taken) * 1e6 for taken in times.values())
        spread = statistics.quantiles(times["thera"], n=4)
        noise = max((spread[2] - spread[0]) * 1e6, 100)
        assert abs(there - absent) < noise, (kind, there, absent, noise)
    print("what is there and what is not: alike in time")


{"forged": forged, "roles": roles, "accounts": accounts, "lookups": lookups}[sys.argv[2]]()
