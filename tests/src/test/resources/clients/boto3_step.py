"""One step by boto3, `make NAME`, `make_from_s3 BUCKET`, `call NAME`, `delete NAME`, `url NAME`, `list` or `clear`;
prints what came of it."""

import sys

from botocore.exceptions import ClientError
from shared import ROLE, api, archive, payload


def make(name):
    code = archive(app=f"def handler(event, context): return {name!r}\n")
    api.create_function(
        FunctionName=name, Runtime="python3.11", Handler="app.handler", Role=ROLE, Code={"ZipFile": code}
    )
    return "made"


def make_from_s3(bucket):
    api.create_function(
        FunctionName="any", Runtime="python3.11", Handler="app.handler", Role=ROLE,
        Code={"S3Bucket": bucket, "S3Key": "app.zip"},
    )
    return "made"


def call(name):
    return payload(api.invoke(FunctionName=name))


def delete(name):
    api.delete_function(FunctionName=name)
    return "deleted"


def url(name):
    return api.create_function_url_config(FunctionName=name, AuthType="AWS_IAM")["FunctionUrl"]


def clear():
    for function in api.list_functions()["Functions"]:
        delete(function["FunctionName"])
    for layer in api.list_layers()["Layers"]:
        for version in api.list_layer_versions(LayerName=layer["LayerName"])["LayerVersions"]:
            api.delete_layer_version(LayerName=layer["LayerName"], VersionNumber=version["Version"])
    return "cleared"


def names():
    return " ".join(function["FunctionName"] for function in api.list_functions()["Functions"])


try:
    steps = (make, make_from_s3, call, delete, url, clear)
    print({"list": names, **{step.__name__: step for step in steps}}[sys.argv[1]](*sys.argv[2:]))
except ClientError as refused:
    answer = refused.response
    print(answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"])
