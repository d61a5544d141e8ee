"""What a function prints, read by boto3 through the API of CloudWatch Logs: as with AWS, against this server."""

import io
import json
import os
import re
import sys
import time
import zipfile

import boto3
import botocore.config
from botocore.exceptions import ClientError

NAME = "talk-" + sys.argv[1] if len(sys.argv) > 1 else "talk"
GROUP = "/aws/lambda/" + NAME
CODE = """
def handler(event, context):
    for line in event["say"]:
        print(line)
    return {"id": context.aws_request_id, "group": context.log_group_name, "stream": context.log_stream_name}
"""

options = {
    "endpoint_url": os.environ["AWS_ENDPOINT_URL_LAMBDA"],
    "config": botocore.config.Config(retries={"max_attempts": 0}, read_timeout=30),
}
functions = boto3.client("lambda", **options)
logs = boto3.client("logs", **options)


def refused(code, status, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        answer = error.response
        assert answer["Error"]["Code"] == code, answer
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status, answer
        return answer["Error"]["Message"]
    raise AssertionError(f"{call.__name__} of {arguments} was granted")


def say(*lines):
    answer = functions.invoke(FunctionName=NAME, Payload=json.dumps({"say": lines}).encode())
    assert "FunctionError" not in answer, answer["Payload"].read()
    return json.loads(answer["Payload"].read())


def messages(events):
    return [event["message"] for event in events]


def found(pattern, **more):
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP, filterPattern=pattern, **more)
    return [event for page in pages for event in page["events"]]


# Nobody has printed anything.
text = refused("ResourceNotFoundException", 400, logs.filter_log_events, logGroupName=GROUP)
assert text == "The specified log group does not exist.", text
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as files:
    files.writestr("app.py", CODE)
functions.create_function(
    FunctionName=NAME, Runtime="python3.11", Handler="app.handler",
    Role="arn:aws:iam::123456789012:role/any", Code={"ZipFile": packed.getvalue()},
)
begin = int(time.time() * 1000)
first = say("one apple", "ERROR one pear", '{"level": "WARN", "took": 5}')
second = say("two apples", "an \"exact phrase\" here", '{"level": "INFO", "took": 50}')
between = int(time.time() * 1000) + 1
time.sleep(0.01)
third = say("ERROR three", "ünïcödé €")
calls = [first, second, third]

# The group.
group = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"][0]
assert group["logGroupName"] == GROUP == first["group"], group
assert group["arn"] == f"arn:aws:logs:us-east-1:123456789012:log-group:{GROUP}:*", group
assert begin - 60_000 <= group["creationTime"] <= between and group["storedBytes"] > 0, group
assert logs.describe_log_groups(logGroupNamePrefix="/aws/other")["logGroups"] == []

# Its streams are its instances.
streams = [
    stream
    for page in logs.get_paginator("describe_log_streams").paginate(logGroupName=GROUP, PaginationConfig={"PageSize": 1})
    for stream in page["logStreams"]
]
assert {stream["logStreamName"] for stream in streams} == {call["stream"] for call in calls}, (streams, calls)
assert all(re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", s["logStreamName"]) for s in streams), streams
newest = logs.describe_log_streams(logGroupName=GROUP, orderBy="LastEventTime", descending=True, limit=1)["logStreams"][0]
assert newest["logStreamName"] == third["stream"], newest
assert begin <= newest["firstEventTimestamp"] <= newest["lastEventTimestamp"], newest

# The events of one stream, all and in pages both ways.
stream = first["stream"]
whole = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True)
said = messages(whole["events"])
assert said[0] == f"START RequestId: {first['id']} Version: $LATEST", said
assert said[1:4] == ["one apple", "ERROR one pear", '{"level": "WARN", "took": 5}'], said
assert said[4] == f"END RequestId: {first['id']}" and said[5].startswith(f"REPORT RequestId: {first['id']}\tDuration:"), said
assert all(begin <= event["timestamp"] <= event["ingestionTime"] for event in whole["events"]), whole
pages, token, tokens = [], None, set()
while token not in tokens:
    tokens.add(token)
    page = logs.get_log_events(
        logGroupName=GROUP, logStreamName=stream, startFromHead=True, limit=2, **({"nextToken": token} if token else {})
    )
    pages += page["events"]
    token = page["nextForwardToken"]
assert pages == whole["events"], pages
pages, token, tokens = [], None, set()
while token not in tokens:
    tokens.add(token)
    page = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, limit=2, **({"nextToken": token} if token else {}))
    pages = page["events"] + pages
    token = page["nextBackwardToken"]
assert pages == whole["events"], pages
forth = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, limit=2, nextToken=page["nextForwardToken"])
assert forth["events"] == whole["events"][:2], forth
refused("ResourceNotFoundException", 400, logs.get_log_events, logGroupName=GROUP, logStreamName="2026/01/01/[1]none")
refused("InvalidParameterException", 400, logs.get_log_events, logGroupName=GROUP, logStreamName=stream, nextToken="x")

# Events that match.
everything = found("")
assert len(everything) == 17, messages(everything)
assert [event["timestamp"] for event in everything] == sorted(event["timestamp"] for event in everything)
assert len({event["eventId"] for event in everything}) == 17
assert messages(found("", PaginationConfig={"PageSize": 3})) == messages(everything)
assert messages(found("ERROR")) == ["ERROR one pear", "ERROR three"]
assert messages(found("ERROR -pear")) == ["ERROR three"]
assert messages(found("?apple ?pear")) == ["one apple", "ERROR one pear", "two apples"]
assert messages(found('"exact phrase"')) == ['an "exact phrase" here']
assert messages(found('{ $.level = "WARN" }')) == ['{"level": "WARN", "took": 5}']
assert messages(found('{ $.took > 5 && $.level != "WARN" }')) == ['{"level": "INFO", "took": 50}']
assert messages(found("ünïcödé")) == ["ünïcödé €"]
assert messages(found("ERROR", startTime=between)) == ["ERROR three"]
assert messages(found("ERROR", endTime=between)) == ["ERROR one pear"]
assert {e["logStreamName"] for e in found("", logStreamNames=[third["stream"]])} == {third["stream"]}
assert found("", logStreamNamePrefix="2001/") == []
refused("InvalidParameterException", 400, logs.filter_log_events, logGroupName=GROUP, filterPattern='"open')

# Nobody writes here but functions.
refused("NotImplementedException", 501, logs.create_log_group, logGroupName="mine")
refused("NotImplementedException", 501, logs.put_log_events, logGroupName=GROUP, logStreamName=stream,
        logEvents=[{"timestamp": begin, "message": "forged"}])
functions.delete_function(FunctionName=NAME)
assert messages(found("ERROR")) == ["ERROR one pear", "ERROR three"], "logs outlive their function"
print(f"boto3 {boto3.__version__}: all logs as with AWS Lambda")
