"""The public model of the AWS Lambda API, as botocore has it: what values may be, examples of them, and what is wrong
with them; requests that ask for an operation, and what is wrong with an answer.

A second reading of the model beside the server's own (`control/model`), by which that one is judged.
"""

import base64
import json
import re
import urllib.parse

import botocore.loaders

MODEL = botocore.loaders.Loader().load_service_model("lambda", "service-2")
OPERATIONS, SHAPES = MODEL["operations"], MODEL["shapes"]

# Larger values are not made up, deeper ones neither.
LARGEST, DEEPEST = 300_000, 6

# One of these fits each pattern of the model.
FITTING = (
    "f", "1", "a1", "AAAA", "lambda:InvokeFunction", "lambda:GetLayerVersion", "123456789012", "o-abcdefghij",
    "csc-00000000000000000", "/mnt/a", "us-east-1", "a:1", "ALL", "AnException",
    "14e0db71-5d35-4eb5-b481-8945cf9d10c2",
    "arn:aws:lambda:us-east-1:123456789012:function:f",
    "arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/e/e",
    "arn:aws:iam::123456789012:role/r",
    "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-00000000000000000",
    "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:14e0db71-5d35-4eb5-b481-8945cf9d10c2",
    "arn:aws:lambda:us-east-1:123456789012:capacity-provider:c",
    "arn:aws:lambda:us-east-1:123456789012:layer:l", "arn:aws:lambda:us-east-1:123456789012:layer:l:1",
    "arn:aws:lambda:us-east-1::runtime:r", "arn:aws:lambda:us-east-1:123456789012:runtime/r/version/1",
    "subnet-0", "sg-0",
    "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-00000000000000000",
)

# And one of these fits it not, if it forbids anything.
UNFITTING = ("a b", "?!", "a\tb", "", "1", "f", "x:y:z")

# What of these categories the texts here have.
CATEGORIES = {r"\p{L}": "a-zA-Z", r"\p{N}": "0-9", r"\p{Z}": " "}

# Statuses that the service itself answers otherwise than its model says.
STATUSES = {"DeleteFunction": (204,), "Invoke": (200, 202, 204), "InvokeWithResponseStream": (200, 204)}

# Values that the service itself answers though its model does not have them.
UNMODELLED = {("LastUpdateStatusReasonCode", "Creating")}

# What `ol deploy` brings has this role, and may have less memory and a smaller /tmp than AWS gives: its ol.yaml says so.
OWN_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/openlambda")
OWN_SIZES = ("MemorySize", "EphemeralStorage")

# Members that may be null, as the documentation says.
NULLABLE = {"RuntimeVersionArn"}

# Members that the service itself leaves out though its model requires them.
LEFT_OUT = {"CodeSigningConfigArn"}

# Errors that any operation may have, and that the model does not name.
COMMON = {
    "ValidationException": 400, "SerializationException": 400, "IncompleteSignatureException": 400,
    "AccessDeniedException": 403, "UnrecognizedClientException": 403, "InvalidSignatureException": 403,
    "MissingAuthenticationTokenException": 403, "RequestEntityTooLargeException": 413, "NotImplementedException": 501,
}


def lower(name):
    return name[0].lower() + name[1:]


def matches(shape, text):
    pattern = shape.get("pattern", ".*")
    for category, letters in CATEGORIES.items():
        pattern = pattern.replace(category, letters)
    return re.fullmatch(pattern, text, re.DOTALL) is not None


def bounds(shape, what, size):
    if size > shape.get("max", size):
        yield f"Member must have {what} less than or equal to {int(shape['max'])}"
    if size < shape.get("min", size):
        yield f"Member must have {what} greater than or equal to {int(shape['min'])}"


