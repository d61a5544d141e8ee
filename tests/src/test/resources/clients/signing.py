"""Requests signed by botocore, sent as they are: no retries but for a rate that is exceeded."""

import base64
import datetime
import hashlib
import http.client
import io
import json
import os
import time
import urllib.parse
import zipfile

import botocore.auth
import botocore.awsrequest
import botocore.credentials

SERVER = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL_LAMBDA"]).netloc
OPERATOR = (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])


def signed(method, path, key, body=b"{}", region="us-east-1", service=None, headers=None, token=None):
    service = service or ("logs" if path == "/" else "lambda")
    request = botocore.awsrequest.AWSRequest(
        method, f"http://{SERVER}{path}", headers=dict(headers or {}), data=body
    )
    credentials = botocore.credentials.Credentials(*key, token)
    botocore.auth.SigV4Auth(credentials, service, region).add_auth(request)
    return dict(request.headers.items())


class Link(botocore.auth.SigV4QueryAuth):
    """Signs in the query, for a request with this body; None: with any. So it is with the time it is good for."""

    def __init__(self, credentials, service, region, expires, body):
        super().__init__(credentials, service, region, expires)
        self.body = body

    def _modify_request_before_signing(self, request):
        super()._modify_request_before_signing(request)
        request.url = request.url.replace("&X-Amz-Expires=None", "")

    def payload(self, request):
        return "UNSIGNED-PAYLOAD" if self.body is None else hashlib.sha256(self.body).hexdigest()


def linked(method, path, key, body=b"{}", expires=60, region="us-east-1", service=None, headers=None, token=None, host=SERVER):
    """The path with the signature in its query: who has it needs no key."""
    service = service or ("logs" if path == "/" and host == SERVER else "lambda")
    request = botocore.awsrequest.AWSRequest(method, f"http://{host}{path}", headers=dict(headers or {}))
    credentials = botocore.credentials.Credentials(*key, token)
    Link(credentials, service, region, expires, body).add_auth(request)
    return request.url.removeprefix(f"http://{host}")


def shifted(minutes, sign=signed, **more):
    """Signs as if it were another time."""

    def shifted(method, path, key, *rest, **others):
        clock = botocore.auth.get_current_datetime
        botocore.auth.get_current_datetime = lambda: clock() + datetime.timedelta(minutes=minutes)
        try:
            return sign(method, path, key, *rest, **more, **others)
        finally:
            botocore.auth.get_current_datetime = clock

    return shifted


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.headers.items()}
        self.body = response.read()

    def json(self):
        return json.loads(self.body) if self.body else None

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:500]!r}"


def send(method, path, headers, body=b"{}", connection=None):
    own = connection or http.client.HTTPConnection(SERVER, timeout=60)
    own.request(method, path, body, {"Host": SERVER, **headers})
    answer = Answer(own.getresponse())
    if connection is None:
        own.close()
    return answer


def ask(method, path, key, document=None, connection=None):
    """As the owner of a key. Waits where it is told that it asks too often."""
    body = b"" if document is None else json.dumps(document).encode()
    while True:
        answer = send(method, path, signed(method, path, key, body), body, connection)
        if answer.status != 429:
            return answer
        time.sleep(int(answer.headers["retry-after"]))


def follow(method, path, key, body=b"{}", **more):
    """Whoever has a link of the owner of a key. Waits where it is told that it asks too often."""
    while True:
        answer = send(method, linked(method, path, key, body, **more), {}, body or b"")
        if answer.status != 429:
            return answer
        time.sleep(int(answer.headers["retry-after"]))


def bearing(method, path, token, document=None):
    """As the owner of a token."""
    body = b"" if document is None else json.dumps(document).encode()
    return send(method, path, {"Authorization": f"Bearer {token}"}, body)


def granted(answer):
    assert answer.status // 100 == 2, answer
    return answer.json()


def account(name):
    """A new account: its number, and the key of its administrator."""
    made = granted(ask("POST", "/api/v1/accounts", OPERATOR, {"name": name}))
    return made["id"], (made["key"]["id"], made["key"]["secret"])


def user(administrator, name, role):
    """A new user: its key."""
    granted(ask("POST", "/api/v1/users", administrator, {"name": name, "role": role}))
    made = granted(ask("POST", "/api/v1/keys", administrator, {"user": name}))
    return made["id"], made["secret"]


def make(number, key, name, code="def handler(event, context): return 1\n", **more):
    """A new function."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("app.py", code)
    answer = ask("POST", "/2015-03-31/functions", key, {
        "FunctionName": name, "Runtime": "python3.11", "Handler": "app.handler",
        "Role": f"arn:aws:iam::{number}:role/any",
        "Code": {"ZipFile": base64.b64encode(packed.getvalue()).decode()}, **more,
    })
    granted(answer)
    return answer
