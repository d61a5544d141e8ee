"""Layers, by boto3: what any version of it does with AWS Lambda, against this server.

Configured by the environment, as any program that uses boto3. Ends with the first thing that is wrong.
"""

import base64
import hashlib
import json

import boto3
from shared import ACCOUNT, ENDPOINT, ROLE, api, archive, packed as layer, payload, refused
from signing import account

WORDS, DATA = f"words-{boto3.__version__}".replace(".", "-"), f"data-{boto3.__version__}".replace(".", "-")
LAYER = f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer"
CODE = '''
import os
import sys

import greeting

def handler(event, context):
    return {"greeting": greeting.TEXT, "data": open("/opt/data.txt").read(), "opt": sorted(os.listdir("/opt")),
            "path": os.environ["PATH"], "where": greeting.__file__, "task": sys.path.index("/var/task"),
            "writes": _writes()}

def _writes():
    try:
        open("/opt/mine", "w")
    except OSError as why:
        return type(why).__name__
'''


def call():
    return payload(api.invoke(FunctionName="layered"))


missing = "The resource you requested does not exist."
refused("ResourceNotFoundException", 404, missing, api.get_layer_version, LayerName=WORDS, VersionNumber=1)
assert api.list_layers()["Layers"] == []
assert api.list_layer_versions(LayerName=WORDS)["LayerVersions"] == []

# Versions are published.
code = layer(**{"python/greeting.py": "TEXT = 'hello'\n", "data.txt": "one", "bin/tool": "#!/bin/sh\n"})
first = api.publish_layer_version(
    LayerName=WORDS, Content={"ZipFile": code}, Description="all words", CompatibleRuntimes=["python3.11"],
    LicenseInfo="MIT",
)
assert first["LayerArn"] == f"{LAYER}:{WORDS}" and first["LayerVersionArn"] == f"{LAYER}:{WORDS}:1", first
assert first["Version"] == 1 and first["Description"] == "all words" and first["CreatedDate"], first
assert first["CompatibleRuntimes"] == ["python3.11"] and first["LicenseInfo"] == "MIT", first
assert first["Content"]["CodeSize"] == len(code), first
assert first["Content"]["CodeSha256"] == base64.b64encode(hashlib.sha256(code).digest()).decode(), first
second = api.publish_layer_version(
    LayerName=WORDS, Content={"ZipFile": layer(**{"python/greeting.py": "TEXT = 'good day'\n"})},
)
assert second["Version"] == 2 and "CompatibleRuntimes" not in second, second
api.publish_layer_version(LayerName=DATA, Content={"ZipFile": layer(**{"data.txt": "two", "more": "x"})})
got = api.get_layer_version(LayerName=WORDS, VersionNumber=1)
assert got["LayerVersionArn"] == first["LayerVersionArn"] and got["Content"]["CodeSize"] == len(code), got
assert api.get_layer_version_by_arn(Arn=first["LayerVersionArn"])["Version"] == 1
assert api.get_layer_version(LayerName=f"{LAYER}:{WORDS}", VersionNumber=2)["Version"] == 2

# They are listed, the newest first.
listed = api.list_layer_versions(LayerName=WORDS)["LayerVersions"]
assert [one["Version"] for one in listed] == [2, 1], listed
assert [one["Version"] for one in
        api.list_layer_versions(LayerName=WORDS, CompatibleRuntime="python3.11")["LayerVersions"]] == [1]
page = api.list_layer_versions(LayerName=WORDS, MaxItems=1)
assert [one["Version"] for one in page["LayerVersions"]] == [2] and page["NextMarker"], page
page = api.list_layer_versions(LayerName=WORDS, MaxItems=1, Marker=page["NextMarker"])
assert [one["Version"] for one in page["LayerVersions"]] == [1] and "NextMarker" not in page, page
listed = api.list_layers()["Layers"]
assert [(one["LayerName"], one["LatestMatchingVersion"]["Version"]) for one in listed] == [(DATA, 1), (WORDS, 2)]

# A function has them, in their order.
settings = {"FunctionName": "layered", "Runtime": "python3.11", "Role": ROLE, "Handler": "app.handler"}
refused("InvalidParameterValueException", 400, "words-.*:7 does not exist", api.create_function,
        Code={"ZipFile": archive(app=CODE)}, Layers=[f"{LAYER}:{WORDS}:7"], **settings)
refused("InvalidParameterValueException", 400, "Two different versions of the same layer", api.create_function,
        Code={"ZipFile": archive(app=CODE)}, Layers=[f"{LAYER}:{WORDS}:1", f"{LAYER}:{WORDS}:2"], **settings)
refused("InvalidParameterValueException", 400, "more than 5 layers", api.create_function,
        Code={"ZipFile": archive(app=CODE)}, Layers=[f"{LAYER}:l{i}:1" for i in range(6)], **settings)
refused("AccessDeniedException", 403, "lambda:GetLayerVersion", api.create_function,
        Code={"ZipFile": archive(app=CODE)}, Layers=["arn:aws:lambda:us-east-1:999999999999:layer:words:1"], **settings)
