def app(environ, start_response):
    start_response("200 OK", [("content-type", "application/octet-stream")])
    while piece := environ["wsgi.input"].read1(65536):
        yield piece
