package org.openlambda.control.s3;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;

/// An S3 server on loopback, with what it holds in memory. While it is open, this JVM's
/// environment, as the SDK sees it, names it and a key that it knows.
public final class TestS3 implements AutoCloseable {
  private static final String KEY = "AKIATEST";
  private static final String SECRET = "the secret of a test";

  private final BlobStoreContext context;
  private S3Proxy server;

  public TestS3() throws Exception {
    context =
        ContextBuilder.newBuilder("transient")
            .credentials("any", "any")
            .overrides(new Properties())
            .build(BlobStoreContext.class);
    server = start(0);
    settings(address()).forEach(System::setProperty);
  }

  private static Map<String, String> settings(String address) {
    return Map.of(
        "aws.endpointUrlS3", address, "aws.accessKeyId", KEY, "aws.secretAccessKey", SECRET);
  }

  private S3Proxy start(int port) throws Exception {
    S3Proxy made =
        S3Proxy.builder()
            .blobStore(context.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, SECRET)
            .build();
    made.start();
    return made;
  }

  public String address() {
    return "http://127.0.0.1:" + server.getPort();
  }

  /// What it holds, past its door.
  public BlobStore content() {
    return context.getBlobStore();
  }

  public void make(String bucket) {
    content().createContainerInLocation(null, bucket);
  }

  public void put(String bucket, String key, byte[] bytes) {
    content()
        .putBlob(
            bucket, content().blobBuilder(key).payload(bytes).contentLength(bytes.length).build());
  }

  /// A client with its usual patience.
  public static S3 client() {
    return new S3("us-east-1", S3.Bounds.DEFAULT);
  }

  /// Something to do while nobody answers.
  public interface Task {
    void run() throws Exception;
  }

  /// Does it, and serves again at the same port.
  public void away(Task task) throws Exception {
    int port = server.getPort();
    server.stop();
    try {
      task.run();
    } finally {
      server = start(port);
    }
  }

  @Override
  public void close() throws IOException {
    settings("").keySet().forEach(System::clearProperty);
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException(e);
    }
    context.close();
  }
}
