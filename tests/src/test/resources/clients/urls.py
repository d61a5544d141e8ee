"""Calls of function URLs by HTTP."""

import http.client
import urllib.parse


def call(url, path="/", method="GET", headers=None, body=None):
    """An answer by HTTP, from the host that the URL names, which need not resolve."""
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=30)
    try:
        connection.request(method, path, body, {"Host": address.netloc, **(headers or {})})
        answer = connection.getresponse()
        answer.content = answer.read()
        return answer
    finally:
        connection.close()