def faults(name, value, at=""):
    """What the model says against a value of a shape: (where, what)."""
    shape = SHAPES[name]
    kind = shape["type"]
    if kind == "structure":
        for member, reference in shape["members"].items():
            where = f"{at}.{lower(member)}" if at else lower(member)
            if reference["shape"] == "Runtime":
                continue  # which there are, the service says otherwise
            if member in value:
                yield from faults(reference["shape"], value[member], where)
            elif member in shape.get("required", ()):
                yield where, "Member must not be null"
    elif kind == "list":
        yield from ((at, fault) for fault in bounds(shape, "length", len(value)))
        of = shape["member"]["shape"]
        if SHAPES[of]["type"] not in ("structure", "list", "map"):
            yield from every("Member must", of, value, at)
            return
        for i, element in enumerate(value, 1):
            yield from faults(of, element, f"{at}.{i}.member")
    elif kind == "map":
        yield from ((at, fault) for fault in bounds(shape, "length", len(value)))
        yield from every("Map keys must", shape["key"]["shape"], value, at)
        of = shape["value"]["shape"]
        if SHAPES[of]["type"] not in ("structure", "list", "map"):
            yield from every("Map value must", of, value.values(), at)
            return
        for key, element in value.items():
            yield from faults(of, element, f"{at}.{key}.member")
    elif kind in ("string", "blob"):
        yield from ((at, fault) for fault in bounds(shape, "length", len(value)))
        if kind == "string" and not matches(shape, value):
            yield at, "Member must satisfy regular expression pattern: " + shape["pattern"]
        if value not in shape.get("enum", (value,)):
            yield at, f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]"
    elif kind in ("integer", "long", "double"):
        yield from ((at, fault) for fault in bounds(shape, "value", value))


def every(who, name, values, at):
    """What is said if one of several values is wrong: all that the model says of them."""
    if not any(list(faults(name, value)) for value in values):
        return
    shape = SHAPES[name]
    what = "length" if shape["type"] in ("string", "blob") else "value"
    words = [f"Member must have {what} less than or equal to {int(shape['max'])}"] if "max" in shape else []
    words += [f"Member must have {what} greater than or equal to {int(shape['min'])}"] if "min" in shape else []
    words += ["Member must satisfy regular expression pattern: " + shape["pattern"]] if "pattern" in shape else []
    words += [f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]"] if "enum" in shape else []
    yield at, f"{who} satisfy constraint: [{', '.join([*words, 'Member must not be null'])}]"


def example(name):
    """A value that a shape may have, of as little as there must be."""
    shape = SHAPES[name]
    kind, least = shape["type"], shape.get("min", 0)
    if kind == "structure":
        return {member: example(shape["members"][member]["shape"]) for member in shape.get("required", ())}
    if kind == "list":
        return [example(shape["member"]["shape"])] * max(1, least)
    if kind == "map":
        return {example(shape["key"]["shape"]): example(shape["value"]["shape"])} if least else {}
    if kind == "string":
        for text in shape.get("enum", FITTING):
            if not list(faults(name, text)):
                return text
        raise AssertionError(f"no example fits {name}: {shape}")
    if kind == "blob":
        return b"f" * max(1, least)
    return {"boolean": False, "timestamp": 0}.get(kind, max(least, 0))


def broken(name, depth=0):
    """Values of a shape, each with one constraint of it broken."""
    shape = SHAPES[name]
    kind, least, most = shape["type"], shape.get("min", 0), shape.get("max", LARGEST)
    if depth > DEEPEST:
        return
    if kind == "structure":
        for member in shape.get("required", ()):
            yield {other: value for other, value in example(name).items() if other != member}
        for member, reference in shape["members"].items():
            for value in broken(reference["shape"], depth + 1):
                yield {**example(name), member: value}
    elif kind == "list":
        if most < 1_000:
            yield [example(shape["member"]["shape"])] * (most + 1)
        if least:
            yield []
        for value in broken(shape["member"]["shape"], depth + 1):
            yield [value] * max(1, least)
    elif kind == "map":
        if least:
            yield {}
        for key in broken(shape["key"]["shape"], depth + 1):
            yield {key: example(shape["value"]["shape"])}
        for value in broken(shape["value"]["shape"], depth + 1):
            yield {example(shape["key"]["shape"]): value}
    elif kind == "string":
        if most < LARGEST:
            yield "f" * (most + 1)
        if least:
            yield ""
        yield from [text for text in UNFITTING if not matches(shape, text)][:1]
        if "enum" in shape:
            yield "none-of-these"
    elif kind == "blob":
        if most < LARGEST:
            yield b"f" * (most + 1)
    elif kind in ("integer", "long", "double"):
        yield from (shape["max"] + 1,) if "max" in shape else ()
        yield from (shape["min"] - 1,) if "min" in shape else ()