made = api.create_function(Code={"ZipFile": archive(app=CODE)}, Layers=[f"{LAYER}:{WORDS}:1", f"{LAYER}:{DATA}:1"], **settings)
assert [one["Arn"] for one in made["Layers"]] == [f"{LAYER}:{WORDS}:1", f"{LAYER}:{DATA}:1"], made
assert made["Layers"][0]["CodeSize"] == len(code), made
said = call()
assert said["greeting"] == "hello" and said["where"] == "/opt/python/greeting.py", said
assert said["data"] == "two" and said["opt"] == ["bin", "data.txt", "more", "python"], said
assert said["path"].endswith("/opt/bin") and said["task"] == 0 and said["writes"] == "OSError", said
api.publish_version(FunctionName="layered")

# Another version, none, and the published one as before.
api.update_function_configuration(FunctionName="layered", Layers=[f"{LAYER}:{WORDS}:2", f"{LAYER}:{DATA}:1"])
assert call()["greeting"] == "good day"
api.update_function_configuration(FunctionName="layered", Timeout=4)
assert call()["greeting"] == "good day"
api.update_function_configuration(FunctionName="layered", Layers=[])
assert "Layers" not in api.get_function_configuration(FunctionName="layered")
assert call()["errorType"] == "Runtime.ImportModuleError"
assert payload(api.invoke(FunctionName="layered", Qualifier="1"))["greeting"] == "hello"

# What is deleted stays for those who have it; its number is not used again.
api.delete_layer_version(LayerName=WORDS, VersionNumber=1)
api.delete_layer_version(LayerName=WORDS, VersionNumber=1)
refused("ResourceNotFoundException", 404, missing, api.get_layer_version, LayerName=WORDS, VersionNumber=1)
assert payload(api.invoke(FunctionName="layered", Qualifier="1"))["greeting"] == "hello"
api.delete_layer_version(LayerName=WORDS, VersionNumber=2)
assert api.publish_layer_version(LayerName=WORDS, Content={"ZipFile": code})["Version"] == 3
refused("InvalidParameterValueException", 400, "less than 1", api.get_layer_version, LayerName=WORDS, VersionNumber=0)

# Another account uses it when it may, and keeps what it has.
strangers, key = account(f"layers-{boto3.__version__}")
stranger = boto3.client("lambda", endpoint_url=ENDPOINT, aws_access_key_id=key[0], aws_secret_access_key=key[1])
theirs = {"FunctionName": "borrows", "Runtime": "python3.11", "Handler": "app.handler",
          "Role": f"arn:aws:iam::{strangers}:role/any", "Code": {"ZipFile": archive(app=CODE)}}
version = {"LayerName": WORDS, "VersionNumber": 3}
denied = (
    f"User: arn:aws:iam::{strangers}:user/admin is not authorized to perform: lambda:GetLayerVersion on resource: "
    f"{LAYER}:{WORDS}:3 because no resource-based policy allows the lambda:GetLayerVersion action"
)
refused("AccessDeniedException", 403, denied, stranger.create_function, Layers=[f"{LAYER}:{WORDS}:3"], **theirs)
refused("ResourceNotFoundException", 404, "No policy is associated", api.get_layer_version_policy, **version)
added = api.add_layer_version_permission(
    StatementId="them", Action="lambda:GetLayerVersion", Principal=strangers, **version)
assert json.loads(added["Statement"]) == {
    "Sid": "them", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{strangers}:root"},
    "Action": "lambda:GetLayerVersion", "Resource": f"{LAYER}:{WORDS}:3"}, added
refused("ResourceConflictException", 409, "already exists", api.add_layer_version_permission,
        StatementId="them", Action="lambda:GetLayerVersion", Principal="*", **version)
refused("PreconditionFailedException", 412, "GetLayerPolicy", api.remove_layer_version_permission,
        StatementId="them", RevisionId="another", **version)
policy = api.get_layer_version_policy(**version)
assert policy["RevisionId"] == added["RevisionId"], policy
assert [s["Sid"] for s in json.loads(policy["Policy"])["Statement"]] == ["them"], policy
stranger.create_function(Layers=[f"{LAYER}:{WORDS}:3"], **theirs)
assert stranger.get_layer_version_by_arn(Arn=f"{LAYER}:{WORDS}:3")["Version"] == 3
removed = api.remove_layer_version_permission(StatementId="them", RevisionId=added["RevisionId"], **version)
assert removed["ResponseMetadata"]["HTTPStatusCode"] == 204, removed
refused("AccessDeniedException", 403, denied, stranger.update_function_configuration, FunctionName="borrows",
        Layers=[f"{LAYER}:{WORDS}:3"])
api.delete_layer_version(**version)
said = payload(stranger.invoke(FunctionName="borrows"))
assert said["greeting"] == "hello" and said["data"] == "one", said
stranger.delete_function(FunctionName="borrows")

api.delete_function(FunctionName="layered")
for name, number in (WORDS, 3), (DATA, 1):
    api.delete_layer_version(LayerName=name, VersionNumber=number)
assert api.list_layers()["Layers"] == []
print(f"boto3 {boto3.__version__}: all as with AWS Lambda")
