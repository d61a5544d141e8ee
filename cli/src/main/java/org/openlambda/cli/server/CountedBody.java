package org.openlambda.cli.server;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.openlambda.cli.terminal.Progress;

/// A request's body that says how much of it was asked for by the connection.
record CountedBody(BodyPublisher body, Progress progress) implements BodyPublisher {
  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    body.subscribe(new Counting(subscriber, progress));
  }

  private static final class Counting implements Flow.Subscriber<ByteBuffer> {
    private final Flow.Subscriber<? super ByteBuffer> next;
    private final Progress progress;
    private long bytes;

    Counting(Flow.Subscriber<? super ByteBuffer> next, Progress progress) {
      this.next = next;
      this.progress = progress;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      next.onSubscribe(subscription);
    }

    @Override
    public void onNext(ByteBuffer piece) {
      bytes += piece.remaining();
      next.onNext(piece);
      progress.reached(bytes);
    }

    @Override
    public void onError(Throwable failure) {
      next.onError(failure);
    }

    @Override
    public void onComplete() {
      next.onComplete();
    }
  }
}
