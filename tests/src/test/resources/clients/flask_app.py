from flask import Flask, Response, request

app = Flask(__name__)


@app.post("/login")
def login():
    answer = Response("hello")
    answer.set_cookie("user", request.form["user"])
    answer.set_cookie("theme", "dark")
    return answer


@app.get("/me")
def me():
    return request.cookies["user"]


@app.post("/upload")
def upload():
    return Response(request.files["file"].read()[::-1], mimetype="application/octet-stream")


@app.get("/where")
def where():
    return {"path": request.path, "root": request.script_root, "query": request.query_string.decode()}


@app.get("/ticks")
def ticks():
    return Response((f"data: {i}\n\n" for i in range(3)), mimetype="text/event-stream")
