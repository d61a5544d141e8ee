async def app(scope, receive, send):
    if scope["type"] != "http":
        raise NotImplementedError
    headers = [(b"content-type", b"application/octet-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    more = True
    while more:
        message = await receive()
        more = message.get("more_body", False)
        if body := message.get("body"):
            await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body"})
