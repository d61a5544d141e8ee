package org.openlambda.tests.served;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.domain.StorageMetadata;
import org.jclouds.blobstore.options.ListContainerOptions;

/// A real S3 server on loopback: S3Proxy, with what it holds in memory.
final class S3Server implements AutoCloseable {
  private static final String KEY = "AKIAS3SERVER";
  private static final String SECRET = "known to both";

  private final BlobStoreContext objects;

  /// Also while it is away.
  private final int port;

  private S3Proxy door;

  S3Server(String... buckets) throws Exception {
    objects =
        ContextBuilder.newBuilder("transient")
            .credentials("any", "any")
            .build(BlobStoreContext.class);
    for (String bucket : buckets) {
      objects.getBlobStore().createContainerInLocation(null, bucket);
    }
    door = open(0);
    port = door.getPort();
  }

  private S3Proxy open(int port) throws Exception {
    S3Proxy opened =
        S3Proxy.builder()
            .blobStore(objects.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, SECRET)
            .build();
    opened.start();
    return opened;
  }

  /// How a server finds it.
  Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL_S3",
        "http://127.0.0.1:" + port,
        "AWS_ACCESS_KEY_ID",
        KEY,
        "AWS_SECRET_ACCESS_KEY",
        SECRET);
  }

  /// How a program of ours finds it that has another key for something else.
  AwsClient known(AwsClient client) {
    return client
        .with("S3_ADDRESS", "http://127.0.0.1:" + port)
        .with("S3_KEY", KEY)
        .with("S3_SECRET", SECRET);
  }

  List<String> keys(String bucket) {
    return objects.getBlobStore().list(bucket, ListContainerOptions.Builder.recursive()).stream()
        .map(StorageMetadata::getName)
        .toList();
  }

  /// Something to do while nobody answers.
  interface Task {
    void run() throws Exception;
  }

  /// Does it, and serves again at the same port.
  void away(Task task) throws Exception {
    door.stop();
    try {
      task.run();
    } finally {
      door = open(port);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      door.stop();
    } catch (Exception e) {
      throw new IOException(e);
    }
    objects.close();
  }
}
