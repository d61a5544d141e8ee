"""Callers that try again until they have an answer, while their server is stopped and started.

    restart.py make        the function that they call
    restart.py call        calls it until a file says that it is enough
    restart.py check       whether each call that was answered ran once, by what the function printed

Calls go on to the same address. Whoever is refused (503), finds nobody, or is left without an answer tries again: what
is left without an answer must not have run.
"""

import collections
import http.client
import json
import os
import pathlib
import sys
import threading
import time

import boto3
from shared import ENDPOINT, ROLE, api, archive
from signing import OPERATOR, SERVER, signed

CALLERS = 8
PATIENCE = 60  # seconds
FOLDER = pathlib.Path(os.environ["RESTART_FOLDER"])
ENOUGH, ANSWERED = FOLDER / "enough", FOLDER / "answered.json"
PATH = "/2015-03-31/functions/once/invocations"
CODE = """
import time
def handler(event, context):
    print("ran", event["n"])
    time.sleep(0.05)
    return event["n"]
"""


def make():
    api.create_function(
        FunctionName="once", Runtime="python3.11", Role=ROLE, Handler="app.handler", Code={"ZipFile": archive(app=CODE)}
    )


class Caller:
    def __init__(self, first):
        self.numbers = range(first, 1_000_000, CALLERS)
        self.answered, self.again, self.wrong = [], collections.Counter(), []

    def __call__(self):
        connection = http.client.HTTPConnection(SERVER, timeout=30)
        for n in self.numbers:
            if ENOUGH.exists():
                return
            self.ask(connection, n)

    def ask(self, connection, n):
        body = json.dumps({"n": n}).encode()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                connection.request("POST", PATH, body, signed("POST", PATH, OPERATOR, body))
                answer = connection.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException) as reason:
                connection.close()
                self.again[type(reason).__name__] += 1
                time.sleep(0.05)
                continue
            if answer.status == 503 and "retry-after" in answer.headers:
                self.again["503"] += 1
                time.sleep(0.05)
                continue
            if answer.status != 200 or json.loads(said) != n:
                self.wrong.append((n, answer.status, said.decode()))
            self.answered.append(n)
            return
        self.wrong.append((n, 0, "no answer in time"))


def call():
    callers = [Caller(first) for first in range(CALLERS)]
    threads = [threading.Thread(target=caller) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wrong = [one for caller in callers for one in caller.wrong]
    assert not wrong, wrong[:5]
    again = sum((caller.again for caller in callers), collections.Counter())
    ANSWERED.write_text(json.dumps([n for caller in callers for n in caller.answered]))
    print(f"tried again: {dict(again)}")


def check():
    logs = boto3.client("logs", endpoint_url=ENDPOINT)
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName="/aws/lambda/once", filterPattern="ran")
    ran = collections.Counter(int(event["message"].split()[1]) for page in pages for event in page["events"])
    answered = json.loads(ANSWERED.read_text())
    assert len(set(answered)) == len(answered)
    assert not [n for n in answered if ran[n] != 1], [(n, ran[n]) for n in answered if ran[n] != 1][:5]
    assert not set(ran) - set(answered), sorted(set(ran) - set(answered))[:5]
    print(f"{len(answered)} calls ran once each")


{"make": make, "call": call, "check": check}[sys.argv[1]]()
