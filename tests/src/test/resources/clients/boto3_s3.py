"""Code from S3, by boto3: what any version of it does with AWS Lambda, against this server.

The server takes code from the buckets `deploys` and `absent`, and another account from `theirs`; it keeps all code in
`bundles`. S3_ADDRESS, S3_KEY and S3_SECRET say where they are.
"""

import base64
import hashlib
import os

import boto3
from shared import ROLE, api, archive, payload, refused

s3 = boto3.client(
    "s3",
    endpoint_url=os.environ["S3_ADDRESS"],
    aws_access_key_id=os.environ["S3_KEY"],
    aws_secret_access_key=os.environ["S3_SECRET"],
)
NAME = f"from-s3-{boto3.__version__}".replace(".", "-")
SETTINGS = {"FunctionName": NAME, "Runtime": "python3.11", "Handler": "app.handler", "Role": ROLE}
CODE = "def handler(event, context): return {}\n"


def upload(key, code, bucket="deploys"):
    s3.put_object(Bucket=bucket, Key=key, Body=code)
    return base64.b64encode(hashlib.sha256(code).digest()).decode()


def no(code, status, text, **source):
    refused(code, status, text, api.create_function, **SETTINGS, Code=source)


# It is refused, in the words of the service.
invalid = "InvalidParameterValueException"
no(invalid, 400, r"^Error occurred while GetObject\. S3 Error Code: NoSuchKey\. S3 Error Message: The specified key does"
   r" not exist\.$", S3Bucket="deploys", S3Key="nowhere.zip")
no(invalid, 400, r"^Error occurred while GetObject\. S3 Error Code: NoSuchBucket\. S3 Error Message: The specified bucket"
   r" does not exist\.?$", S3Bucket="absent", S3Key="app.zip")
no(invalid, 400, "^Please provide a source for function code.$", S3Bucket="deploys")
no(invalid, 400, "^Please do not provide other FunctionCode parameters when providing a ZipFile.$", S3Bucket="deploys",
   S3Key="app.zip", ZipFile=archive(app="x = 1"))
upload("no.zip", b"this is no zip")
no(invalid, 400, "^Could not unzip uploaded file", S3Bucket="deploys", S3Key="no.zip")

# What the server may read is not what its accounts may read.
upload("secret.zip", archive(app=CODE.format("'secret'")), "theirs")
denied = (r"^Your access has been denied by S3, please make sure your request credentials have permission to GetObject for"
          r" {}\. S3 Error Code: AccessDenied\. S3 Error Message: .*--code-buckets")
no("AccessDeniedException", 403, denied.format("theirs/secret.zip"), S3Bucket="theirs", S3Key="secret.zip")
no("AccessDeniedException", 403, denied.format("bundles/owner"), S3Bucket="bundles", S3Key="owner")
no("AccessDeniedException", 403, denied.format("no-such/a"), S3Bucket="no-such", S3Key="a")
no(invalid, 400, "NoSuchKey", S3Bucket="deploys", S3Key="../theirs/secret.zip")
no("ValidationException", 400, "s3Bucket", S3Bucket="arn:aws:s3:us-east-1:123456789012:accesspoint/x", S3Key="a")

# It is made, updated and called.
sha = upload("my apps/first+ü.zip", archive(app=CODE.format("'first'")))
made = api.create_function(**SETTINGS, Code={"S3Bucket": "deploys", "S3Key": "my apps/first+ü.zip"})
assert made["CodeSha256"] == sha, made
assert payload(api.invoke(FunctionName=NAME)) == "first"
sha = upload("second.zip", archive(app=CODE.format("open('/opt/words.py').read()")))
updated = api.update_function_code(FunctionName=NAME, S3Bucket="deploys", S3Key="second.zip")
assert updated["CodeSha256"] == sha, updated
sha = upload("layer.zip", archive(words="hello"))
layer = api.publish_layer_version(LayerName=NAME, Content={"S3Bucket": "deploys", "S3Key": "layer.zip"})
assert layer["Content"]["CodeSha256"] == sha, layer
upload("more.zip", archive(more="more"))
more = api.publish_layer_version(LayerName=NAME + "-more", Content={"S3Bucket": "deploys", "S3Key": "more.zip"})
api.update_function_configuration(FunctionName=NAME, Layers=[layer["LayerVersionArn"], more["LayerVersionArn"]])
assert payload(api.invoke(FunctionName=NAME)) == "hello"
refused(invalid, 400, "NoSuchKey", api.update_function_code, FunctionName=NAME, S3Bucket="deploys", S3Key="gone")
refused(invalid, 400, "NoSuchKey", api.publish_layer_version, LayerName=NAME,
        Content={"S3Bucket": "deploys", "S3Key": "gone"})
assert payload(api.invoke(FunctionName=NAME)) == "hello"
print(f"boto3 {boto3.__version__}: all as with AWS Lambda")
