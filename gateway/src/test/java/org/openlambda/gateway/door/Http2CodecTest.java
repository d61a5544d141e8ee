package org.openlambda.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Http2CodecTest {
  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);
  private final EmbeddedChannel channel = new EmbeddedChannel(new Http2Codec());

  Http2CodecTest() {
    channel.config().setAllocator(memory);
  }

  @AfterEach
  void nothing_is_held() {
    channel.finishAndReleaseAll();
    assertThat(memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory()).isZero();
  }

  private static DefaultHttp2HeadersFrame request(String method, String path) {
    var headers = new DefaultHttp2Headers(false);
    headers.method(method).path(path).scheme("http").authority("localhost");
    return new DefaultHttp2HeadersFrame(headers, true);
  }

  @Test
  void a_request_without_a_body_is_whole() {
    channel.writeInbound(request("GET", "/run/echo?a=1"));
    FullHttpRequest read = channel.readInbound();
    assertThat(read.uri()).isEqualTo("/run/echo?a=1");
    assertThat(read.method().name()).isEqualTo("GET");
    assertThat(read.content().isReadable()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"GET,/run/a b", "G T,/run/a"})
  void one_that_http_1_1_cannot_express_leaves_no_buffer_behind(String method, String path) {
    var request = request(method, path);
    assertThatThrownBy(() -> channel.writeInbound(request)).isInstanceOf(DecoderException.class);
  }
}
