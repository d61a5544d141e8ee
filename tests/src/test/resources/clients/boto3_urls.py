"""Function URLs, permissions and what else a function has beside it, by boto3 and by HTTP.

Configured by the environment, as any program that uses boto3. Ends with the first thing that is wrong.
"""

import base64
import json
import re
import urllib.parse

import boto3
import botocore.auth
import botocore.awsrequest
from shared import ACCOUNT, ROLE, api, archive, arn, refused
from urls import call

ARN = arn("web")
CODE = '''
def handler(event, context):
    path = event.get("rawPath")
    if path == "/echo":
        return event
    if path == "/full":
        return {"statusCode": "418", "headers": {"x-one": 1, "content-type": "text/plain"},
                "cookies": ["a=1; Path=/", "b=2"], "body": "short and stout"}
    if path == "/binary":
        return {"statusCode": 200, "headers": {"Content-Type": "image/png"},
                "body": "iVBORw0KGgo=", "isBase64Encoded": True}
    if path == "/text":
        return "plain"
    if path == "/raise":
        raise ValueError("not told to callers")
    if path == "/badstatus":
        return {"statusCode": "teapot"}
    if path == "/cors":
        return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "https://evil.example"}, "body": ""}
    if path == "/stream":
        return stream()
    if path == "/prelude":
        return prelude()
    return {"version": context.function_version, "arn": context.invoked_function_arn}

def stream():
    yield {"status": 203, "headers": {"content-type": "text/event-stream"}}
    for i in range(3):
        yield f"data: {i}\\n\\n"

def prelude():
    yield {"headers": {"content-type": "application/vnd.awslambda.http-integration-response"}}
    yield b'{"statusCode": 201, "headers": {"x-two": "2"}, "cookies": ["c=3"]}' + b"\\0" * 5
    yield b"\\0" * 3 + b"after"
    yield b" all"
'''


def signed(url, path="/", method="GET", body=b"", service="lambda"):
    credentials = boto3.Session().get_credentials()
    request = botocore.awsrequest.AWSRequest(method, url.rstrip("/") + path, data=body)
    botocore.auth.SigV4Auth(credentials, service, "us-east-1").add_auth(request)
    return call(url, path, method, dict(request.headers), body)


streams = "InvokeMode" in api.meta.service_model.operation_model("UpdateFunctionUrlConfig").input_shape.members

# What is not there.
missing = "The resource you requested does not exist."
refused("ResourceNotFoundException", 404, "does not exist", api.create_function_url_config,
        FunctionName="web", AuthType="NONE")
refused("ResourceNotFoundException", 404, missing, api.get_function_url_config, FunctionName="web")
refused("ResourceNotFoundException", 404, f"Function not found: {ARN}$", api.get_policy, FunctionName="web")

api.create_function(
    FunctionName="web", Runtime="python3.11", Role=ROLE, Handler="app.handler", Code={"ZipFile": archive(app=CODE)},
)
api.publish_version(FunctionName="web")
api.create_alias(FunctionName="web", Name="live", FunctionVersion="1")

# A URL is made.
made = api.create_function_url_config(FunctionName="web", AuthType="NONE")
url = made["FunctionUrl"]
assert re.match(r"http://[a-z2-7]{32}\.lambda-url\.us-east-1\.localhost:\d+/$", url), url
assert made["FunctionArn"] == ARN and made["AuthType"] == "NONE" and "InvokeMode" not in made, made
refused("ResourceConflictException", 409, "FunctionUrlConfig exists", api.create_function_url_config,
        FunctionName="web", AuthType="NONE")
got = api.get_function_url_config(FunctionName="web")
assert got["FunctionUrl"] == url and got["LastModifiedTime"], got
assert got.get("InvokeMode", "BUFFERED") == "BUFFERED" and ("InvokeMode" in got) == streams, got
refused("ResourceNotFoundException", 404, missing, api.get_function_url_config, FunctionName="web", Qualifier="live")
refused("ResourceNotFoundException", 404, "does not exist", api.create_function_url_config,
        FunctionName="web", Qualifier="other", AuthType="NONE")

