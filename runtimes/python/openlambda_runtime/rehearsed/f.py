"""The function of a rehearsal: what most functions import and do, so that all of that is warm."""

import json


def f(event):
    return json.loads(json.dumps(event))
