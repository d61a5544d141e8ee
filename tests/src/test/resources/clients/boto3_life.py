"""The life of a function, by boto3: what any version of it does with AWS Lambda, against this server.

Configured by the environment, as any program that uses boto3. Ends with the first thing that is wrong.
"""

import base64
import collections
import concurrent.futures
import hashlib
import json
import os
import re
import time
import urllib.error
import urllib.request

import boto3
import shared
from shared import ROLE, api, arn, payload, refused

ARN = arn("life")
CODE = '''
import logging
import os
import time

def pieces(event):
    yield from event["yield"]
    if "then" in event:
        raise ValueError("too late")

def handler(event, context):
    print("printed")
    logging.getLogger().warning("logged")
    if "raise" in event:
        raise ValueError(event["raise"])
    if "exit" in event:
        os._exit(event["exit"])
    if "yield" in event:
        return pieces(event)
    time.sleep(event.get("sleep", 0))
    return {"event": event, "version": context.function_version, "arn": context.invoked_function_arn,
            "id": context.aws_request_id, "file": __file__, "GREETING": os.environ.get("GREETING"),
            "stream": context.log_stream_name, "mark": MARK}
'''


def archive(mark):
    return shared.archive(app=CODE + f"\nMARK = {mark!r}\n")


# Nothing is there yet.
refused("ResourceNotFoundException", 404, f"Function not found: {ARN}$", api.get_function, FunctionName="life")
refused("ResourceNotFoundException", 404, "LATEST$", api.invoke, FunctionName="life")

# It is made.
made = api.create_function(
    FunctionName="life", Runtime="python3.11", Role=ROLE, Handler="app.handler",
    Code={"ZipFile": archive("one")}, Environment={"Variables": {"GREETING": "hello"}}, Tags={"team": "a"},
)
assert made["State"] == "Pending" and made["StateReasonCode"] == "Creating", made
assert made["StateReason"] == "The function is being created." and "LastUpdateStatus" not in made, made
assert (made["Timeout"], made["MemorySize"], made["Version"]) == (3, 128, "$LATEST"), made
assert made["FunctionArn"] == ARN and made["ResponseMetadata"]["HTTPStatusCode"] == 201, made
begun = time.monotonic()
for waiter in ("function_exists", "function_active", "function_updated"):
    api.get_waiter(waiter).wait(FunctionName="life")
assert time.monotonic() - begun < 1, "a waiter has waited"
got = api.get_function_configuration(FunctionName="life")
assert (got["State"], got["LastUpdateStatus"]) == ("Active", "Successful") and "StateReason" not in got, got
assert got["RevisionId"] != made["RevisionId"], "it has settled"
refused(
    "ResourceConflictException", 409, "already exist", api.create_function, FunctionName="life",
    Runtime="python3.11", Role=ROLE, Handler="app.handler", Code={"ZipFile": archive("one")},
)

