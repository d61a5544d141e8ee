#!/usr/bin/env python3
"""Writes the public model of the AWS Lambda API, without its prose, to a resource of `control`.

    control/src/model/update.py 1.43.11

The argument is a version of botocore (Apache-2.0), which carries the model; it is fetched with pip.
"""

import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

TARGET = pathlib.Path(__file__).parents[1] / "main/resources/org/openlambda/control/model/lambda.json"
INSIDE = "botocore/data/lambda/2015-03-31/service-2.json.gz"


def without_prose(node):
    if isinstance(node, dict):
        return {
            key: without_prose(value)
            for key, value in node.items()
            if not (key == "documentation" and isinstance(value, str))
        }
    return [without_prose(value) for value in node] if isinstance(node, list) else node


def fetch(version):
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder]
        subprocess.run([*command, f"botocore=={version}"], check=True)
        with zipfile.ZipFile(next(pathlib.Path(folder).iterdir())) as wheel:
            return json.loads(gzip.decompress(wheel.read(INSIDE)))


def lines(model, version):
    yield '{"source": ' + json.dumps(f"botocore {version}, {INSIDE}") + ","
    for kind in ("operations", "shapes"):
        entries = [f"{json.dumps(k)}: {json.dumps(v)}" for k, v in model[kind].items()]
        yield f'"{kind}": {{'
        yield ",\n".join(entries)
        yield "}" if kind == "shapes" else "},"
    yield "}"


if __name__ == "__main__":
    wanted = sys.argv[1]
    TARGET.write_text("\n".join(lines(without_prose(fetch(wanted)), wanted)) + "\n")
