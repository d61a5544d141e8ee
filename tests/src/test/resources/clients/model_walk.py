"""A walk over the public model of the AWS Lambda API, by HTTP: what each operation takes, and what it answers.

    model_walk.py broken | granted

The table below has the operations that are not served yet: one that is new in the model, or that is served from now on,
fails until it is taken in or out.
"""

import http.client
import json
import re
import sys
import time

import service_model
from service_model import OPERATIONS
from shared import ACCOUNT, ROLE, api, arn, packed
from signing import OPERATOR, SERVER, send, signed

NOT_SERVED = set("""
    CreateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping ListEventSourceMappings
    UpdateEventSourceMapping InvokeAsync
    CreateCapacityProvider DeleteCapacityProvider GetCapacityProvider ListCapacityProviders UpdateCapacityProvider
    ListFunctionVersionsByCapacityProvider GetFunctionScalingConfig PutFunctionScalingConfig
    CheckpointDurableExecution DeleteDurableExecution GetDurableExecution GetDurableExecutionHistory
    GetDurableExecutionState ListDurableExecutionsByFunction PauseDurableExecution ResumeDurableExecution
    SendDurableExecutionCallbackFailure SendDurableExecutionCallbackHeartbeat SendDurableExecutionCallbackSuccess
    StopDurableExecution
    DeleteResourcePolicy GetResourcePolicy PutResourcePolicy
""".split())

connection = http.client.HTTPConnection(SERVER, timeout=60)


def ask(name, given):
    """The answer to an operation, once it is seen that it is one of the model; nothing if no path can ask for it."""
    request = service_model.request(OPERATIONS[name], given)
    if request is None:
        return None
    method, path, fields, body = request
    answer = send(method, path, signed(method, path, OPERATOR, body, headers=fields), body, connection)
    found = service_model.wrong(name, answer.status, answer.headers, answer.body)
    assert not found, (found, given, answer)
    return answer


def shape(name):
    return OPERATIONS[name]["input"]["shape"]


def said(text):
    """The faults that an answer tells of, and how many it says that there are."""
    many = re.match(r"(\d+) validation errors? detected: ", text)
    parts = re.split(r"(?:^|; )Value (?:null|'(?:[^']|'(?! at '))*') at '", text[many.end():])[1:]
    return int(many[1]), [tuple(part.split("' failed to satisfy constraint: ", 1)) for part in parts]


def broken():
    """Each constraint of each operation is broken once, and each member is of a wrong type once."""
    tried = unaskable = 0
    for name in OPERATIONS:
        for given in service_model.broken(shape(name)):
            wanted = sorted(service_model.faults(shape(name), without_empty(name, given)))
            answer = ask(name, given) if wanted else None
            if answer is None:
                unaskable += 1  # a name that is nothing makes another path, an empty list in a query is none
                continue
            assert answer.status == 400, (name, given, answer)
            assert answer.headers["x-amzn-errortype"] == "ValidationException", (name, given, answer)
            many, told = said(answer.json()["message"])
            assert sorted(told) == wanted and many == len(wanted), (name, set(told) ^ set(wanted), many)
            tried += 1
        for given in service_model.mistyped(shape(name)):
            answer = ask(name, given)
            assert answer.headers["x-amzn-errortype"] == "SerializationException", (name, given, answer)
            tried += 1
    assert unaskable < 200, unaskable
    print(f"{len(OPERATIONS)} operations, {tried} constraints broken: each is told")


def without_empty(name, given):
    """What is left of an input in which a list of the query is empty."""
    members = service_model.SHAPES[shape(name)]["members"]
    return {
        member: value for member, value in given.items()
        if value != [] or members[member].get("location") != "querystring"
    }


def granted():
    """Each operation that is served is granted once, and what it answers has the shape of the model."""
    assert NOT_SERVED <= OPERATIONS.keys(), NOT_SERVED - OPERATIONS.keys()
    for name in OPERATIONS:
        answer = ask(name, service_model.example(shape(name)))
        assert (answer.status == 501) == (name in NOT_SERVED), (name, answer)
        if answer.status == 501:
            assert answer.headers["x-amzn-errortype"] == "NotImplementedException", answer
            assert name in answer.json()["message"], answer
    seen = set()
    service_model.watch(api, seen)
    live()
    missing = OPERATIONS.keys() - NOT_SERVED - seen
    assert not missing, f"never granted: {missing}"
    print(f"{len(seen)} operations are answered as the model says, {len(NOT_SERVED)} are not served and say so")


