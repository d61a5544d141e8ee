"""What AWS Lambda says, word for word, where the other programs do not look: names, faults, defaults, settings.

Configured by the environment, as any program that uses boto3. Ends with the first thing that is wrong.
"""

import io
import json
import re
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import boto3
import botocore.auth
import botocore.awsrequest
from shared import ACCOUNT, ENDPOINT, ROLE, api, archive, arn, payload, refused

ARN = arn("words")
CODE = '''
import os

def handler(event, context):
    if "end" in event:
        os._exit(0)
    if "big" in event:
        return "x" * event["big"]
    return event.get("return")
'''
SETTINGS = {"Runtime": "python3.11", "Role": ROLE, "Handler": "app.handler"}
DAY = "2015-03-31"


def raw(method, path, body=b"", **headers):
    """An answer as it is: status, headers, text."""
    request = botocore.awsrequest.AWSRequest(method, ENDPOINT + path, data=body, headers=headers)
    botocore.auth.SigV4Auth(boto3.Session().get_credentials(), "lambda", "us-east-1").add_auth(request)
    asked = urllib.request.Request(ENDPOINT + path, body, dict(request.headers), method=method)
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read()


def create(name="words", zipped=archive(app=CODE), **more):
    return api.create_function(FunctionName=name, Code={"ZipFile": zipped}, **{**SETTINGS, **more})


# 1. The form of errors.
status, headers, body = raw("GET", f"/{DAY}/functions/none")
assert status == 404 and headers["x-amzn-errortype"] == "ResourceNotFoundException", headers
assert json.loads(body) == {"Type": "User", "Message": f"Function not found: {arn('none')}"}, body
assert re.match(r"[0-9a-f-]{36}$", headers["x-amzn-requestid"]), headers
status, headers, body = raw("POST", f"/{DAY}/functions", b"{")
assert status == 400 and headers["x-amzn-errortype"] == "InvalidRequestContentException", (headers, body)

# 2. All faults of a shape at once, before anything is looked up.
status, headers, body = raw(
    "POST", f"/{DAY}/functions",
    json.dumps({"FunctionName": "a b", "Role": "no role", "Code": {}, "Timeout": 0, "Architectures": ["z80"]}).encode(),
)
assert status == 400 and headers["x-amzn-errortype"] == "ValidationException", (headers, body)
said = json.loads(body)
assert list(said) == ["message"], said
assert said["message"].startswith("4 validation errors detected: "), said
for fault in (
    "Value 'a b' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ",
    "Value 'no role' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: ",
    "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1",
    "Value '[z80]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: "
    "[Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
):
    assert fault in said["message"], (fault, said)

# 3. Names and their lengths.
long = "n" * 65
refused("InvalidParameterValueException", 400, "at 'functionName' failed to satisfy constraint: Member must have length less "
        "than or equal to 64", create, name=long)
for call in (api.get_function, api.invoke, api.delete_function):
    refused("ResourceNotFoundException", 404, "Function not found", call, FunctionName=long)
refused("ValidationException", 400, "at 'functionName' failed to satisfy constraint: Member must have length less than or "
        "equal to 140", create, name="n" * 141)
for call in (api.get_function, api.invoke, api.delete_function):
    refused("ValidationException", 400, "Member must have length less than or equal to 256", call, FunctionName="n" * 257)

# 5. ARNs of another region.
elsewhere = ARN.replace("us-east-1", "eu-west-3")
for call in (api.get_function, api.invoke, api.delete_function, api.publish_version):
    refused("ResourceNotFoundException", 404,
            r"Functions from 'eu-west-3' are not reachable in this region \('us-east-1'\)", call, FunctionName=elsewhere)

# 6. What is unknown.
refused("ResourceNotFoundException", 404, f"Function not found: {arn('none')}:7$", api.get_function, FunctionName="none",
        Qualifier="7")
refused("ResourceNotFoundException", 404, rf"Function not found: {arn('none')}:\$LATEST$", api.invoke, FunctionName="none")
refused("ResourceNotFoundException", 404, rf"Function not found: {arn('none')}", api.put_function_concurrency,
        FunctionName="none", ReservedConcurrentExecutions=1)

