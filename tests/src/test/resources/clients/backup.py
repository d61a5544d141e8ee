"""A server that has everything, for tests of backups: `fill`, `deploy FILE` until the file is gone, `picture`, `check`.

`picture` prints all that the API tells of functions but `busy`, which `deploy` changes all the time; `check` calls them.
"""

import json
import os
import sys

from shared import ROLE, api, archive, payload

SECRET = "from the environment: not in the clear"
CODE = """
import os
import sys
sys.path.append("/opt")

def handler(event, context):
    try:
        import words
        from_layer = words.TEXT
    except ImportError:
        from_layer = None
    return [{}, os.environ.get("SECRET"), from_layer]
"""


def make(name, number, **more):
    api.create_function(
        FunctionName=name, Runtime="python3.11", Handler="app.handler", Role=ROLE,
        Code={"ZipFile": archive(app=CODE.format(number))}, **more,
    )


def fill():
    layers = [
        api.publish_layer_version(LayerName=name, Content={"ZipFile": archive(**files)})["LayerVersionArn"]
        for name, files in (("words", {"words": "TEXT = 'layer'"}), ("more", {"more": "x = 1"}))
    ]
    make("kept", 1, Environment={"Variables": {"SECRET": SECRET}}, Tags={"team": "a"}, Layers=layers, Publish=True)
    api.update_function_code(FunctionName="kept", ZipFile=archive(app=CODE.format(2)), Publish=True)
    api.update_function_code(FunctionName="kept", ZipFile=archive(app=CODE.format(3)))
    api.create_alias(FunctionName="kept", Name="live", FunctionVersion="1")
    api.create_alias(FunctionName="kept", Name="next", FunctionVersion="2", Description="soon")
    api.update_alias(FunctionName="kept", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}})
    api.put_function_concurrency(FunctionName="kept", ReservedConcurrentExecutions=7)
    api.create_function_url_config(FunctionName="kept", AuthType="NONE")
    api.add_permission(FunctionName="kept", StatementId="all", Action="lambda:InvokeFunctionUrl", Principal="*",
                       FunctionUrlAuthType="NONE")
    make("gone", 1)
    api.delete_function(FunctionName="gone")
    make("busy", 0)


def deploy(running):
    number = 0
    while os.path.exists(running):
        number += 1
        api.update_function_code(FunctionName="busy", ZipFile=archive(app=CODE.format(number)), Publish=True)
        make(f"busy-{number}", number)
        if number % 2:
            api.delete_function(FunctionName=f"busy-{number}")
    print(number)


def picture():
    everything = []
    for function in api.list_functions(FunctionVersion="ALL")["Functions"]:
        if function["FunctionName"].startswith("busy"):
            continue
        everything.append(function)
        if function["Version"] == "$LATEST":
            of = {"FunctionName": function["FunctionName"]}
            everything.append(api.get_function_concurrency(**of).get("ReservedConcurrentExecutions"))
            everything.append(api.list_aliases(**of)["Aliases"])
            urls = api.list_function_url_configs(**of)["FunctionUrlConfigs"]
            everything.append([(url["AuthType"], url["CreationTime"]) for url in urls])
            everything.append(api.list_tags(Resource=function["FunctionArn"].removesuffix(":$LATEST"))["Tags"])
    everything.append(api.get_policy(FunctionName="kept")["Policy"])
    everything.append(api.list_layers()["Layers"])
    print(json.dumps(everything, sort_keys=True))


def check():
    """Every function is whole, `busy` as it was in one moment."""
    assert payload(api.invoke(FunctionName="kept")) == [3, SECRET, "layer"]
    assert payload(api.invoke(FunctionName="kept", Qualifier="1")) == [1, SECRET, "layer"]
    assert payload(api.invoke(FunctionName="kept", Qualifier="next")) == [2, SECRET, "layer"]
    versions = api.list_versions_by_function(FunctionName="busy")["Versions"]
    numbers = [int(version["Version"]) for version in versions if version["Version"] != "$LATEST"]
    assert numbers == list(range(1, len(numbers) + 1)), numbers
    for number in numbers[-3:]:
        assert payload(api.invoke(FunctionName="busy", Qualifier=str(number)))[0] == number
    names = [function["FunctionName"] for function in api.list_functions()["Functions"]]
    others = sorted(int(name[5:]) for name in names if name.startswith("busy-"))
    for number in others:
        assert payload(api.invoke(FunctionName=f"busy-{number}"))[0] == number
    made = others[-1] if others else 0
    assert len(numbers) - 2 <= made <= len(numbers), (others, numbers)  # the last one, or that before it
    make("after", 1)
    assert payload(api.invoke(FunctionName="after"))[0] == 1
    print("whole")


{"fill": fill, "deploy": deploy, "picture": picture, "check": check}[sys.argv[1]](*sys.argv[2:])
