"""The same as f.py in the shape of AWS Lambda."""

import json


def handle(event, context):
    return json.loads(json.dumps(event))