def live():
    """A life in which everything has a value that can have one."""
    code = "def handler(event, context):\n    print(event)\n    if event == 1: raise ValueError('no')\n    return event\n"
    words = api.publish_layer_version(
        LayerName="words", Content={"ZipFile": packed(**{"python/words.py": "A = 1\n"})}, Description="all",
        CompatibleRuntimes=["python3.11"], CompatibleArchitectures=["x86_64"], LicenseInfo="MIT",
    )
    name = {"FunctionName": "walked"}
    api.create_function(
        **name, Runtime="python3.11", Role=ROLE, Handler="app.handler", Code={"ZipFile": packed(**{"app.py": code})},
        Description="a function", Timeout=10, MemorySize=256, Environment={"Variables": {"AB": "c"}}, Tags={"a": "b"},
        Layers=[words["LayerVersionArn"]], EphemeralStorage={"Size": 512}, TracingConfig={"Mode": "PassThrough"},
        LoggingConfig={"LogFormat": "JSON"}, Architectures=["x86_64"], PackageType="Zip",
    )
    api.get_waiter("function_active_v2").wait(**name)
    api.update_function_configuration(**name, Timeout=11, MemorySize=512)
    api.get_waiter("function_updated_v2").wait(**name)
    api.update_function_code(**name, ZipFile=packed(**{"app.py": code + "# more\n"}))
    api.get_waiter("function_updated_v2").wait(**name)
    api.publish_version(**name, Description="first")
    api.update_function_configuration(**name, MemorySize=128)
    api.publish_version(**name)
    api.create_alias(**name, Name="live", FunctionVersion="1", Description="this one")
    api.update_alias(**name, Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}})
    for get in (api.get_function, api.get_function_configuration):
        for qualifier in ({}, {"Qualifier": "1"}, {"Qualifier": "live"}):
            get(**name, **qualifier)
    api.get_alias(**name, Name="live")
    for page in (
        api.list_functions(), api.list_functions(FunctionVersion="ALL", MaxItems=1), api.list_versions_by_function(**name),
        api.list_aliases(**name), api.list_aliases(**name, FunctionVersion="1"),
    ):
        assert page.get("Functions") or page.get("Versions") or page.get("Aliases"), page
    calls(name)
    settings(name)
    beside(name)
    for listed in (
        api.list_layers(), api.list_layers(CompatibleRuntime="python3.11"), api.list_layer_versions(LayerName="words"),
    ):
        assert listed.get("Layers") or listed.get("LayerVersions"), listed
    api.get_layer_version(LayerName="words", VersionNumber=1)
    api.get_layer_version_by_arn(Arn=words["LayerVersionArn"])
    layer = {"LayerName": "words", "VersionNumber": 1}
    api.add_layer_version_permission(**layer, StatementId="all", Action="lambda:GetLayerVersion", Principal="*")
    json.loads(api.get_layer_version_policy(**layer)["Policy"])
    api.remove_layer_version_permission(**layer, StatementId="all")
    api.delete_layer_version(**layer)
    api.delete_alias(**name, Name="live")
    api.delete_function(**name)


def calls(name):
    for given in ({}, {"Payload": b"1"}, {"LogType": "Tail"}, {"InvocationType": "DryRun"}, {"Qualifier": "1"}):
        api.invoke(**name, **given)["Payload"].read()
    for given in ({}, {"Payload": b"1", "LogType": "Tail"}):
        list(api.invoke_with_response_stream(**name, **given)["EventStream"])


def settings(name):
    api.get_account_settings()
    api.get_function_concurrency(**name)
    api.put_function_concurrency(**name, ReservedConcurrentExecutions=5)
    api.get_function_concurrency(**name)
    api.get_function(**name)
    api.delete_function_concurrency(**name)
    api.get_function_recursion_config(**name)
    api.put_function_recursion_config(**name, RecursiveLoop="Allow")
    api.get_runtime_management_config(**name)
    api.put_runtime_management_config(**name, UpdateRuntimeOn="FunctionUpdate")
    api.tag_resource(Resource=arn("walked"), Tags={"c": "d"})
    api.list_tags(Resource=arn("walked"))
    api.untag_resource(Resource=arn("walked"), TagKeys=["c"])
    api.put_function_event_invoke_config(**name, MaximumRetryAttempts=1)
    api.update_function_event_invoke_config(**name, MaximumEventAgeInSeconds=60)
    api.get_function_event_invoke_config(**name)
    api.list_function_event_invoke_configs(**name)
    api.delete_function_event_invoke_config(**name)
    ready = {**name, "Qualifier": "2"}
    api.put_provisioned_concurrency_config(**ready, ProvisionedConcurrentExecutions=1)
    deadline = time.monotonic() + 20
    while api.get_provisioned_concurrency_config(**ready)["Status"] != "READY":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    api.list_provisioned_concurrency_configs(**name)
    api.delete_provisioned_concurrency_config(**ready)


def beside(name):
    origin = {"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "MaxAge": 60, "AllowHeaders": ["x-a"],
              "ExposeHeaders": ["x-b"], "AllowCredentials": True}
    api.create_function_url_config(**name, AuthType="NONE", Cors=origin, InvokeMode="BUFFERED")
    api.get_function_url_config(**name)
    api.update_function_url_config(**name, AuthType="AWS_IAM", InvokeMode="RESPONSE_STREAM")
    api.list_function_url_configs(**name)
    api.delete_function_url_config(**name)
    api.add_permission(**name, StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
                       SourceArn="arn:aws:s3:::b", SourceAccount=ACCOUNT)
    json.loads(api.get_policy(**name)["Policy"])
    api.remove_permission(**name, StatementId="s3")
    signing(name)


def signing(name):
    profile = f"arn:aws:signer:us-east-1:{ACCOUNT}:/signing-profiles/p/v1"
    made = api.create_code_signing_config(AllowedPublishers={"SigningProfileVersionArns": [profile]}, Description="ours")
    config = {"CodeSigningConfigArn": made["CodeSigningConfig"]["CodeSigningConfigArn"]}
    api.update_code_signing_config(**config, Description="mine")
    api.get_code_signing_config(**config)
    api.list_code_signing_configs(MaxItems=1)
    api.put_function_code_signing_config(**config, **name)
    api.get_function_code_signing_config(**name)
    api.list_functions_by_code_signing_config(**config)
    api.delete_function_code_signing_config(**name)
    api.delete_code_signing_config(**config)


{"broken": broken, "granted": granted}[sys.argv[1]]()
