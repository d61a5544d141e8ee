"""Web applications behind function URLs: by an adapter of the AWS world, and as they are.

The first argument is a folder with flask, fastapi, mangum, apig-wsgi and python-multipart; the second the name of a
function that `ol deploy` has made of the Flask application. Ends with the first thing that is wrong.
"""

import io
import json
import pathlib
import sys
import zipfile

from shared import ROLE, api
from urls import call

FLASK = pathlib.Path(__file__).with_name("flask_app.py").read_text()
FASTAPI = '''
from fastapi import Cookie, FastAPI, File, Form, Response, UploadFile
from fastapi.responses import StreamingResponse
from mangum import Mangum

app = FastAPI()

@app.get("/items/{number}")
def item(number: int, q: str | None = None):
    return {"number": number, "q": q}

@app.post("/login")
def login(response: Response, user: str = Form()):
    response.set_cookie("user", user)
    response.set_cookie("theme", "dark")
    return {"hello": user}

@app.get("/me")
def me(user: str | None = Cookie(default=None)):
    return {"user": user}

@app.post("/upload")
def upload(file: UploadFile = File()):
    return Response(file.file.read()[::-1], media_type="application/octet-stream")

handler = Mangum(app, lifespan="off")
'''


def packed(folder, **files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in pathlib.Path(folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(folder))
        for name, text in files.items():
            archive.writestr(name + ".py", text)
    return made.getvalue()


def address(name):
    api.add_permission(
        FunctionName=name, StatementId="url", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE",
    )
    return api.create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]


def form(content):
    return b"\r\n".join((
        b"--line", b'Content-Disposition: form-data; name="file"; filename="a.bin"',
        b"Content-Type: application/octet-stream", b"", content, b"--line--", b"",
    )), {"Content-Type": "multipart/form-data; boundary=line"}


def cookies(answer):
    return [cookie.partition(";")[0] for cookie in answer.headers.get_all("set-cookie")]


BYTES = bytes(range(256)) * 8
BODY, TYPE = form(BYTES)

# FastAPI by Mangum.
settings = {"Runtime": "python3.11", "Role": ROLE, "MemorySize": 512, "Timeout": 30}
api.create_function(
    FunctionName="fastapi-app", Handler="app.handler", Code={"ZipFile": packed(sys.argv[1], app=FASTAPI)}, **settings
)
url = address("fastapi-app")
assert json.loads(call(url, "/items/7?q=a%20b").content) == {"number": 7, "q": "a b"}
assert call(url, "/items/seven").status == 422
answer = call(url, "/login", "POST", {"Content-Type": "application/x-www-form-urlencoded"}, b"user=ada")
assert json.loads(answer.content) == {"hello": "ada"} and cookies(answer) == ["user=ada", "theme=dark"], answer.headers
assert json.loads(call(url, "/me", headers={"Cookie": "theme=dark; user=ada"}).content) == {"user": "ada"}
assert call(url, "/upload", "POST", TYPE, BODY).content == BYTES[::-1]

# Flask by apig-wsgi.
api.create_function(
    FunctionName="flask-app", Handler="app.handler",
    Code={"ZipFile": packed(sys.argv[1], f=FLASK, app="from apig_wsgi import make_lambda_handler\nfrom f import app\n"
                            "handler = make_lambda_handler(app, binary_support=True)\n")},
    **settings,
)
urls = {"by an adapter": address("flask-app"), "as it is": address(sys.argv[2])}
for how, url in urls.items():
    answer = call(url, "/login", "POST", {"Content-Type": "application/x-www-form-urlencoded"}, b"user=ada")
    assert cookies(answer) == ["user=ada", "theme=dark"], (how, answer.headers)
    assert call(url, "/me", headers={"Cookie": "theme=dark; user=ada"}).content == b"ada", how
    assert call(url, "/upload", "POST", TYPE, BODY).content == BYTES[::-1], how
    answer = call(url, "/where?x=1")
    assert json.loads(answer.content) == {"path": "/where", "root": "", "query": "x=1"}, (how, answer.content)
    assert call(url, "/nothing").status == 404, how

# As it is, it streams.
answer = call(urls["as it is"], "/ticks")
assert answer.content == b"".join(b"data: %d\n\n" % i for i in range(3)), answer.content
assert answer.headers["content-type"].startswith("text/event-stream"), answer.headers

for name in "fastapi-app", "flask-app", sys.argv[2]:
    api.delete_function(FunctionName=name)
print("both applications answer")
