"""Links: requests whose query is signed, so that whoever has one may make that request and no other."""

import base64
import json
import urllib.request

import boto3

import signing
from signing import account, ask, follow, granted, linked, make, send, shifted
from urls import call

ECHO = "def handler(event, context): return event\n"
CALL = "/2015-03-31/functions/linked/invocations"
LIST = "/2015-03-31/functions"

number, key = account("links")
_, stranger = account("strangers")
make(number, key, "linked", ECHO)

# The SDK's own.
api = boto3.client(
    "lambda", region_name="us-east-1", aws_access_key_id=key[0], aws_secret_access_key=key[1],
    endpoint_url=f"http://{signing.SERVER}",
)
for operation, arguments, member in (
    ("get_function", {"FunctionName": "linked"}, "Configuration"),
    ("list_functions", {"MaxItems": 1}, "Functions"),
    ("list_tags", {"Resource": f"arn:aws:lambda:us-east-1:{number}:function:linked"}, "Tags"),
):
    with urllib.request.urlopen(api.generate_presigned_url(operation, arguments, ExpiresIn=60)) as answer:
        assert member in json.load(answer), operation

# Calls: with the body that was signed, or with any if the signer left it open.
assert granted(follow("POST", CALL, key, b'{"a": 1}')) == {"a": 1}
path = linked("POST", CALL, key, None)
for body in (b'{"a": 1}', b'{"b": 2}'):
    assert granted(send("POST", path, {}, body)) == json.loads(body)
assert send("POST", linked("POST", CALL, key, b'{"a": 1}'), {}, b'{"a": 2}').status == 403
said = {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
assert granted(send("POST", linked("POST", CALL, key, None, headers=said), said, b"3")) == 3
assert send("POST", CALL, signing.signed("POST", CALL, key, b"3", headers=said), b"3").status == 403, "only in a link"
dry = {"x-amz-invocation-type": "DryRun"}
assert send("POST", linked("POST", CALL, key, headers=dry), dry).status == 204
assert send("POST", linked("POST", CALL, key, headers=dry), {"x-amz-invocation-type": "Event"}).status == 403

# How long they are good.
week = 7 * 24 * 60
assert send("GET", shifted(1 - week, linked)("GET", LIST, key, expires=604800), {}).status == 200
answer = send("GET", shifted(-1 - week, linked)("GET", LIST, key, expires=604800), {})
assert answer.status == 403 and "Signature expired" in answer.json()["message"], answer
assert "10080 min.)" in answer.json()["message"], answer
answer = send("GET", linked("GET", LIST, key, expires=604801), {})
assert answer.status == 400 and answer.headers["x-amzn-errortype"] == "IncompleteSignatureException", answer
assert send("GET", linked("GET", LIST, key, expires=None), {}).status == 200
assert send("GET", shifted(-4, linked)("GET", LIST, key, expires=None), {}).status == 200
assert send("GET", shifted(-6, linked)("GET", LIST, key, expires=None), {}).status == 403
assert send("GET", shifted(4, linked)("GET", LIST, key), {}).status == 200, "clocks differ"

# Tokens of sessions, as an SDK sends them that has some.
for answer in (
    send("GET", linked("GET", LIST, key, token="token"), {}),
    send("GET", LIST, signing.signed("GET", LIST, key, token="token")),
):
    assert answer.status == 403, answer
    assert answer.headers["x-amzn-errortype"] == "UnrecognizedClientException", answer
    assert answer.json()["message"] == "The security token included in the request is invalid.", answer

# Whatever order and letters the parameters have that are signed.
for query in ("a1=3&a=2&a-b=0", "x=%FF", "x=%C3%A9&y", "X-Amz-Other=1"):
    for body in (b"{}", None):
        assert follow("GET", f"{LIST}?{query}", key, body).status == 200, query
    assert ask("GET", f"{LIST}?{query}", key).status == 200, query

# The API of our own.
assert follow("GET", "/api/v1/functions", key).status == 200
assert follow("POST", "/run/linked", key).status == 200

# Function URLs.
made = granted(ask("POST", "/2021-10-31/functions/linked/url", key, {"AuthType": "AWS_IAM"}))
url = made["FunctionUrl"]
host = url.split("/")[2]
assert call(url).status == 403
event = json.loads(call(url, linked("GET", "/a%20b?c=d&e=f", key, b"", host=host)).content)
assert event["rawPath"] == "/a%20b" and event["rawQueryString"] == "c=d&e=f", event
assert event["queryStringParameters"] == {"c": "d", "e": "f"}, event
assert event["requestContext"]["authorizer"]["iam"]["accountId"] == number, event
assert "X-Amz-Signature" not in json.dumps(event), event
sent = call(url, linked("POST", "/", key, b'{"a": 1}', host=host), "POST", body=b'{"a": 1}')
assert base64.b64decode(json.loads(sent.content)["body"]) == b'{"a": 1}', sent.content
for path in ("/a//b", "//", "/a/./b/", "/a/../b"):  # clients sign them without what stands for nothing
    event = json.loads(call(url, linked("GET", path, key, b"", host=host)).content)
    assert event["rawPath"] == path, event
good = linked("GET", "/", key, b"", host=host)
assert call(url, good).status == 200
for wrong in (
    linked("GET", "/", key, b"", host=f"other.{host}"),
    linked("GET", "/", key, b"", host=host, service="execute-api"),
    linked("POST", "/", key, b"", host=host),
    linked("GET", "/", stranger, b"", host=host),
    shifted(-2, linked)("GET", "/", key, b"", host=host),
    good.replace("/?", "/other?"),
    good + "&more=1",
    good + "&X-Amz-Signature=00",
):
    assert call(url, wrong).status in (400, 403), wrong
assert call(url, good, headers=signing.signed("GET", "/", key)).status == 400
print("links open what was signed, for as long as they may")
