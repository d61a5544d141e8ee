package org.openlambda.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.server.PathText;
import org.openlambda.cli.server.Server;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `ol invoke`: calls a function.
@Command(
    name = "invoke",
    mixinStandardHelpOptions = true,
    description = "Call a function; its answer goes to the standard output as it comes.",
    footer = {
      "",
      "An error of the server itself is explained on the standard error instead.",
      "Exit status: 0 the status is below 400, 1 the function failed, 2 wrong usage, 3 no server"
          + " answers.",
      "",
      "Examples:",
      "  ol invoke hello -d '{\"name\":\"Ada\"}'",
      "  ol invoke hello -d @event.json -v",
      "  echo '{}' | ol invoke hello -d -",
      "  ol invoke shop -X GET --path '/items?limit=3' -H 'accept: text/html' -i"
    })
final class InvokeCommand implements Callable<Integer> {
  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ServerOption server = new ServerOption();

  @Parameters(paramLabel = "NAME", description = "of the function")
  private String function = "";

  @Option(
      names = {"-d", "--data"},
      paramLabel = "JSON|@FILE|-",
      description = "the event; @FILE reads a file, - the standard input (default: none)")
  private Optional<String> data = Optional.empty();

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = "what follows the function's name in the URL, with the query")
  private String path = "";

  @Option(
      names = {"-X", "--method"},
      paramLabel = "METHOD",
      description = "of HTTP (default POST)")
  private String method = "POST";

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'NAME: VALUE'",
      description = "a header field; may be repeated")
  private List<String> headers = List.of();

  @Option(
      names = {"-i", "--include"},
      description = "print the answer's status and header before its body")
  private boolean include;

  @Option(
      names = {"-v", "--verbose"},
      description = "print id, timing and billing to the standard error")
  private boolean verbose;

  InvokeCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Server asked = server.server();
    var answer = asked.send(request(asked));
    return new AnswerPrinter(around, asked, include, verbose).print(answer);
  }

  private HttpRequest request(Server asked) {
    String rest =
        path.isEmpty() || path.startsWith("/") || path.startsWith("?") ? path : "/" + path;
    try {
      var request =
          asked
              .request("/run/" + PathText.encodedSegment(function) + PathText.encoded(rest))
              .method(method, body());
      if (data.isPresent()) {
        request.setHeader("content-type", "application/json");
      }
      headers.forEach(header -> addHeader(request, header));
      return request.build();
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private BodyPublisher body() {
    if (data.isEmpty()) {
      return BodyPublishers.noBody();
    }
    String given = data.get();
    if (given.equals("-")) {
      return BodyPublishers.ofInputStream(around::in);
    }
    return given.startsWith("@")
        ? file(Path.of(given.substring(1)))
        : BodyPublishers.ofString(given);
  }

  private BodyPublisher file(Path path) {
    try {
      return BodyPublishers.ofFile(path);
    } catch (FileNotFoundException e) {
      throw wrong("-d: there is no file " + path + " that can be read");
    }
  }

  private void addHeader(HttpRequest.Builder request, String header) {
    int colon = header.indexOf(':');
    if (colon < 1) {
      throw wrong("-H: '" + header + "' is no header field: use 'NAME: VALUE'");
    }
    String name = header.substring(0, colon).strip();
    String value = header.substring(colon + 1).strip();
    if (name.equalsIgnoreCase("content-type")) {
      request.setHeader(name, value);
    } else {
      request.header(name, value);
    }
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(Ol.spec(spec).commandLine(), sentence);
  }
}