# Nobody may call it, until its policy says so.
answer = call(url)
assert answer.status == 403 and json.loads(answer.content) == {"Message": "Forbidden"}, answer.content
statement = json.loads(api.add_permission(
    FunctionName="web", StatementId="all", Action="lambda:InvokeFunctionUrl", Principal="*",
    FunctionUrlAuthType="NONE",
)["Statement"])
assert statement == {
    "Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Resource": ARN,
    "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
}, statement
answer = call(url)
assert answer.status == 200 and json.loads(answer.content) == {"version": "$LATEST", "arn": ARN}, answer.content
assert answer.headers["Content-Type"] == "application/json", answer.headers
unknown = url.replace("http://", "http://0")
assert call(unknown).status == 404

# The event.
event = json.loads(call(
    url, "/echo?a=1&b=2&a=3%20x", "POST",
    {"Cookie": "k=v; l=w", "X-Mixed": "Yes", "Content-Type": "application/json", "X-Forwarded-For": "6.6.6.6"},
    '{"ä": 1}'.encode(),
).content)
host = urllib.parse.urlsplit(url).hostname
assert event["version"] == "2.0" and event["routeKey"] == "$default" and event["rawPath"] == "/echo", event
assert event["rawQueryString"] == "a=1&b=2&a=3%20x", event
assert event["queryStringParameters"] == {"a": "1,3 x", "b": "2"}, event
assert event["cookies"] == ["k=v", "l=w"], event
assert event["headers"]["x-mixed"] == "Yes" and event["headers"]["x-forwarded-for"] == "127.0.0.1", event
assert event["body"] == '{"ä": 1}' and event["isBase64Encoded"] is False, event
about = event["requestContext"]
assert about["accountId"] == "anonymous" and about["domainName"] == host, about
assert about["domainPrefix"] == about["apiId"] == host.partition(".")[0], about
assert about["http"]["method"] == "POST" and about["http"]["path"] == "/echo", about
assert about["http"]["sourceIp"] == "127.0.0.1" and about["http"]["protocol"] == "HTTP/1.1", about
assert about["stage"] == "$default" and isinstance(about["timeEpoch"], int), about
assert re.match(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000$", about["time"]), about
event = json.loads(call(url, "/echo", "PUT", {"Content-Type": "image/png"}, b"\x89PNG\xff").content)
assert event["isBase64Encoded"] is True and base64.b64decode(event["body"]) == b"\x89PNG\xff", event
event = json.loads(call(url, "/echo").content)
assert "body" not in event and "cookies" not in event and "queryStringParameters" not in event, event

# The answer.
answer = call(url, "/full")
assert answer.status == 418 and answer.content == b"short and stout", answer.content
assert answer.headers["x-one"] == "1" and answer.headers["content-type"] == "text/plain", answer.headers
assert answer.headers.get_all("set-cookie") == ["a=1; Path=/", "b=2"], answer.headers
answer = call(url, "/binary")
assert answer.content == b"\x89PNG\r\n\x1a\n" and answer.headers["content-type"] == "image/png", answer.content
assert call(url, "/text").content == b"plain"
for path in "/raise", "/badstatus":
    answer = call(url, path)
    assert (answer.status, answer.content) == (502, b"Internal Server Error"), answer.content
assert re.match(r"[0-9a-f-]{36}$", answer.headers["x-amzn-requestid"]), answer.headers
assert call(url, "/?q=%zz").status == 400
assert call(url, "/echo", "POST", body=b"x" * (6 * 1024 * 1024 + 1)).status == 413

# Streams, where the client knows them.
if streams:
    changed = api.update_function_url_config(FunctionName="web", InvokeMode="RESPONSE_STREAM")
    assert changed["InvokeMode"] == "RESPONSE_STREAM" and changed["AuthType"] == "NONE", changed
    answer = call(url, "/stream")
    assert answer.status == 203 and answer.content == b"data: 0\n\ndata: 1\n\ndata: 2\n\n", answer.content
    assert answer.headers["content-type"] == "text/event-stream", answer.headers
    answer = call(url, "/prelude")
    assert answer.status == 201 and answer.content == b"after all", answer.content
    assert answer.headers["x-two"] == "2" and answer.headers["set-cookie"] == "c=3", answer.headers
    assert call(url, "/full").status == 418

# Pages of other sites.
api.update_function_url_config(
    FunctionName="web",
    Cors={"AllowOrigins": ["https://good.example"], "AllowMethods": ["GET", "PUT"], "AllowHeaders": ["x-ask"],
          "ExposeHeaders": ["x-one"], "MaxAge": 60, "AllowCredentials": True},
)
answer = call(url, "/", "OPTIONS", {
    "Origin": "https://good.example", "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "x-ask, x-other",
})
assert answer.status == 200 and answer.headers["access-control-allow-origin"] == "https://good.example"
assert answer.headers["access-control-allow-methods"] == "PUT", answer.headers
assert answer.headers["access-control-allow-headers"] == "x-ask", answer.headers
assert answer.headers["access-control-max-age"] == "60", answer.headers
answer = call(url, "/full", headers={"Origin": "https://good.example"})
assert answer.headers["access-control-allow-origin"] == "https://good.example", answer.headers
assert answer.headers["access-control-expose-headers"] == "x-one", answer.headers
assert answer.headers["access-control-allow-credentials"] == "true", answer.headers
for origin in "https://good.example", "https://evil.example":
    answer = call(url, "/cors", headers={"Origin": origin})
    allowed = answer.headers.get_all("access-control-allow-origin")
    assert allowed == (["https://good.example"] if "good" in origin else None), answer.headers

# The URL of an alias is another one, and has a policy of its own.
alias = api.create_function_url_config(FunctionName="web", Qualifier="live", AuthType="AWS_IAM")
assert alias["FunctionArn"] == ARN + ":live" and alias["FunctionUrl"] != url, alias
listed = api.list_function_url_configs(FunctionName="web")["FunctionUrlConfigs"]
assert [one["FunctionArn"] for one in listed] == [ARN, ARN + ":live"], listed
page = api.list_function_url_configs(FunctionName="web", MaxItems=1)
assert len(page["FunctionUrlConfigs"]) == 1 and page["NextMarker"], page
page = api.list_function_url_configs(FunctionName="web", MaxItems=1, Marker=page["NextMarker"])
assert page["FunctionUrlConfigs"][0]["FunctionArn"] == ARN + ":live" and "NextMarker" not in page, page
secured = alias["FunctionUrl"]
assert call(secured).status == 403
answer = signed(secured)
assert json.loads(answer.content) == {"version": "1", "arn": ARN + ":live"}, answer.content
event = json.loads(signed(secured, "/echo", "POST", b"{}").content)
assert "authorization" not in event["headers"], event  # it could be used again
assert event["requestContext"]["authorizer"]["iam"]["accountId"] == ACCOUNT, event
assert signed(secured, service="s3").status == 403

# Permissions.
refused("ResourceConflictException", 409, r"The statement id \(all\) provided already exists", api.add_permission,
        FunctionName="web", StatementId="all", Action="lambda:InvokeFunction", Principal="*")
refused("InvalidParameterValueException", 400, "adding policies for .LATEST", api.add_permission,
        FunctionName="web", StatementId="b", Action="lambda:InvokeFunction", Principal="*", Qualifier="$LATEST")
refused("InvalidParameterValueException", 400, "The provided principal was invalid", api.add_permission,
        FunctionName="web", StatementId="b", Action="lambda:InvokeFunction", Principal="nobody")
refused("ResourceNotFoundException", 404, f"{ARN}:7$", api.add_permission,
        FunctionName="web", StatementId="b", Action="lambda:InvokeFunction", Principal="*", Qualifier="7")
statement = json.loads(api.add_permission(
    FunctionName="web", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
    SourceArn="arn:aws:s3:::bucket", SourceAccount=ACCOUNT,
)["Statement"])
assert statement["Principal"] == {"Service": "s3.amazonaws.com"}, statement
assert statement["Condition"] == {
    "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}, "StringEquals": {"AWS:SourceAccount": ACCOUNT},
}, statement
statement = json.loads(api.add_permission(
    FunctionName="web", StatementId="other", Action="lambda:InvokeFunction", Principal="210987654321",
)["Statement"])
assert statement["Principal"] == {"AWS": "arn:aws:iam::210987654321:root"}, statement
policy = api.get_policy(FunctionName="web")
document = json.loads(policy["Policy"])
assert [one["Sid"] for one in document["Statement"]] == ["all", "s3", "other"], document
assert document["Version"] == "2012-10-17" and document["Id"] == "default", document
refused("ResourceNotFoundException", 404, missing, api.get_policy, FunctionName="web", Qualifier="live")
refused("PreconditionFailedException", 412, "Call the GetPolicy API", api.remove_permission,
        FunctionName="web", StatementId="s3", RevisionId="11111111-1111-1111-1111-111111111111")
refused("ResourceNotFoundException", 404, "Statement none is not found in resource policy", api.remove_permission,
        FunctionName="web", StatementId="none")
api.remove_permission(FunctionName="web", StatementId="s3", RevisionId=policy["RevisionId"])
api.remove_permission(FunctionName="web", StatementId="other")
assert call(url).status == 200
for i in range(200):
    try:
        api.add_permission(
            FunctionName="web", StatementId=f"many-{i}", Action="lambda:InvokeFunction", Principal="*",
            SourceArn="arn:aws:s3:::" + "b" * 1500,
        )
    except api.exceptions.PolicyLengthExceededException:
        break
assert 8 < i < 15, i
for sid in range(i):
    api.remove_permission(FunctionName="web", StatementId=f"many-{sid}")
api.remove_permission(FunctionName="web", StatementId="all")
refused("ResourceNotFoundException", 404, missing, api.get_policy, FunctionName="web")
refused("ResourceNotFoundException", 404, "No policy is associated", api.remove_permission,
        FunctionName="web", StatementId="all")
assert call(url).status == 403

# How events are delivered.
refused("ResourceNotFoundException", 404, f"The function {re.escape(ARN)}:.LATEST doesn't have an EventInvokeConfig",
        api.get_function_event_invoke_config, FunctionName="web")
refused("InvalidParameterValueException", 400, "at least one of", api.put_function_event_invoke_config,
        FunctionName="web")
put = api.put_function_event_invoke_config(FunctionName="web", MaximumRetryAttempts=1)
assert put["FunctionArn"] == ARN + ":$LATEST" and put["MaximumRetryAttempts"] == 1, put
assert put["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}}, put
update = api.update_function_event_invoke_config(FunctionName="web", MaximumEventAgeInSeconds=60)
assert update["MaximumRetryAttempts"] == 1 and update["MaximumEventAgeInSeconds"] == 60, update
refused("InvalidParameterValueException", 400, "as a destination for itself",
        api.put_function_event_invoke_config, FunctionName="web",
        DestinationConfig={"OnFailure": {"Destination": ARN}})
refused("InvalidParameterValueException", 400, "is invalid", api.put_function_event_invoke_config,
        FunctionName="web", DestinationConfig={"OnFailure": {"Destination": arn("nothing")}})
api.put_function_event_invoke_config(FunctionName="web", Qualifier="live", MaximumRetryAttempts=0)
listed = api.list_function_event_invoke_configs(FunctionName="web")["FunctionEventInvokeConfigs"]
assert sorted(one["FunctionArn"] for one in listed) == [ARN + ":$LATEST", ARN + ":live"], listed
api.delete_function_event_invoke_config(FunctionName="web")

# What goes with an alias, and with the function.
api.delete_alias(FunctionName="web", Name="live")
assert signed(secured).status == 404
listed = api.list_function_event_invoke_configs(FunctionName="web")["FunctionEventInvokeConfigs"]
assert listed == [], listed
api.delete_function_url_config(FunctionName="web")
assert call(url).status == 404
refused("ResourceNotFoundException", 404, missing, api.delete_function_url_config, FunctionName="web")

# Newer calls, where the client knows them.
if hasattr(api, "put_function_recursion_config"):
    assert api.get_function_recursion_config(FunctionName="web")["RecursiveLoop"] == "Terminate"
    assert api.put_function_recursion_config(FunctionName="web", RecursiveLoop="Allow")["RecursiveLoop"] == "Allow"
    assert api.get_function_recursion_config(FunctionName="web")["RecursiveLoop"] == "Allow"
if hasattr(api, "put_runtime_management_config"):
    got = api.get_runtime_management_config(FunctionName="web")
    assert got["UpdateRuntimeOn"] == "Auto" and got["FunctionArn"] == ARN + ":$LATEST", got
    api.put_runtime_management_config(FunctionName="web", UpdateRuntimeOn="FunctionUpdate")
    assert api.get_runtime_management_config(FunctionName="web")["UpdateRuntimeOn"] == "FunctionUpdate"
    refused("InvalidParameterValueException", 400, "must be set when", api.put_runtime_management_config,
            FunctionName="web", UpdateRuntimeOn="Manual")

api.delete_function(FunctionName="web")
print(f"boto3 {boto3.__version__}: all as with AWS Lambda")
