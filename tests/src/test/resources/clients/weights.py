"""Shares of an alias's calls, and what happens to calls while it is moved.

Ends with the first thing that is wrong.
"""

import http.client
import json
import math
import threading
import time
import urllib.parse

import boto3
import botocore.auth
import botocore.awsrequest
from shared import ENDPOINT, ROLE, api, archive

CALLS = 10_000
WEIGHT = 0.1
DEVIATIONS = 3.2905  # of a normal distribution: 99.9 % are within

PATH = "/2015-03-31/functions/shared/invocations?Qualifier=live"
CODE = "def handler(event, context): return [VERSION, context.function_version]\nVERSION = "


def signed():
    """One request, signed once: the same bytes may be sent for five minutes."""
    request = botocore.awsrequest.AWSRequest("POST", ENDPOINT + PATH, data=b"{}")
    botocore.auth.SigV4Auth(boto3.Session().get_credentials(), "lambda", "us-east-1").add_auth(request)
    return dict(request.headers)


class Caller:
    def __init__(self):
        self._connection = http.client.HTTPConnection("127.0.0.1", urllib.parse.urlsplit(ENDPOINT).port)
        self._headers = signed()

    def __call__(self):
        """The number in the head, after a look whether the body is of the same version."""
        self._connection.request("POST", PATH, b"{}", self._headers)
        answer = self._connection.getresponse()
        said = answer.read()
        assert answer.status == 200, (answer.status, said)
        number = answer.headers["X-Amz-Executed-Version"]
        assert json.loads(said) == [int(number), number], (number, said)
        return number


api.create_function(
    FunctionName="shared", Runtime="python3.11", Role=ROLE, Handler="app.handler",
    Code={"ZipFile": archive(app=CODE + "1")}, Publish=True,
)
api.update_function_code(FunctionName="shared", ZipFile=archive(app=CODE + "2"), Publish=True)
api.create_alias(
    FunctionName="shared", Name="live", FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {"2": WEIGHT}},
)

# A tenth of ten thousand calls.
call = Caller()
second = sum(call() == "2" for _ in range(CALLS))
width = DEVIATIONS * math.sqrt(CALLS * WEIGHT * (1 - WEIGHT))
assert abs(second - CALLS * WEIGHT) <= width, f"{second} of {CALLS} calls, expected {CALLS * WEIGHT} +- {width:.0f}"

# Moved fifty times while two callers call: nothing is lost, nothing mixed, and what the alias was moved to is called.
api.update_alias(FunctionName="shared", Name="live", FunctionVersion="1", RoutingConfig={})
stopped, wrong, counts = threading.Event(), [], [0, 0]


def load(index):
    caller = Caller()
    try:
        while not stopped.is_set():
            caller()
            counts[index] += 1
    except BaseException as reason:
        wrong.append(reason)


threads = [threading.Thread(target=load, args=(i,)) for i in range(2)]
for thread in threads:
    thread.start()
for i in range(50):
    target = str(2 - i % 2)
    api.update_alias(FunctionName="shared", Name="live", FunctionVersion=target)
    assert call() == target, "the answer to a change came before the change"
    time.sleep(0.02)
stopped.set()
for thread in threads:
    thread.join()
assert not wrong, wrong
assert min(counts) > 100, counts
api.delete_function(FunctionName="shared")
print(f"{second} of {CALLS} calls took the second version; none of {sum(counts)} was lost while the alias was moved")
