"""Two readers of an account's logs who take nothing of their answers hold up the third, and nobody else."""

import socket
import time

import boto3
import botocore.config
import signing
from botocore.exceptions import ClientError
from signing import account, ask, granted, make, send, signed

PATH = "/api/v1/logs?function=loud"
LOUD = """
def handler(event, context):
    for _ in range(900):
        print("x" * 1000)
"""

number, key = account("readers")
other, stranger = account("neighbours")
make(number, key, "loud", LOUD, Timeout=30)
make(other, stranger, "loud", LOUD, Timeout=30)
for whose in [key] * 8 + [stranger]:
    granted(ask("POST", "/2015-03-31/functions/loud/invocations", whose, {}))


def begun():
    """A request whose answer has begun, and is not read."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.settimeout(30)
    host, port = signing.SERVER.split(":")
    reader.connect((host, int(port)))
    fields = {**signed("GET", PATH, key, b""), "Host": signing.SERVER}
    head = f"GET {PATH} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    reader.sendall(head.encode() + b"\r\n")
    assert reader.recv(12) == b"HTTP/1.1 200"
    return reader


def logs(whose):
    return boto3.client(
        "logs", endpoint_url=f"http://{signing.SERVER}", aws_access_key_id=whose[0], aws_secret_access_key=whose[1],
        config=botocore.config.Config(retries={"max_attempts": 0}),
    )


held = [begun(), begun()]
refused = send("GET", PATH, signed("GET", PATH, key, b""), b"")
assert refused.status == 429 and refused.headers["retry-after"] == "1", refused
assert refused.json()["cause"] == "too-many-readers", refused
try:
    logs(key).filter_log_events(logGroupName="/aws/lambda/loud")
    raise AssertionError("a third reader was let in")
except ClientError as error:
    assert error.response["Error"] == {"Code": "ThrottlingException", "Message": "Rate exceeded"}, error.response
    assert error.response["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1", error.response
start = time.monotonic()
assert logs(stranger).filter_log_events(logGroupName="/aws/lambda/loud")["events"]
assert ask("GET", PATH, stranger).status == 200
assert time.monotonic() - start < 4, "another account has waited"
for reader in held:
    reader.close()
assert logs(key).filter_log_events(logGroupName="/aws/lambda/loud")["events"]
assert ask("GET", PATH, key).body.count(b"\n") > 7000
print("slow readers hold up nobody else")