# It is called, under each of its names.
for name in ("life", ARN, "123456789012:function:life", "life:$LATEST"):
    answer = api.invoke(FunctionName=name, Payload=b'{"a": 1}')
    said = payload(answer)
    assert said["event"] == {"a": 1} and said["mark"] == "one" and said["GREETING"] == "hello", said
    assert said["version"] == answer["ExecutedVersion"] == "$LATEST", said
    assert said["arn"] == (ARN + ":$LATEST" if name.endswith("LATEST") else ARN), said
    assert said["id"] == answer["ResponseMetadata"]["RequestId"], answer
    assert said["file"] == "/var/task/app.py", said
    assert re.match(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$", said["stream"]), said
assert payload(api.invoke(FunctionName="life"))["event"] == {}
assert api.invoke(FunctionName="life", InvocationType="DryRun")["StatusCode"] == 204

# What it writes is in the tail.
answer = api.invoke(FunctionName="life", LogType="Tail")
number = answer["ResponseMetadata"]["RequestId"]
tail = base64.b64decode(answer["LogResult"]).decode().splitlines()
assert tail[0] == f"START RequestId: {number} Version: $LATEST", tail
assert tail[1] == "printed" and re.match(r"\[WARNING\]\t\S+Z\t" + number + "\tlogged", tail[2]), tail
assert tail[3] == f"END RequestId: {number}", tail
assert re.match(
    rf"REPORT RequestId: {number}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB",
    tail[4],
), tail

# What goes wrong in it is an answer.
answer = api.invoke(FunctionName="life", Payload=b'{"raise": "on purpose"}')
error = payload(answer)
assert answer["StatusCode"] == 200 and answer["FunctionError"] == "Unhandled", answer
assert (error["errorType"], error["errorMessage"]) == ("ValueError", "on purpose"), error
assert 'File "/var/task/app.py"' in error["stackTrace"][0] and error["requestId"], error
error = payload(api.invoke(FunctionName="life", Payload=b'{"exit": 3}'))
assert error["errorType"] == "Runtime.ExitError" and "exit status 3" in error["errorMessage"], error
error = payload(api.invoke(FunctionName="life", Payload=b'{"sleep": 10}'))
assert error["errorType"] == "Sandbox.Timedout", error
assert error["errorMessage"].endswith("Error: Task timed out after 3.00 seconds"), error
refused("InvalidRequestContentException", 400, "Could not parse", api.invoke, FunctionName="life", Payload=b"{")

# It can answer in pieces.
def streamed(**arguments):
    answer = api.invoke_with_response_stream(FunctionName="life", **arguments)
    events = list(answer["EventStream"])
    pieces = b"".join(event["PayloadChunk"]["Payload"] for event in events[:-1])
    return pieces, events[-1]["InvokeComplete"]


if hasattr(api, "invoke_with_response_stream"):  # not in old versions
    pieces, end = streamed(Payload=b'{"yield": ["a", "b", "c"]}', LogType="Tail")
    assert pieces == b"abc" and "ErrorCode" not in end, (pieces, end)
    assert b"REPORT" in base64.b64decode(end["LogResult"]), end
    pieces, end = streamed(Payload=b'{"a": 1}')
    assert json.loads(pieces)["event"] == {"a": 1} and "ErrorCode" not in end, (pieces, end)
    pieces, end = streamed(Payload=b'{"raise": "on purpose"}')
    assert end["ErrorCode"] == "Unhandled" and "on purpose" in end["ErrorDetails"], (pieces, end)
    pieces, end = streamed(Payload=b'{"yield": ["a"], "then": "raise"}')
    assert pieces == b"a" and "too late" in end["ErrorDetails"], (pieces, end)

# Its configuration changes.
revision = api.get_function_configuration(FunctionName="life")["RevisionId"]
refused(
    "PreconditionFailedException", 412, "GetFunction", api.update_function_configuration,
    FunctionName="life", Timeout=5, RevisionId="00000000-0000-0000-0000-000000000000",
)
changed = api.update_function_configuration(FunctionName="life", MemorySize=256, RevisionId=revision)
assert changed["MemorySize"] == 256 and changed["Timeout"] == 3 and changed["LastUpdateStatus"] == "InProgress", changed
assert changed["RevisionId"] != revision, changed
assert changed["LastUpdateStatusReason"] == "The function is being created.", changed
assert changed["LastUpdateStatusReasonCode"] == "Creating" and changed["State"] == "Active", changed
begun = time.monotonic()
api.get_waiter("function_updated").wait(FunctionName="life")
assert time.monotonic() - begun < 1, "a waiter has waited"
got = api.get_function_configuration(FunctionName="life")
assert got["LastUpdateStatus"] == "Successful" and "LastUpdateStatusReason" not in got, got
assert got["RevisionId"] not in (revision, changed["RevisionId"]), got
refused(
    "PreconditionFailedException", 412, "GetFunction", api.update_function_configuration,
    FunctionName="life", Timeout=5, RevisionId=changed["RevisionId"],
)
for seconds in (4, 5, 6, 3):  # clients change one thing after another
    api.update_function_configuration(FunctionName="life", Timeout=seconds)
many = {"Variables": {f"NAME{i}": "x" * 400 for i in range(12)}}
refused(
    "InvalidParameterValueException", 400, "4KB limit. String measured: {",
    api.update_function_configuration, FunctionName="life", Environment=many,
)

# Versions.
first = api.publish_version(FunctionName="life")
again = api.publish_version(FunctionName="life")
assert first["Version"] == again["Version"] == "1" and first["FunctionArn"] == ARN + ":1", (first, again)
api.update_function_code(FunctionName="life", ZipFile=archive("two"))
assert payload(api.invoke(FunctionName="life"))["mark"] == "two"
assert payload(api.invoke(FunctionName="life", Qualifier="1"))["mark"] == "one"
refused(
    "InvalidParameterValueException", 400, "is different from current CodeSHA256",
    api.publish_version, FunctionName="life", CodeSha256=first["CodeSha256"],
)
assert api.publish_version(FunctionName="life", Description="second")["Version"] == "2"
refused("ResourceNotFoundException", 404, ":life:7$", api.invoke, FunctionName="life", Qualifier="7")

# Aliases, one with weights.
api.create_alias(FunctionName="life", Name="live", FunctionVersion="1")
refused(
    "ResourceConflictException", 409, f"Alias already exists: {ARN}:live",
    api.create_alias, FunctionName="life", Name="live", FunctionVersion="1",
)
assert payload(api.invoke(FunctionName="life:live"))["mark"] == "one"
api.update_alias(
    FunctionName="life", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}}
)
shares = collections.Counter(
    api.invoke(FunctionName="life", Qualifier="live")["ExecutedVersion"] for _ in range(100)
)
assert 20 <= shares["2"] <= 80 and shares["1"] + shares["2"] == 100, shares
assert api.update_alias(FunctionName="life", Name="live", FunctionVersion="2", RoutingConfig={})["FunctionVersion"] == "2"
assert api.get_function(FunctionName="life", Qualifier="live")["Configuration"]["FunctionArn"] == ARN + ":live"
refused(
    "InvalidParameterValueException", 400, "does not match the specified qualifier",
    api.invoke, FunctionName=ARN + ":1", Qualifier="live",
)

