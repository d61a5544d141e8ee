package org.openlambda.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class AnswersTest {
  private static ByteBuffer read(String text) {
    return ByteBuffer.allocate(1_000).put(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void a_head_ends_at_its_empty_line_wherever_the_body_has_one() throws IOException {
    String head = "HTTP/1.1 404 Not Found\r\nA: b\r\nCONTENT-LENGTH: 12\r\n\r\n";
    ByteBuffer in = read(head + "one\r\n\r\ntwo");
    assertThat(Answers.headEnd(in)).isEqualTo(head.length());
    assertThat(Answers.status(in)).isEqualTo(404);
    assertThat(Answers.contentLength(in, head.length())).isEqualTo(12);
  }

  @Test
  void a_head_that_is_not_complete_has_no_end() {
    assertThat(Answers.headEnd(read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"))).isEqualTo(-1);
  }

  @Test
  void an_answer_without_a_length_is_an_error_that_shows_it() {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertThatThrownBy(() -> Answers.contentLength(read(head), head.length()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chunked");
  }
}
