"""What each caller may ask for, of a server that was started with small numbers:

    --key-requests 5 --account-calls 10 --account-concurrency 3 --account-code 1
"""

import concurrent.futures
import secrets
import time

from signing import account, ask, granted, make, send, signed, user


def raw(method, path, key, body=b"{}"):
    return send(method, path, signed(method, path, key, body), body)


def refusals(answers, reason):
    """Those that were too many, each in order."""
    many = [answer for answer in answers if answer.status == 429]
    for answer in many:
        assert int(answer.headers["retry-after"]) >= 1, answer
        if "x-amzn-errortype" in answer.headers:
            assert answer.headers["x-amzn-errortype"] == "TooManyRequestsException", answer
            assert answer.json()["Reason"] == reason, answer
        else:
            assert answer.json()["cause"] == "too-many-requests", answer
    return len(many)


number, administrator = account("limits")
one, two = (user(administrator, name, "developer") for name in ("one", "two"))
other, stranger = account("bystander")
make(number, one, "slow", "import time\ndef handler(event, context): time.sleep(3)\n", Timeout=20)
make(other, stranger, "slow")

# Requests of a key.
for path in ("/2016-08-19/account-settings", "/api/v1/functions"):
    time.sleep(2)
    answers = [raw("GET", path, one) for _ in range(100)]
    assert 10 <= sum(a.status == 200 for a in answers) < 100, answers
    assert refusals(answers, "CallerRateLimitExceeded") > 0, answers
    assert raw("GET", path, two).status == 200
assert raw("POST", "/2015-03-31/functions/none/invocations", one).status == 404, "calls are counted apart"

# Calls of an account, whoever makes them.
time.sleep(2)
answers = [raw("POST", "/2015-03-31/functions/none/invocations", (one, two)[i % 2]) for i in range(200)]
assert refusals(answers, "CallerRateLimitExceeded") > 0, answers
assert sum(a.status == 404 for a in answers) >= 10, answers
answers = [raw("POST", "/run/none", (one, two)[i % 2]) for i in range(200)]
assert refusals(answers, "CallerRateLimitExceeded") > 0, answers
assert raw("POST", "/2015-03-31/functions/none/invocations", stranger).status == 404

# Calls at once.
time.sleep(2)
with concurrent.futures.ThreadPoolExecutor(16) as threads:
    path = "/2015-03-31/functions/slow/invocations"
    calls = [threads.submit(raw, "POST", path, (one, two)[i % 2]) for i in range(5)]
    time.sleep(1)
    assert raw("POST", path, stranger).status == 200
    answers = [call.result() for call in calls]
    assert refusals(answers, "ConcurrentInvocationLimitExceeded") == 2, answers
    assert sum(answer.status == 200 for answer in answers) == 3, answers
assert raw("POST", path, one).status == 200, "there is room again"
assert granted(ask("GET", "/2016-08-19/account-settings", one))["AccountLimit"]["ConcurrentExecutions"] == 3

# Code of an account.
limit = granted(ask("GET", "/2016-08-19/account-settings", one))["AccountLimit"]["TotalCodeSize"]
assert limit == 1024 * 1024, limit
wide = "# " + secrets.token_hex(400_000) + "\ndef handler(event, context): return 1\n"
made = make(number, one, "wide", wide).json()
assert 700_000 < made["CodeSize"] < 900_000, made
refused = ask("POST", "/2015-03-31/functions/wide/versions", two, {})
assert refused.status == 400, refused
assert refused.headers["x-amzn-errortype"] == "CodeStorageExceededException", refused
assert refused.json() == {"Type": "User", "message": "Code storage limit exceeded."}, refused
make(other, stranger, "wide", wide)
granted(ask("PUT", "/2015-03-31/functions/wide/configuration", one, {"Timeout": 9}))
print("nobody asks for more than they may")
