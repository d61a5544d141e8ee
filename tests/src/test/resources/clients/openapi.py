"""Walks through the whole API of our own, and holds requests and answers against /openapi.json.

    openapi.py up|dev

Objects are taken to have no members but those that are described, though clients may not rely on that.
"""

import copy
import io
import json
import re
import sys
import tarfile
import urllib.parse

import jsonschema
import openapi_spec_validator
import referencing
import referencing.jsonschema

import signing
from signing import OPERATOR

FORMATS = jsonschema.FormatChecker(["date-time"])
METHODS = ("get", "post", "put", "patch", "delete")


def closed(schema):
    """The same without room for members that are not described."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(value) for name, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        inner.setdefault("additionalProperties", False)
    return inner


class Description:
    def __init__(self, document):
        openapi_spec_validator.validate(document)
        self.document = document
        resource = referencing.Resource.from_contents(
            closed(copy.deepcopy(document)), default_specification=referencing.jsonschema.DRAFT202012
        )
        self.registry = referencing.Registry().with_resource("urn:api", resource)
        self.granted, self.answers = set(), 0

    def operations(self):
        return {
            (method, path): operation
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
            if method in METHODS
        }

    def template(self, path):
        """The path as it is described; fixed segments come before those that stand for something."""
        fitting = [
            template
            for template in self.document["paths"]
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
            or (template == "/run/{function}" and path.startswith("/run/"))
        ]
        return min(fitting, key=lambda template: template.count("{"), default=None)

    def validate(self, value, *pointer):
        path = "/".join(step.replace("~", "~0").replace("/", "~1") for step in pointer)
        jsonschema.Draft202012Validator(
            {"$ref": f"urn:api#/{urllib.parse.quote(path)}"}, registry=self.registry, format_checker=FORMATS
        ).validate(value)

    def check(self, method, path, document, answer):
        """An answer of a path that is described, or of one that is not there."""
        self.answers += 1
        template = self.template(path)
        kind = answer.headers.get("content-type", "").split(";")[0]
        operation = self.document["paths"].get(template, {}).get(method.lower())
        if operation is None:
            assert answer.status in (404, 405), (method, path, answer)
            self.validate(answer.json(), "components", "schemas", "Problem")
            return
        place = ["paths", template, method.lower(), "responses", str(answer.status)]
        response = operation["responses"].get(str(answer.status))
        if response is None:
            assert answer.status >= 400 or template == "/run/{function}", (method, path, answer)
            response, place[-1] = operation["responses"]["default"], "default"
        if "$ref" in response:
            place = response["$ref"].removeprefix("#/").split("/")
            response = self.document["components"]["responses"][place[-1]]
        content = response.get("content", {})
        if not content:
            assert not answer.body, (method, path, answer)
        else:
            type = kind if kind in content else "*/*"
            assert type in content, (method, path, kind, answer)
            for value in values(kind, answer.body):
                self.validate(value, *place, "content", type, "schema")
        if answer.status < 300:
            self.granted.add((method.lower(), template))
            described = operation.get("requestBody", {}).get("content", {})
            if "application/json" in described:
                self.validate(document, "paths", template, method.lower(), "requestBody", "content",
                              "application/json", "schema")


def values(kind, body):
    """What an answer holds: one value, or one for each line."""
    if kind == "application/x-ndjson":
        return [json.loads(line) for line in body.splitlines()]
    if kind in ("application/json", "application/problem+json"):
        return [json.loads(body)]
    return [body.decode()]


description = Description(json.loads(signing.send("GET", "/openapi.json", {}, b"").body))


def ask(status, method, path, key=OPERATOR, document=None):
    """Asks, and holds the answer against its description."""
    answer = signing.ask(method, path, key, document)
    return checked(status, method, path, document, answer)


def bare(status, method, path, body=b"", headers=None):
    """The same by nobody."""
    document = json.loads(body) if body.startswith(b"{") else None
    return checked(status, method, path, document, signing.send(method, path, headers or {}, body))


def checked(status, method, path, document, answer):
    assert answer.status == status, (method, path, answer)
    description.check(method, path.partition("?")[0], document, answer)
    kind = answer.headers.get("content-type", "").split(";")[0]
    return answer.json() if kind in ("application/json", "application/problem+json") else None


def install(name, code, key=OPERATOR, status=201):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as files:
        entry = tarfile.TarInfo("f.py")
        entry.size = len(code)
        files.addfile(entry, io.BytesIO(code.encode()))
    body, path = packed.getvalue(), f"/registry/{name}"
    answer = signing.send("POST", path, signing.signed("POST", path, key, body), body)
    checked(status, "POST", path, None, answer)


def server():
    bare(200, "GET", "/status")
    bare(200, "GET", "/healthz")
    bare(200, "GET", "/readyz")
    bare(200, "GET", "/metrics")
    bare(200, "GET", "/openapi.json")
    bare(405, "POST", "/openapi.json")
    status = ask(200, "GET", "/api/v1/status")
    assert status["functions"] >= 1, status


def functions():
    install("walked", "import sys\ndef f(event):\n  print('seen')\n  return event\n")
    install("raising", "def f(event):\n  print('about to')\n  raise ValueError('on purpose')\n")
    for path in ("/registry", "/registry/"):
        assert {"walked", "raising"} <= set(ask(200, "GET", path)), path
    listed = ask(200, "GET", "/api/v1/functions")
    assert {"walked", "raising"} <= {one["name"] for one in listed}, listed
    ask(200, "GET", "/registry/walked/config")
    ask(404, "GET", "/registry/nothing/config")
    ask(405, "PUT", "/registry/walked")
    ask(400, "POST", "/registry/a%20b")
    ask(404, "GET", "/api/v1/nothing")
    ask(404, "DELETE", "/registry/nothing")


def calls():
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        ask(200, method, "/run/walked/any/where?a=b", document={"a": "b"})
    ask(404, "POST", "/run/nothing", document={})
    answer = signing.ask("POST", "/run/raising", OPERATOR, {})
    assert answer.status == 500, answer
    threw = ask(200, "GET", f"/api/v1/invocations/{answer.headers['x-request-id']}")
    assert (threw["outcome"], threw["log"][0]["text"]) == ("threw", "about to"), threw
    answer = signing.ask("POST", "/run/walked", OPERATOR, {})
    assert ask(200, "GET", f"/api/v1/invocations/{answer.headers['x-request-id']}")["usage"]
    ask(404, "GET", "/api/v1/invocations/14e0db71-5d35-4eb5-b481-8945cf9d10c2")
    ask(200, "GET", "/api/v1/logs?function=walked&text=seen")
    ask(400, "GET", "/api/v1/logs?since=yesterday")


def aliases():
    path = "/2015-03-31/functions/walked"
    rollback = "/api/v1/functions/walked/aliases/live/rollback"
    ask(404, "POST", rollback)
    for number in ("1", "2"):
        signing.granted(signing.ask("POST", path + "/versions", OPERATOR, {}))
        install("walked", f"def f(event):\n  return {number}\n")
    signing.granted(signing.ask("POST", path + "/aliases", OPERATOR, {"Name": "live", "FunctionVersion": "1"}))
    signing.granted(signing.ask("PUT", path + "/aliases/live", OPERATOR, {
        "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.25}}}))
    body = b"{}"
    stale = signing.signed("POST", rollback, OPERATOR, body, headers={"if-match": "another"})
    checked(412, "POST", rollback, {}, signing.send("POST", rollback, stale, body))
    moved = ask(200, "POST", rollback, document={})
    assert (moved["from"]["weights"], moved["to"]["weights"]) == ({"2": 0.25}, {}), moved
    ask(409, "POST", rollback, document={})
    ask(404, "POST", "/api/v1/functions/nothing/aliases/live/rollback")


def people():
    made = ask(201, "POST", "/api/v1/accounts", document={"name": "walk"})
    number, admin = made["id"], (made["key"]["id"], made["key"]["secret"])
    ask(409, "POST", "/api/v1/accounts", document={"name": "walk"})
    ask(403, "POST", "/api/v1/accounts", admin, {"name": "mine"})
    ask(200, "GET", "/api/v1/accounts")
    ask(201, "POST", "/api/v1/users", admin, {"name": "ada", "role": "developer"})
    ask(400, "POST", "/api/v1/users", admin, {"name": "eve", "role": "king"})
    ask(200, "PATCH", "/api/v1/users/ada", admin, {"role": "invoker"})
    ask(200, "GET", "/api/v1/users", admin)
    key = ask(201, "POST", "/api/v1/keys", admin, {"user": "ada"})
    ada = (key["id"], key["secret"])
    ask(403, "GET", "/api/v1/users", ada)
    ask(200, "GET", "/api/v1/keys?user=ada", admin)
    ask(204, "PATCH", f"/api/v1/keys/{ada[0]}", admin, {"active": False})
    ask(403, "GET", "/api/v1/routes", ada)
    ask(204, "PUT", "/api/v1/users/ada/password", admin, {"password": "a password of hers"})
    login = {"account": number, "user": "ada", "password": "a password of hers", "days": 1}
    token = bare(201, "POST", "/api/v1/tokens", json.dumps(login).encode())
    bare(401, "POST", "/api/v1/tokens", json.dumps({**login, "password": "another one of hers"}).encode())
    bearer = {"Authorization": "Bearer " + token["token"]}
    bare(200, "GET", "/api/v1/tokens", headers=bearer)
    bare(401, "GET", "/api/v1/tokens", headers={"Authorization": "Bearer olt_none"})
    ask(200, "GET", "/api/v1/tokens?user=ada", admin)
    bare(204, "DELETE", "/api/v1/tokens/current", headers=bearer)
    ask(204, "DELETE", f"/api/v1/keys/{ada[0]}", admin)
    ask(204, "DELETE", "/api/v1/users/ada", admin)
    ask(404, "DELETE", "/api/v1/users/ada", admin)
    page = ask(200, "GET", "/api/v1/audit?limit=3", admin)
    assert "next" in page and len(page["entries"]) == 3, page
    ask(400, "GET", "/api/v1/audit?limit=none", admin)
    ask(204, "DELETE", f"/api/v1/accounts/{number}")


def routes():
    """What is served is described, with the role that it needs, and nothing else is."""
    served = {}
    for route in ask(200, "GET", "/api/v1/routes"):
        if route["path"] == "/run/*":
            served.update({(method, "/run/{function}"): route["role"] for method in METHODS})
        else:
            served[route["method"].lower(), route["path"]] = route["role"]
    described = {key: operation["x-role"] for key, operation in description.operations().items()}
    assert described == served, set(described.items()) ^ set(served.items())


functions()
calls()
server()
if sys.argv[1] == "up":
    routes()
    aliases()
    people()
else:
    assert "security" not in description.document
    bare(200, "GET", "/stats")
    bare(200, "GET", "/debug")
    listed = ask(200, "GET", "/api/v1/functions")
    assert any("problems" in one for one in listed), listed
    bare(404, "GET", "/api/v1/users")
ask(200, "DELETE", "/registry/walked")
missing = description.operations().keys() - description.granted
assert not missing, missing
print(f"{len(description.operations())} operations, {description.answers} answers: all as described")