def mistyped(name):
    """Inputs of an operation with one member that is of another type in the body or query."""
    for member, reference in SHAPES[name]["members"].items():
        kind = SHAPES[reference["shape"]]["type"]
        if "location" not in reference and SHAPES[name].get("payload") != member and kind != "timestamp":
            yield {**example(name), member: "?" if kind in ("structure", "list", "map") else [[]]}
        elif kind in ("integer", "long") and reference.get("location") in ("querystring", "uri"):
            yield {**example(name), member: "one"}


def as_json(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: as_json(element) for key, element in value.items()}
    return [as_json(element) for element in value] if isinstance(value, list) else value


def as_text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def request(operation, given):
    """The method, path, fields and body that ask for an operation; nothing if its path can not say it."""
    path, _, literal = operation["http"]["requestUri"].partition("?")
    query, fields, document, body = [literal] if literal else [], {}, {}, None
    shape = SHAPES[operation["input"]["shape"]] if "input" in operation else {"members": {}}
    for member, value in given.items():
        reference = shape["members"][member]
        name = reference.get("locationName", member)
        match reference.get("location"):
            case "uri":
                path = path.replace(f"{{{name}}}", urllib.parse.quote(as_text(value), safe=""))
            case "querystring":
                query += [f"{name}={urllib.parse.quote(as_text(one), safe='')}"
                          for one in (value if isinstance(value, list) else [value])]
            case "header":
                fields[name] = as_text(value)
            case _ if shape.get("payload") == member:
                body = value if isinstance(value, bytes) else json.dumps(as_json(value)).encode()
            case _:
                document[name] = as_json(value)
    if "{" in path or "//" in path or path.endswith("/"):
        return None
    body = body if body is not None else json.dumps(document).encode() if document else b""
    return operation["http"]["method"], path + ("?" + "&".join(query) if query else ""), fields, body


