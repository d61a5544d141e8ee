"""Stands in for a handler while a sandbox warms up."""

import json


def f(event):
    return {"hello": event.get("name"), "text": json.dumps(event)}
