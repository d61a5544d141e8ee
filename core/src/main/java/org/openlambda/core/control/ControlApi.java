package org.openlambda.core.control;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.core.identity.Actor;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.invocation.RequestId;

/// Answers what is not a call of a function, in the protocol of the AWS Lambda API. Safe for any
/// thread; blocks on the database and the disk.
public interface ControlApi {
  /// Every request has an answer, also the one that is no operation at all.
  Answer serve(Question question);

  /// The archive that an address was given for; whoever asks closes it.
  ///
  /// @param token the address's last part
  /// @return empty if it was not given here, or is too old
  /// @throws IOException if the disk failed
  Optional<Archive> archive(String token) throws IOException;

  /// Code as it was uploaded.
  ///
  /// @param bytes how many there are
  record Archive(long bytes, InputStream content) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      content.close();
    }
  }

  /// A request whose signature was checked.
  ///
  /// @param id in the answer and in what is logged
  /// @param asker who signed it
  /// @param peer the caller's address: `127.0.0.1:52100`
  /// @param region that the client believes to talk to
  /// @param method of HTTP
  /// @param path as sent, percent-encoded
  /// @param query its parameters, decoded, each with all its values
  /// @param headers by their names in lower case, and `:scheme`, as HTTP/2 calls it
  /// @param body all of it; not copied
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody; copying 70 MB would cost more
  record Question(
      RequestId id,
      Principal asker,
      String peer,
      String region,
      String method,
      String path,
      Map<String, List<String>> query,
      Map<String, String> headers,
      byte[] body) {
    /// Who is to be named where a change is noted.
    public Actor actor() {
      return new Actor(asker, peer, id);
    }
  }

  /// What is answered.
  ///
  /// @param body JSON, or nothing
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Answer(int status, Map<String, String> headers, byte[] body) {}
}