def strict(name, value, at):
    """What is wrong with a part of an answer, in words."""
    shape = SHAPES[name]
    kind = shape["type"]
    types = {
        "structure": dict, "map": dict, "list": list, "string": str, "blob": str, "boolean": bool, "integer": int,
        "long": int, "double": (int, float), "timestamp": (int, float),
    }
    if not isinstance(value, types[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{at} is no {kind}: {value!r}"
    elif kind == "structure":
        yield from members(shape, value, at)
    elif kind == "list":
        for i, element in enumerate(value):
            yield from strict(shape["member"]["shape"], element, f"{at}[{i}]")
        yield from (f"{at}: {fault}" for fault in bounds(shape, "length", len(value)))
    elif kind == "map":
        for key, element in value.items():
            yield from strict(shape["key"]["shape"], key, f"{at}.{key}")
            yield from strict(shape["value"]["shape"], element, f"{at}.{key}")
        yield from (f"{at}: {fault}" for fault in bounds(shape, "length", len(value)))
    elif (name, value) not in UNMODELLED:
        yield from (f"{at}: {fault}: {value!r}" for _, fault in faults(name, value))


def members(shape, value, at):
    """The same of the members that are in the body."""
    inside = {
        reference.get("locationName", member): reference["shape"]
        for member, reference in shape["members"].items()
        if "location" not in reference
    }
    for name, element in value.items():
        if element is None and name in NULLABLE:
            continue
        if name in OWN_SIZES and OWN_ROLE.fullmatch(value.get("Role", "")):
            continue
        if name in inside:
            yield from strict(inside[name], element, f"{at}.{name}")
        else:
            yield f"{at}.{name} is no member: {element!r}"
    for member in shape.get("required", ()):
        if member in LEFT_OUT or "location" in shape["members"][member]:
            continue
        if shape["members"][member].get("locationName", member) not in value:
            yield f"{at}.{member} is missing"


def fields(shape, headers, at):
    """The same of those that are fields of the head."""
    for member, reference in shape["members"].items():
        if reference.get("location") == "header":
            text = headers.get(reference["locationName"].lower())
            if text is not None:
                number = SHAPES[reference["shape"]]["type"] in ("integer", "long")
                yield from strict(reference["shape"], int(text) if number else text, f"{at}.{member}")
            elif member in shape.get("required", ()):
                yield f"{at}.{member} is missing in the head"


def wrong(name, status, headers, body):
    """What is wrong with an answer to an operation: a list of sentences.

    Names of fields are in lower case; a body of None was not looked at.
    """
    operation = OPERATIONS[name]
    if not re.fullmatch(r"[0-9a-f-]{36}", headers.get("x-amzn-requestid", "")):
        return [f"{name}: x-amzn-requestid is missing: {headers}"]
    if status >= 300:
        return list(wrong_error(operation, status, headers, body))
    allowed = STATUSES.get(name, (operation["http"].get("responseCode", 200),))
    if status not in allowed:
        return [f"{name} was granted with {status} and not {allowed}"]
    shape = SHAPES[operation["output"]["shape"]] if "output" in operation else {"members": {}}
    found = list(fields(shape, headers, name))
    if body is None or ("payload" in shape and status == 200):
        return found
    if status == 204 or not [r for r in shape["members"].values() if "location" not in r]:
        return found + ([f"{name}: {status} has a body: {body!r}"] if body else [])
    if headers.get("content-type") != "application/json":
        found.append(f"{name}: its type is {headers.get('content-type')}")
    return found + list(strict(operation["output"]["shape"], json.loads(body), name))


def wrong_error(operation, status, headers, body):
    name, code = operation["name"], headers.get("x-amzn-errortype", "")
    said = json.loads(body)
    own = [error["shape"] for error in operation.get("errors", ())]
    if code in COMMON:
        if COMMON[code] != status:
            yield f"{name}: {code} has the status {status}"
        if set(said) - {"Type"} != {"message"} or not isinstance(said["message"], str):
            yield f"{name}: {code} says {said}"
        if ("Type" in said) == (code in ("ValidationException", "RequestEntityTooLargeException")):
            yield f"{name}: {code} has a Type, or none: {said}"
    elif code not in own:
        yield f"{name} has no error {code}: {said}"
    else:
        shape = SHAPES[code]
        modelled = shape["error"]["httpStatusCode"]
        if status != modelled and not (code == "ServiceException" and status == 503 and "retry-after" in headers):
            yield f"{name}: {code} has the status {status} and not {modelled}"
        yield from strict(code, said, f"{name}.{code}")
        yield from fields(shape, headers, f"{name}.{code}")
        if not any(member in said for member in ("message", "Message")):
            yield f"{name}: {code} says nothing: {said}"
        if status != 413 and said.get("Type") != ("User" if status < 500 else "Service"):
            yield f"{name}: {code} is of the type {said.get('Type')}"


def watch(client, seen):
    """Every answer that a client of boto3 gets is looked at, whole and before boto3 has read it.

    `seen` is a set of the operations that were granted.
    """

    def look(http_response, model, **_):
        headers = {name.lower(): value for name, value in http_response.headers.items()}
        unread = model.has_streaming_output or model.has_event_stream_output
        body = None if unread and http_response.status_code < 300 else http_response.content
        found = wrong(model.name, http_response.status_code, headers, body)
        assert not found, (found, headers, body)
        if http_response.status_code < 300:
            seen.add(model.name)

    client.meta.events.register("after-call.lambda", look)
