def app(environ, start_response):
    start_response("202 Accepted", [("content-type", "text/plain")])
    return [b"unread"]
