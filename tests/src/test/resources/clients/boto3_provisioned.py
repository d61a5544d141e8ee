"""Provisioned concurrency, by boto3: what any version of it does with AWS Lambda, against this server.

Configured by the environment, as any program that uses boto3. Ends with the first thing that is wrong.
"""

import base64
import concurrent.futures
import time

import boto3
from shared import ROLE, api, archive, arn, payload, refused

ARN = arn("ready")
CODE = '''
import os
import time
import uuid

HERE = str(uuid.uuid4())

def handler(event, context):
    if "exit" in event:
        os._exit(1)
    time.sleep(event.get("sleep", 0))
    return {"here": HERE, "how": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"], "version": context.function_version}
'''


def wait(qualifier, wanted):
    for _ in range(200):
        got = api.get_provisioned_concurrency_config(FunctionName="ready", Qualifier=qualifier)
        if got["Status"] == wanted:
            return got
        time.sleep(0.05)
    raise AssertionError(f"{got} never became {wanted}")


def together(count, qualifier):
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        calls = [pool.submit(api.invoke, FunctionName="ready", Qualifier=qualifier, Payload=b'{"sleep": 2}')
                 for _ in range(count)]
        return [payload(call.result()) for call in calls]


settings = {"Timeout": 20, "FunctionName": "ready", "Runtime": "python3.11", "Role": ROLE, "Handler": "app.handler"}
api.create_function(Code={"ZipFile": archive(app=CODE)}, **settings)
assert payload(api.invoke(FunctionName="ready"))["how"] == "on-demand"
api.publish_version(FunctionName="ready")
api.create_alias(FunctionName="ready", Name="live", FunctionVersion="1")

# What is refused.
refused("InvalidParameterValueException", 400, "cannot be applied to unpublished function versions",
        api.put_provisioned_concurrency_config, FunctionName="ready", Qualifier="$LATEST",
        ProvisionedConcurrentExecutions=1)
refused("ResourceNotFoundException", 404, f"Cannot find alias arn: {ARN}:nothing",
        api.put_provisioned_concurrency_config, FunctionName="ready", Qualifier="nothing",
        ProvisionedConcurrentExecutions=1)
refused("ResourceNotFoundException", 404, f"Function not found: {ARN}:7",
        api.put_provisioned_concurrency_config, FunctionName="ready", Qualifier="7", ProvisionedConcurrentExecutions=1)
refused("ProvisionedConcurrencyConfigNotFoundException", 404, "No Provisioned Concurrency Config found",
        api.get_provisioned_concurrency_config, FunctionName="ready", Qualifier="live")
refused("InvalidParameterValueException", 400, "below its minimum value of .100", api.put_provisioned_concurrency_config,
        FunctionName="ready", Qualifier="live", ProvisionedConcurrentExecutions=901)
api.put_function_concurrency(FunctionName="ready", ReservedConcurrentExecutions=10)
refused("InvalidParameterValueException", 400, "should not be greater than the reservedConcurrentExecution",
        api.put_provisioned_concurrency_config, FunctionName="ready", Qualifier="live",
        ProvisionedConcurrentExecutions=11)

# Three are kept ready, and answer.
put = api.put_provisioned_concurrency_config(FunctionName="ready", Qualifier="live", ProvisionedConcurrentExecutions=3)
assert put["Status"] == "IN_PROGRESS" and put["RequestedProvisionedConcurrentExecutions"] == 3, put
assert put["ResponseMetadata"]["HTTPStatusCode"] == 202, put
got = wait("live", "READY")
assert got["AvailableProvisionedConcurrentExecutions"] == got["AllocatedProvisionedConcurrentExecutions"] == 3, got
refused("ResourceConflictException", 409, "Version is pointed by a Provisioned Concurrency alias",
        api.put_provisioned_concurrency_config, FunctionName="ready", Qualifier="1", ProvisionedConcurrentExecutions=1)
first = together(3, "live")
assert len({said["here"] for said in first}) == 3, first
assert all(said["how"] == "provisioned-concurrency" and said["version"] == "1" for said in first), first
tail = api.invoke(FunctionName="ready", Qualifier="live", LogType="Tail")["LogResult"]
assert b"Init Duration" not in base64.b64decode(tail), tail
assert {said["here"] for said in together(3, "live")} == {said["here"] for said in first}

# What is more than those is made as ever.
five = together(5, "live")
assert sorted(said["how"] for said in five) == ["on-demand"] * 2 + ["provisioned-concurrency"] * 3, five

# One that ends is made anew.
api.invoke(FunctionName="ready", Qualifier="live", Payload=b'{"exit": 1}')
wait("live", "READY")
listed = api.list_provisioned_concurrency_configs(FunctionName="ready")["ProvisionedConcurrencyConfigs"]
assert [one["FunctionArn"] for one in listed] == [ARN + ":live"] and listed[0]["Status"] == "READY", listed

# They follow the alias.
api.update_function_configuration(FunctionName="ready", Timeout=21)
api.publish_version(FunctionName="ready")
api.update_alias(FunctionName="ready", Name="live", FunctionVersion="2")
wait("live", "READY")
moved = together(3, "live")
assert all(said["how"] == "provisioned-concurrency" and said["version"] == "2" for said in moved), moved

# They exclude weights.
with_weights = {"AdditionalVersionWeights": {"1": 0.5}}
refused("InvalidParameterValueException", 400, "Alias with weights can not be used with Provisioned Concurrency",
        api.update_alias, FunctionName="ready", Name="live", RoutingConfig=with_weights)
api.create_alias(FunctionName="ready", Name="both", FunctionVersion="2", RoutingConfig=with_weights)
refused("InvalidParameterValueException", 400, "Alias with weights can not be used with Provisioned Concurrency",
        api.put_provisioned_concurrency_config, FunctionName="ready", Qualifier="both", ProvisionedConcurrentExecutions=1)
api.delete_alias(FunctionName="ready", Name="both")

# One that cannot be loaded says why.
api.update_function_code(FunctionName="ready", ZipFile=archive(app="raise ValueError('not today')"))
api.publish_version(FunctionName="ready")
api.put_provisioned_concurrency_config(FunctionName="ready", Qualifier="3", ProvisionedConcurrentExecutions=1)
got = wait("3", "FAILED")
assert "not today" in got["StatusReason"], got
api.delete_provisioned_concurrency_config(FunctionName="ready", Qualifier="3")

api.delete_provisioned_concurrency_config(FunctionName="ready", Qualifier="live")
refused("ProvisionedConcurrencyConfigNotFoundException", 404, "No Provisioned Concurrency Config found",
        api.get_provisioned_concurrency_config, FunctionName="ready", Qualifier="live")
api.delete_function(FunctionName="ready")
print(f"boto3 {boto3.__version__}: all as with AWS Lambda")