# 13. Code that is none.
refused("InvalidParameterValueException", 400, "Could not unzip uploaded file. Please check your file, then try to upload "
        "again.", create, zipped=b"no zip")
large = io.BytesIO()
with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as made:
    for i in range(26):
        made.writestr(f"zeros{i}", bytes(10 * 1024 * 1024))
refused("InvalidParameterValueException", 400, "Unzipped size must be smaller than 262144000 bytes", create,
        zipped=large.getvalue())
status, headers, body = raw("PUT", f"/{DAY}/functions/words/code", b" " * 70167212)
assert status == 413 and headers["x-amzn-errortype"] == "RequestEntityTooLargeException", (headers, body)
assert json.loads(body) == {"message": "Request must be smaller than 70167211 bytes"}, body

# 15. Runtimes.
refused("InvalidParameterValueException", 400,
        r"Value python9\.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[.*python3.*\] "
        "or be a valid ARN", create, Runtime="python9.9")
refused("InvalidParameterValueException", 400,
        "The runtime parameter of python2.7 is no longer supported for creating or updating AWS Lambda functions. We "
        r"recommend you use the new runtime \(python3\.\d+\) while creating or updating functions", create,
        Runtime="python2.7")
refused("InvalidParameterValueException", 400, "python3.11", create, Runtime="java21")

# 16. Roles.
refused("AccessDeniedException", 403, "Cross-account pass role is not allowed.", create,
        Role="arn:aws:iam::999999999999:role/any")

# 8, 9, 12. It is made, with what AWS gives without being asked.
made = create()
assert made["StateReason"] == "The function is being created." and "LastUpdateStatus" not in made, made
for name, value in {
    "Timeout": 3, "MemorySize": 128, "Description": "", "Architectures": ["x86_64"], "PackageType": "Zip",
    "EphemeralStorage": {"Size": 512}, "TracingConfig": {"Mode": "PassThrough"},
}.items():
    assert made[name] == value, (name, made)
assert made["SnapStart"] == {"ApplyOn": "None", "OptimizationStatus": "Off"}, made
for name in ("Environment", "Layers", "VpcConfig", "DeadLetterConfig", "KMSKeyArn"):
    assert name not in made, (name, made)
api.get_waiter("function_active").wait(FunctionName="words")
got = api.get_function(FunctionName="words")
assert "Tags" not in got and "Concurrency" not in got and got["Code"]["RepositoryType"] == "S3", got
settled = got["Configuration"]
assert settled["State"] == "Active" and settled["LastUpdateStatus"] == "Successful", settled
for name in ("StateReason", "StateReasonCode", "LastUpdateStatusReason"):
    assert name not in settled, settled
assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$", settled["LastModified"]), settled
new = "LoggingConfig" in api.meta.service_model.shape_for("FunctionConfiguration").members
if new:
    assert settled["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/words"}, settled
    assert settled["RuntimeVersionConfig"]["RuntimeVersionArn"].startswith("arn:aws:lambda:us-east-1::runtime:"), settled

# 10. An update that changes nothing is one, too.
update = api.update_function_configuration(FunctionName="words")
assert update["LastUpdateStatus"] == "InProgress", update
assert (update["LastUpdateStatusReason"], update["LastUpdateStatusReasonCode"]) == (
    "The function is being created.", "Creating"), update
api.get_waiter("function_updated").wait(FunctionName="words")

# 14, 22. Versions and aliases that are not there.
refused("ResourceNotFoundException", 404, f"Cannot find alias arn: {ARN}:none|Alias not found: {ARN}:none",
        api.get_alias, FunctionName="words", Name="none")

# 7. What is deleted, or is not.
assert raw("DELETE", f"/{DAY}/functions/words?Qualifier=7")[0] == 204
refused("ResourceNotFoundException", 404, "Function not found", api.delete_function, FunctionName="none", Qualifier="7")
refused("InvalidParameterValueException", 400,
        r"\$LATEST version cannot be deleted without deleting the function", api.delete_function, FunctionName="words",
        Qualifier="$LATEST")
