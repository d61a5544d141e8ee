package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Http.Answer;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;
import tools.jackson.databind.JsonNode;

/// Applications made for other servers run as they are: WSGI under its validator, and Flask,
/// Starlette and FastAPI with their packages beside the code.
@Tag("root")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AppsTest {
  private static final List<String> PACKAGES =
      List.of("flask==3.1.2", "starlette==0.48.0", "fastapi==0.118.0", "python-multipart==0.0.20");

  private static final Path VENDORED = Machine.ROOT.resolve("tests/target/vendored");

  private static final String VALIDATED =
      """
      from wsgiref.validate import validator

      def plain(environ, start_response):
          size = int(environ.get('CONTENT_LENGTH') or 0)
          body = environ['wsgi.input'].read(size)
          start_response('201 Created', [('Content-Type', 'text/plain'), ('X-Size', str(size))])
          return [environ['REQUEST_METHOD'].encode(), b' ', environ['SCRIPT_NAME'].encode(), b' ',
                  environ['PATH_INFO'].encode('latin-1'), b' ', environ['QUERY_STRING'].encode(),
                  b' ', body]

      app = validator(plain)
      """;

  private static final String FLASK =
      """
      import time
      from flask import Flask, Response, jsonify, request, url_for

      app = Flask(__name__)

      @app.get('/')
      def home():
          return 'home of ' + request.script_root

      @app.post('/orders/<int:number>')
      def order(number):
          return jsonify(number=number, goods=request.get_json(), at=url_for('order', number=1)), 201

      @app.post('/upload')
      def upload():
          return request.files['file'].read()

      @app.get('/broken')
      def broken():
          return {}['nothing']

      @app.get('/ticks')
      def ticks():
          def stream():
              for i in range(3):
                  yield f'tick {i} {time.time()}\\n'
                  time.sleep(1)
          return Response(stream(), mimetype='text/plain')
      """;

  private static final String STARLETTE =
      """
      import asyncio
      import time
      from contextlib import asynccontextmanager
      from starlette.applications import Starlette
      from starlette.responses import JSONResponse, StreamingResponse
      from starlette.routing import Route

      @asynccontextmanager
      async def lifespan(app):
          app.state.started = True
          yield

      async def home(request):
          return JSONResponse({'started': request.app.state.started, 'q': dict(request.query_params),
                               'at': str(request.url_for('ticks').path)})

      async def count(request):
          size = 0
          async for piece in request.stream():
              size += len(piece)
          return JSONResponse(size)

      async def ticks(request):
          async def stream():
              for i in range(3):
                  yield f'data: {i} {time.time()}\\n\\n'
                  await asyncio.sleep(1)
          return StreamingResponse(stream(), media_type='text/event-stream')

      app = Starlette(lifespan=lifespan, routes=[
          Route('/', home), Route('/count', count, methods=['POST']), Route('/ticks', ticks)])
      """;

  private static final String FASTAPI =
      """
      from fastapi import FastAPI
      from pydantic import BaseModel

      app = FastAPI()

      class Order(BaseModel):
          goods: str
          count: int = 1

      @app.post('/orders')
      async def order(order: Order):
          return {'goods': order.goods.upper(), 'count': order.count}

      @app.get('/sync/{name}')
      def sync(name: str):
          return {'hello': name}
      """;

  private Functions functions;
  private Server server;
  private Http http;
  private boolean vendored;

  @BeforeAll
  void serve(@TempDir Path folder) throws Exception {
    Machine.requireSandboxes();
    functions = Functions.in(folder.resolve("functions"));
    functions.add("validated", VALIDATED);
    vendored = vendor();
    if (vendored) {
      app("flask-app", FLASK);
      app("starlette-app", STARLETTE);
      app("fastapi-app", FASTAPI);
    }
    server = Server.start(functions.folder(), folder.resolve("state"));
    http = server.http();
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  /// Fetches the packages once; whether they are there.
  private static boolean vendor() throws Exception {
    Path done = VENDORED.resolve(".done");
    String wanted = String.join(" ", PACKAGES);
    if (Files.exists(done) && Files.readString(done).equals(wanted)) {
      return true;
    }
    Files.createDirectories(VENDORED);
    var command = new java.util.ArrayList<>(List.of("/usr/bin/python3", "-m", "pip", "install"));
    command.addAll(List.of("--quiet", "--no-input", "--no-compile", "--upgrade", "--target"));
    command.add(VENDORED.toString());
    command.addAll(PACKAGES);
    Process pip = new ProcessBuilder(command).inheritIO().start();
    if (!pip.waitFor(180, TimeUnit.SECONDS) || pip.exitValue() != 0) {
      pip.destroyForcibly();
      return false;
    }
    Files.writeString(done, wanted);
    return true;
  }

  private void app(String name, String code) throws IOException {
    functions.add(name, "memory: 256MB\nenvironment: {OL_ENTRY_FILE: main.py}\n", "");
    functions.write(name, "main.py", code);
    Files.delete(functions.folder(name).resolve("f.py"));
    try (Stream<Path> files = Files.walk(VENDORED)) {
      for (Path file : files.toList()) {
        Path to = functions.folder(name).resolve(VENDORED.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.createLink(to, file);
        }
      }
    }
  }

  private void needVendored() {
    if (!vendored) {
      System.out.println(
          "NOT TESTED: Flask, Starlette and FastAPI, as pip could not fetch " + PACKAGES);
    }
    Assumptions.assumeTrue(vendored, "pip cannot fetch " + PACKAGES);
  }

  /// Reads the three lines of an application that says in each when it made it, and makes one a
  /// second: each has to be here before the next is made.
  private void comesAsItIsMade(String path, String prefix, boolean spaced) throws Exception {
    HttpResponse<InputStream> stream = http.open(http.request(path).GET());
    assertThat(stream.statusCode()).isEqualTo(200);
    double came = 0;
    try (var reader =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < 3; i++) {
        String line = reader.readLine();
        double now = System.currentTimeMillis() / 1e3;
        assertThat(line).startsWith(prefix + i + " ");
        double made = Double.parseDouble(line.substring(prefix.length() + 2));
        if (i > 0) {
          assertThat(came).as("the line before this one, made at %f", made).isLessThan(made);
        }
        came = now;
        if (spaced) {
          assertThat(reader.readLine()).isEmpty();
        }
      }
    }
  }

  @Test
  void a_wsgi_application_runs_under_its_validator() throws Exception {
    Answer answer = http.post("/run/validated/a%20b/c?x=1&y=%20", "12345");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("POST /run/validated /a b/c x=1&y=%20 12345");
    assertThat(http.get("/run/validated").body()).isEqualTo("GET /run/validated   ");
  }

  @Test
  void flask_runs_unmodified() throws Exception {
    needVendored();
    Answer home = http.get("/run/flask-app/");
    assertThat(home.body()).isEqualTo("home of /run/flask-app");
    Answer order =
        http.send(
            http.request("/run/flask-app/orders/7")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString("{\"tea\":2}")));
    assertThat(order.status()).as(order.body()).isEqualTo(201);
    JsonNode json = order.json();
    assertThat(json.path("number").asInt()).isEqualTo(7);
    assertThat(json.path("goods").path("tea").asInt()).isEqualTo(2);
    assertThat(json.path("at").asString()).isEqualTo("/run/flask-app/orders/1");
    assertThat(http.get("/run/flask-app/nowhere").status()).isEqualTo(404);
    Answer broken = http.get("/run/flask-app/broken");
    assertThat(broken.status()).isEqualTo(500);
    assertThat(http.why(broken.id()).path("log").toString()).contains("KeyError");
  }

  @Test
  void flask_takes_a_form_with_a_file() throws Exception {
    needVendored();
    String part = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    Answer answer =
        http.send(
            http.request("/run/flask-app/upload")
                .header("content-type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(part + "content\r\n--b--\r\n")));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("content");
  }

  @Test
  void flask_streams() throws Exception {
    needVendored();
    comesAsItIsMade("/run/flask-app/ticks", "tick ", false);
  }

  @Test
  void starlette_runs_unmodified_with_its_lifespan() throws Exception {
    needVendored();
    Answer home = http.get("/run/starlette-app/?a=1&b=two");
    assertThat(home.status()).as(home.body()).isEqualTo(200);
    assertThat(home.json().path("started").asBoolean()).isTrue();
    assertThat(home.json().path("q").path("b").asString()).isEqualTo("two");
    assertThat(home.json().path("at").asString()).isEqualTo("/run/starlette-app/ticks");
    Answer count = http.post("/run/starlette-app/count", "x".repeat(3_000_000));
    assertThat(count.body()).isEqualTo("3000000");
  }

  @Test
  void starlette_streams_events() throws Exception {
    needVendored();
    comesAsItIsMade("/run/starlette-app/ticks", "data: ", true);
  }

  @Test
  void fastapi_runs_unmodified() throws Exception {
    needVendored();
    Answer order =
        http.send(
            http.request("/run/fastapi-app/orders")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString("{\"goods\":\"tea\"}")));
    assertThat(order.status()).as(order.body()).isEqualTo(200);
    assertThat(order.body()).isEqualTo("{\"goods\":\"TEA\",\"count\":1}");
    Answer wrong = http.post("/run/fastapi-app/orders", "{\"count\":\"many\"}");
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(http.get("/run/fastapi-app/sync/Ada").body()).isEqualTo("{\"hello\":\"Ada\"}");
    assertThat(http.get("/run/fastapi-app/openapi.json").body()).contains("/orders");
  }
}
