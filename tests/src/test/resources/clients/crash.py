"""Deploys without end, to a server that is killed meanwhile; or looks at what came of it.

    crash.py make             three functions
    crash.py deploy FILE      looks whether each of them is exactly old or new, makes FILE, and deploys to them until
                              the server is gone; tells how often it did
    crash.py check            only looks
"""

import base64
import hashlib
import itertools
import pathlib
import sys
import urllib.request

import botocore.exceptions
from shared import ROLE, api, archive, payload

NAMES = [f"crash-{i}" for i in range(3)]


def code(mark):
    return archive(app=f"def handler(event, context): return {mark}\n# {'x' * (1000 + mark)}\n")


def make():
    for name in NAMES:
        api.create_function(
            FunctionName=name, Runtime="python3.11", Role=ROLE, Handler="app.handler", Code={"ZipFile": code(0)},
            Description="0", Publish=True,
        )
        api.create_alias(FunctionName=name, Name="live", FunctionVersion="1")


def deploy():
    """Code and description of a version always have the same number, unless a change was torn."""
    check()
    pathlib.Path(sys.argv[2]).touch()
    changes = 0
    try:
        for name in itertools.cycle(NAMES):
            mark = int(api.get_function_configuration(FunctionName=name)["Description"]) + 1
            api.update_function_code(FunctionName=name, ZipFile=code(mark))
            api.update_function_configuration(FunctionName=name, Description=str(mark))
            version = api.publish_version(FunctionName=name)["Version"]
            api.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
            changes += 1
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, OSError):
        print(changes)  # it was killed


def check():
    for name in NAMES:
        for version in api.get_paginator("list_versions_by_function").paginate(FunctionName=name).search("Versions[]"):
            mark = payload(api.invoke(FunctionName=name, Qualifier=version["Version"]))
            told = int(version["Description"])
            # $LATEST may have its code and not yet its description.
            assert mark == told or (version["Version"] == "$LATEST" and mark == told + 1), (name, version, mark)
        where = api.get_function(FunctionName=name, Qualifier="live")
        with urllib.request.urlopen(where["Code"]["Location"]) as answer:
            digest = base64.b64encode(hashlib.sha256(answer.read()).digest()).decode()
        assert digest == where["Configuration"]["CodeSha256"], where
        for version in api.get_paginator("list_versions_by_function").paginate(FunctionName=name).search("Versions[]"):
            if version["Version"] not in ("$LATEST", where["Configuration"]["Version"]):
                api.delete_function(FunctionName=name, Qualifier=version["Version"])


{"make": make, "deploy": deploy, "check": check}[sys.argv[1]]()