api.publish_version(FunctionName="words")
api.create_alias(FunctionName="words", Name="live", FunctionVersion="1")
refused("InvalidParameterValueException", 400, "alias", api.delete_function, FunctionName="words", Qualifier="live")

# 21. Aliases.
refused("ValidationException", 400, "at 'name' failed to satisfy constraint: Member must satisfy regular expression "
        "pattern", api.create_alias, FunctionName="words", Name="123", FunctionVersion="1")
refused("InvalidParameterValueException", 400, "LATEST", api.create_alias, FunctionName="words", Name="bad",
        FunctionVersion="$LATEST", RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}})
refused("ValidationException", 400, r"Value '\{1=1.5\}' at 'routingConfig.additionalVersionWeights' failed to satisfy "
        r"constraint: Map value must satisfy constraint: \[Member must have value less than or equal to 1, Member must have "
        r"value greater than or equal to 0, Member must not be null\]", api.update_alias, FunctionName="words", Name="live",
        RoutingConfig={"AdditionalVersionWeights": {"1": 1.5}})
refused("ResourceNotFoundException", 404, f"Alias not found: {ARN}:none", api.update_alias, FunctionName="words",
        Name="none", FunctionVersion="1")
assert api.delete_alias(FunctionName="words", Name="none")["ResponseMetadata"]["HTTPStatusCode"] == 204

# 17, 20. Publish at once; numbers are not used again.
published = create("published", Publish=True)
assert published["Version"] == "1" and published["FunctionArn"] == arn("published"), published
api.delete_function(FunctionName="published", Qualifier="1")
api.get_waiter("function_active").wait(FunctionName="published")
api.update_function_configuration(FunctionName="published", Timeout=4)
api.get_waiter("function_updated").wait(FunctionName="published")
assert api.publish_version(FunctionName="published")["Version"] == "2"

# 18. How it logs.
if new:
    def logging(**config):
        api.get_waiter("function_updated").wait(FunctionName="words")
        return api.update_function_configuration(FunctionName="words", LoggingConfig=config)["LoggingConfig"]

    assert logging(LogFormat="JSON") == {
        "LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO", "LogGroup": "/aws/lambda/words",
    }
    assert logging(ApplicationLogLevel="DEBUG")["SystemLogLevel"] == "INFO"
    assert logging(LogGroup="mine")["ApplicationLogLevel"] == "DEBUG"
    assert logging(LogFormat="Text", LogGroup="/aws/lambda/words") == {"LogFormat": "Text", "LogGroup": "/aws/lambda/words"}
    api.get_waiter("function_updated").wait(FunctionName="words")

# 19. Lists.
listed = api.list_functions(FunctionVersion="ALL")["Functions"]
assert [one["FunctionArn"] for one in listed if one["FunctionName"] == "words"] == [ARN + ":$LATEST", ARN + ":1"], listed
listed = api.list_functions()
assert "NextMarker" not in listed, listed
for one in listed["Functions"]:
    for name in ("State", "LastUpdateStatus", "RuntimeVersionConfig"):
        assert name not in one, one
status, _, body = raw("GET", f"/{DAY}/functions?FunctionVersion=SOME")
assert status == 400 and b"Member must satisfy enum value set: [ALL]" in body, body

# 23, 24. Calls.
answer = api.invoke(FunctionName="words", Payload=b"{}")
assert answer["Payload"].read() == b"null" and "FunctionError" not in answer, answer
assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/json", answer
for bad in (b"{", b"\xff\xfe", b"{} {}", b"nul"):
    refused("InvalidRequestContentException", 400, "Could not parse request body into json: ", api.invoke,
            FunctionName="words", Payload=bad)
for text in ('"text"', "[1, 2]", "7", "true"):
    refuses = raw("POST", f"/{DAY}/functions/words/invocations", text.encode())
    assert refuses[0] == 200, refuses  # any JSON is an event

