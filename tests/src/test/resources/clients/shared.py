"""What programs that test a server by boto3 share."""

import io
import json
import os
import re
import zipfile

import boto3
import botocore.config
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
ENDPOINT = os.environ["AWS_ENDPOINT_URL_LAMBDA"]

api = boto3.client(
    "lambda",
    endpoint_url=ENDPOINT,  # old versions do not read it
    config=botocore.config.Config(retries={"max_attempts": 0}, read_timeout=30),
)

if int(boto3.__version__.split(".")[1]) >= 44:  # older ones do not know what is answered today
    import service_model

    service_model.watch(api, set())


def arn(name):
    return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}"


def packed(**files):
    """A zip of files by their whole names."""
    bytes = io.BytesIO()
    with zipfile.ZipFile(bytes, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return bytes.getvalue()


def archive(**files):
    """A zip of modules: `archive(app="…")` has an app.py."""
    return packed(**{f"{name}.py": text for name, text in files.items()})


def refused(code, status, text, call, **arguments):
    """Fails unless the call is refused with this code, status and, somewhere, text."""
    try:
        call(**arguments)
    except ClientError as error:
        answer = error.response
        assert answer["Error"]["Code"] == code, answer
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status, answer
        assert re.search(text, answer["Error"]["Message"]), answer
        return error
    raise AssertionError(f"{call.__name__} of {arguments} was granted")


def payload(answer):
    return json.loads(answer["Payload"].read())
