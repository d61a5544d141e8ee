"""Requests that nobody may get in with: each is a good one, signed by botocore, with one thing wrong.

Every kind of path of the API is asked; the good request first, to see that it is one.
"""

import datetime
import http.client
import json
import os
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials

SERVER = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL_LAMBDA"]).netloc
KEY = (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
PATHS = {
    "/2015-03-31/functions/": "GET",
    "/2015-03-31/functions/f/invocations": "POST",
    "/2015-03-31/functions/f/configuration": "PUT",
    "/2016-08-19/account-settings/": "GET",
    "/2018-10-31/layers": "GET",
    "/2099-01-01/nothing": "GET",
    "/": "POST",  # CloudWatch Logs
}


def signed(method, path, body=b"{}", key=KEY, region="us-east-1", service=None, headers=None, token=None):
    service = service or ("logs" if path == "/" else "lambda")
    request = botocore.awsrequest.AWSRequest(
        method, f"http://{SERVER}{path}", headers=dict(headers or {}), data=body
    )
    credentials = botocore.credentials.Credentials(*key, token)
    botocore.auth.SigV4Auth(credentials, service, region).add_auth(request)
    return dict(request.headers.items())


def send(method, path, headers, body=b"{}"):
    connection = http.client.HTTPConnection(SERVER, timeout=10)
    connection.request(method, path, body, {"Host": SERVER, **headers})
    answer = connection.getresponse()
    code = answer.headers.get("x-amzn-errortype", "")
    return answer.status, code, answer.read()


def shifted(minutes):
    """Signs as if it were another time."""

    def sign(method, path):
        clock = botocore.auth.get_current_datetime
        botocore.auth.get_current_datetime = lambda: clock() + datetime.timedelta(minutes=minutes)
        try:
            return signed(method, path)
        finally:
            botocore.auth.get_current_datetime = clock

    return sign


def without(headers, *names):
    return {name: value for name, value in headers.items() if name not in names}


def edited(headers, old, new):
    changed = headers["Authorization"].replace(old, new)
    assert changed != headers["Authorization"], (old, headers)
    return {**headers, "Authorization": changed}


FORGERIES = {
    "no signature": lambda m, p: send(m, p, {}),
    "an empty one": lambda m, p: send(m, p, {"Authorization": ""}),
    "another scheme": lambda m, p: send(m, p, {"Authorization": "Basic YTpi"}),
    "a bearer": lambda m, p: send(m, p, {"Authorization": "Bearer " + KEY[1]}),
    "an unknown key": lambda m, p: send(m, p, signed(m, p, key=("AKIAAAAAAAAAAAAAAAAA", KEY[1]))),
    "a wrong secret": lambda m, p: send(m, p, signed(m, p, key=(KEY[0], KEY[1] + "x"))),
    "an empty secret": lambda m, p: send(m, p, signed(m, p, key=(KEY[0], ""))),
    "another body": lambda m, p: send(m, p, signed(m, p), b'{"other": 1}'),
    "another body that says its hash": lambda m, p: send(
        m, p, {**signed(m, p), "x-amz-content-sha256": "0" * 64}, b'{"other": 1}'
    ),
    "an unsigned payload": lambda m, p: send(
        m, p, signed(m, p, headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}), b'{"other": 1}'
    ),
    "another path": lambda m, p: send(m, p, signed(m, "/2015-03-31/functions/other")),
    "another method": lambda m, p: send("DELETE", p, signed(m, p)),
    "a query that was added": lambda m, p: send(m, p + "?Qualifier=other", signed(m, p)),
    "a field that was added": lambda m, p: send(
        m, p, {**signed(m, p), "x-amz-invocation-type": "DryRun"}
    ),
    "a field that was changed": lambda m, p: send(
        m, p,
        {**signed(m, p, headers={"x-amz-log-type": "None"}), "x-amz-log-type": "Tail"},
    ),
    "six minutes old": lambda m, p: send(m, p, shifted(-6)(m, p)),
    "six minutes early": lambda m, p: send(m, p, shifted(6)(m, p)),
    "a year old": lambda m, p: send(m, p, shifted(-525600)(m, p)),
    "a date that was moved": lambda m, p: send(
        m, p, {**shifted(-60)(m, p), "X-Amz-Date": signed(m, p)["X-Amz-Date"]}
    ),
    "no date": lambda m, p: send(m, p, without(signed(m, p), "X-Amz-Date")),
    "another service": lambda m, p: send(m, p, signed(m, p, service="s3")),
    "another region in the scope": lambda m, p: send(
        m, p, edited(signed(m, p), "/us-east-1/", "/eu-west-1/")
    ),
    "another key in the scope": lambda m, p: send(
        m, p, edited(signed(m, p), KEY[0], "AKIAAAAAAAAAAAAAAAAA")
    ),
    "a host that is not signed": lambda m, p: send(
        m, p, edited(signed(m, p), "SignedHeaders=host;", "SignedHeaders=")
    ),
    "half a signature": lambda m, p: send(m, p, {**signed(m, p), "Authorization": signed(m, p)["Authorization"][:-32]}),
    "a token of a session": lambda m, p: send(m, p, signed(m, p, token="token")),
}

tried = 0
for path, method in PATHS.items():
    status, code, answer = send(method, path, signed(method, path))
    assert status not in (401, 403), (path, status, code, answer)
    for name, forgery in FORGERIES.items():
        status, code, answer = forgery(method, path)
        assert status in (400, 403), (name, path, status, code, answer)
        assert code.endswith("Exception") and "message" in json.loads(answer), (name, path, code, answer)
        tried += 1
print(f"{tried} forged requests: none got in")