# 26, 27. Ends.
error = payload(api.invoke(FunctionName="words", Payload=b'{"end": 1}'))
assert error["errorType"] == "Runtime.ExitError", error
assert re.match(r"RequestId: [0-9a-f-]{36} Error: Runtime exited without providing a reason$", error["errorMessage"]), error
size = 6 * 1024 * 1024
assert len(api.invoke(FunctionName="words", Payload=json.dumps({"big": size - 2}))["Payload"].read()) == size
answer = api.invoke(FunctionName="words", Payload=json.dumps({"big": size + 100}))
error = payload(answer)
assert answer["FunctionError"] == "Unhandled" and error["errorType"] == "Function.ResponseSizeTooLarge", error
assert error["errorMessage"] == f"Response payload size exceeded maximum allowed payload size (6291556 bytes).", error

# 39. Tags.
refused("InvalidParameterValueException", 400, "Tags on function aliases and versions are not supported",
        api.tag_resource, Resource=ARN + ":1",
        Tags={"a": "b"})
refused("InvalidParameterValueException", 400, "tags", api.tag_resource, Resource=ARN,
        Tags={f"tag-{i}": "x" for i in range(51)})

# 40. Settings that are kept.
if hasattr(api, "put_function_code_signing_config"):
    got = api.get_function_code_signing_config(FunctionName="words")
    assert got["FunctionName"] == "words" and "CodeSigningConfigArn" not in got, got
    publishers = {"SigningProfileVersionArns": [f"arn:aws:signer:us-east-1:{ACCOUNT}:/signing-profiles/p/v1"]}
    config = api.create_code_signing_config(Description="ours", AllowedPublishers=publishers)["CodeSigningConfig"]
    signing = config["CodeSigningConfigArn"]
    assert config["CodeSigningPolicies"] == {"UntrustedArtifactOnDeployment": "Warn"}, config
    refused("InvalidParameterValueException", 400, "does not verify signatures", api.update_code_signing_config,
            CodeSigningConfigArn=signing, CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Enforce"})
    assert api.get_code_signing_config(CodeSigningConfigArn=signing)["CodeSigningConfig"] == config
    assert api.list_code_signing_configs()["CodeSigningConfigs"] == [config]
    api.put_function_code_signing_config(CodeSigningConfigArn=signing, FunctionName="words")
    assert api.get_function_code_signing_config(FunctionName="words")["CodeSigningConfigArn"] == signing
    assert api.list_functions_by_code_signing_config(CodeSigningConfigArn=signing)["FunctionArns"] == [ARN]
    refused("ResourceConflictException", 409, "functions have it", api.delete_code_signing_config,
            CodeSigningConfigArn=signing)
    api.delete_function_code_signing_config(FunctionName="words")
    api.delete_code_signing_config(CodeSigningConfigArn=signing)
    refused("ResourceNotFoundException", 404, "cannot be found", api.get_code_signing_config, CodeSigningConfigArn=signing)
    refused("CodeSigningConfigNotFoundException", 404, "cannot be found", api.put_function_code_signing_config,
            CodeSigningConfigArn=signing, FunctionName="words")
if hasattr(api, "put_function_recursion_config"):
    refused("ValidationException", 400, r"Member must satisfy enum value set: \[Allow, Terminate\]",
            api.put_function_recursion_config, FunctionName="words", RecursiveLoop="Sometimes")
snapped = api.update_function_configuration(FunctionName="words", SnapStart={"ApplyOn": "PublishedVersions"})
assert snapped["SnapStart"]["ApplyOn"] == "PublishedVersions", snapped
api.get_waiter("function_updated").wait(FunctionName="words")
usage = api.get_account_settings()["AccountUsage"]
assert usage["TotalCodeSize"] > 3 * len(archive(app=CODE)) and usage["FunctionCount"] == 2, usage

for name in ("words", "published"):
    api.delete_function(FunctionName=name)
print(f"boto3 {boto3.__version__}: all as with AWS Lambda")