# Lists have pages.
for i in range(5):
    api.create_function(
        FunctionName=f"many-{i}", Runtime="python3.11", Role=ROLE, Handler="app.handler",
        Code={"ZipFile": archive("many")},
    )
pages = [page["Functions"] for page in api.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})]
assert [len(page) for page in pages] == [2, 2, 2], pages
assert [f["FunctionName"] for page in pages for f in page] == ["life"] + [f"many-{i}" for i in range(5)], pages
versions = [
    version["Version"]
    for page in api.get_paginator("list_versions_by_function").paginate(FunctionName="life", PaginationConfig={"PageSize": 1})
    for version in page["Versions"]
]
assert versions == ["$LATEST", "1", "2"], versions

# Reserved concurrency.
assert "ReservedConcurrentExecutions" not in api.get_function_concurrency(FunctionName="life")
refused(
    "InvalidParameterValueException", 400, "below its minimum value of", api.put_function_concurrency,
    FunctionName="life", ReservedConcurrentExecutions=901,
)
api.put_function_concurrency(FunctionName="life", ReservedConcurrentExecutions=1)
got = api.get_function(FunctionName="life")
location = got["Code"]["Location"]
with urllib.request.urlopen(location) as answer:
    digest = base64.b64encode(hashlib.sha256(answer.read()).digest()).decode()
assert digest == got["Configuration"]["CodeSha256"], got
try:
    urllib.request.urlopen(location[:-2] + ("AA" if location[-2:] != "AA" else "BB"))
    raise AssertionError("a made-up address was served")
except urllib.error.HTTPError as error:
    assert error.code == 403, error
assert api.get_function(FunctionName="life")["Concurrency"] == {"ReservedConcurrentExecutions": 1}
assert api.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 999
with concurrent.futures.ThreadPoolExecutor(8) as callers:
    calls = [callers.submit(api.invoke, FunctionName="life", Payload=b'{"sleep": 0.5}') for _ in range(8)]
throttled = [call.exception() for call in calls if call.exception()]
assert 1 <= len(throttled) <= 7, throttled
for error in throttled:
    assert error.response["Error"]["Code"] == "TooManyRequestsException", error.response
    assert error.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded", error.response
    assert error.response["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1", error.response
assert payload(api.invoke(FunctionName="life"))["mark"] == "two"
api.put_function_concurrency(FunctionName="life", ReservedConcurrentExecutions=0)
refused("TooManyRequestsException", 429, "Rate Exceeded", api.invoke, FunctionName="life")
assert api.delete_function_concurrency(FunctionName="life")["ResponseMetadata"]["HTTPStatusCode"] == 204
assert payload(api.invoke(FunctionName="life"))["mark"] == "two"

# Tags and the account.
assert api.list_tags(Resource=ARN)["Tags"] == {"team": "a"}
api.tag_resource(Resource=ARN, Tags={"stage": "b"})
api.untag_resource(Resource=ARN, TagKeys=["team"])
assert api.list_tags(Resource=ARN)["Tags"] == {"stage": "b"}
assert api.get_account_settings()["AccountUsage"]["FunctionCount"] == 6

# It goes.
refused("ResourceConflictException", 409, "referenced by", api.delete_function, FunctionName="life", Qualifier="2")
assert api.delete_alias(FunctionName="life", Name="live")["ResponseMetadata"]["HTTPStatusCode"] == 204
assert api.delete_function(FunctionName="life", Qualifier="2")["ResponseMetadata"]["HTTPStatusCode"] in (200, 204)
for name in ["life"] + [f"many-{i}" for i in range(5)]:
    api.delete_function(FunctionName=name)
refused("ResourceNotFoundException", 404, "LATEST$", api.invoke, FunctionName="life")
assert api.list_functions()["Functions"] == []

# What is made again under a name sees nothing of what was deleted.
SECRET = '''
import os

CALLS = []

def handler(event, context):
    CALLS.append(os.path.exists("/tmp/secret"))
    open("/tmp/secret", "w").close()
    return CALLS
'''
for life in range(2):
    api.create_function(
        FunctionName="again", Runtime="python3.11", Role=ROLE, Handler="app.handler",
        Code={"ZipFile": shared.archive(app=SECRET)}, Publish=True,
    )
    for qualifier in ("1", "$LATEST"):
        calls = [payload(api.invoke(FunctionName="again", Qualifier=qualifier)) for _ in range(2)]
        assert calls == [[False], [False, True]], (life, qualifier, calls)
    api.delete_function(FunctionName="again")

# Nobody else comes in.
for key, secret, code in (
    ("AKIAAAAAAAAAAAAAAAAA", "none", "UnrecognizedClientException"),
    (None, "none", "InvalidSignatureException"),
):
    session = boto3.session.Session()
    known = session.get_credentials()
    stranger = session.client(
        "lambda",
        endpoint_url=os.environ["AWS_ENDPOINT_URL_LAMBDA"],
        aws_access_key_id=key or known.access_key,
        aws_secret_access_key=secret,
    )
    refused(code, 403, ".", stranger.list_functions)
    refused(code, 403, ".", stranger.invoke, FunctionName="life")

print(f"boto3 {boto3.__version__}: all as with AWS Lambda")
