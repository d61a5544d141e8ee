package org.openlambda.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.openlambda.cli.report.Figures;
import org.openlambda.cli.server.PathText;
import org.openlambda.cli.server.Problem;
import org.openlambda.cli.server.Refused;
import org.openlambda.cli.server.Server;
import org.openlambda.cli.terminal.Output;
import org.openlambda.cli.terminal.Surroundings;
import org.openlambda.cli.terminal.Tty;

/// Prints a function's answer: its body as it comes, and around it what was asked for.
final class AnswerPrinter {
  private static final int PIECE_BYTES = 16 * 1024;

  /// The most of the server's own error that is read, in bytes.
  private static final int PROBLEM_BYTES = 64 * 1024;

  private final Output out;
  private final Output err;
  private final Server server;
  private final boolean include;
  private final boolean verbose;

  AnswerPrinter(Surroundings around, Server server, boolean include, boolean verbose) {
    this.out = around.out();
    this.err = around.err();
    this.server = server;
    this.include = include;
    this.verbose = verbose;
  }

  /// Prints it, to its end. Blocks.
  ///
  /// @return the exit status
  int print(HttpResponse<InputStream> answer) throws IOException, InterruptedException {
    String id = answer.headers().firstValue("x-request-id").orElse("");
    if (verbose) {
      note("request", id);
      note("status", Integer.toString(answer.statusCode()));
    }
    try (InputStream body = answer.body()) {
      if (answer.statusCode() >= 400) {
        error(answer, body, id);
      } else {
        content(answer, body, id);
      }
    }
    if (verbose) {
      figures(answer, id);
    }
    return answer.statusCode() >= 400 ? ExitStatus.FAILED : ExitStatus.OK;
  }

  /// The server's own errors are explained, a function's are its answer. Whoever asked for the
  /// header gets both as they are.
  private void error(HttpResponse<InputStream> answer, InputStream body, String id)
      throws IOException {
    String type = answer.headers().firstValue("content-type").orElse("");
    byte[] start = body.readNBytes(Problem.isOne(type) ? PROBLEM_BYTES : 0);
    Optional<Problem> problem = Problem.read(answer.statusCode(), type, start);
    if (problem.isPresent() && !include) {
      problem.get().lines(err.tty()).forEach(err::line);
      return;
    }
    content(answer, new SequenceInputStream(new ByteArrayInputStream(start), body), id);
    if (Figures.of(answer.headers()).isPresent()) {
      String hint = "answered %d; 'ol why %s' says more".formatted(answer.statusCode(), id);
      err.line(err.tty().dim(Tty.printable(hint)));
    }
  }

  private void content(HttpResponse<InputStream> answer, InputStream body, String id)
      throws IOException {
    if (include) {
      out.line("HTTP/1.1 " + answer.statusCode());
      answer
          .headers()
          .map()
          .forEach((name, values) -> values.forEach(value -> out.line(name + ": " + value)));
      out.line("");
    }
    copy(body, id);
  }

  private void copy(InputStream body, String id) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    int last = '\n';
    int count = read(body, piece, id);
    while (count >= 0 && !out.stream().checkError()) {
      out.stream().write(piece, 0, count);
      out.stream().flush();
      last = count > 0 ? piece[count - 1] : last;
      count = read(body, piece, id);
    }
    if (out.tty().terminal() && last != '\n') {
      out.line("");
    }
  }

  private static int read(InputStream body, byte[] piece, String id) throws IOException {
    try {
      return body.read(piece);
    } catch (IOException e) {
      throw new IOException(
          "the answer broke off (%s); 'ol why %s' says why".formatted(e.getMessage(), id), e);
    }
  }

  /// A stream's figures come after its end, where Java's client drops them: the server remembers
  /// them too.
  private void figures(HttpResponse<InputStream> answer, String id)
      throws IOException, InterruptedException {
    Optional<Figures> figures = Figures.of(answer.headers());
    if (figures.isEmpty() && !id.isEmpty()) {
      figures = remembered(id);
    }
    figures.ifPresent(each -> {
      note("timing", each.timingText());
      note("billed", each.billText());
    });
  }

  private Optional<Figures> remembered(String id) throws IOException, InterruptedException {
    try {
      return Figures.ofInvocation(
          server.json("/api/v1/invocations/" + PathText.encodedSegment(id)));
    } catch (Refused unknown) {
      return Optional.empty(); // it did not run
    }
  }

  private void note(String name, String value) {
    err.line(err.tty().dim("%-8s".formatted(name)) + " " + Tty.printable(value));
  }
}
