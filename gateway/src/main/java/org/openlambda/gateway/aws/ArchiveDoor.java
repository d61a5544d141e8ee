package org.openlambda.gateway.aws;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.control.ControlApi;
import org.openlambda.core.invocation.Header;
import org.openlambda.gateway.door.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives code out to whoever has the address that `GetFunction` gave. Safe for any thread; blocks
/// as long as the caller takes.
public final class ArchiveDoor {
  /// What the path of every archive begins with.
  public static final String MOUNT = "/archives/";

  private static final Logger LOG = LoggerFactory.getLogger(ArchiveDoor.class);
  private static final int PIECE = 64 * 1024;

  private final ControlApi control;

  public ArchiveDoor(ControlApi control) {
    this.control = control;
  }

  /// Answers a request whose path begins with [#MOUNT].
  public void serve(Exchange exchange) {
    if (!exchange.method().equals("GET")) {
      AwsFault.of(405, "MethodNotAllowedException", "Use GET.").answer(exchange);
      return;
    }
    try {
      Optional<ControlApi.Archive> found =
          control.archive(exchange.path().substring(MOUNT.length()));
      if (found.isEmpty()) {
        AwsFault.of(403, "AccessDeniedException", "Request has expired").answer(exchange);
        return;
      }
      try (var archive = found.get()) {
        send(exchange, archive);
      }
    } catch (IOException e) {
      LOG.debug("request {}: the archive was not sent: {}", exchange.id(), e.getMessage());
      if (exchange.isAnswered()) {
        exchange.abort();
      } else {
        AwsFault.of(500, "ServiceException", "The archive cannot be read.").answer(exchange);
      }
    }
  }

  private static void send(Exchange exchange, ControlApi.Archive archive) throws IOException {
    exchange.begin(
        200,
        List.of(
            new Header("content-type", "application/octet-stream"),
            new Header("content-length", Long.toString(archive.bytes()))),
        "");
    for (byte[] piece = read(archive); piece.length > 0; piece = read(archive)) {
      exchange.send(piece);
    }
    exchange.end(List.of());
  }

  private static byte[] read(ControlApi.Archive archive) throws IOException {
    return archive.content().readNBytes(PIECE);
  }
}
