package org.openlambda.clients;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvalidRequestContentException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamCompleteEvent;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.PreconditionFailedException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

/// The life of a function by the AWS SDK for Java, version 2, against the server that the
/// environment names. Its two arguments are the code of two versions; it ends with the first thing
/// that is wrong.
public final class Life {
  private static final String NAME = "life-by-java";
  private static final String ROLE = "arn:aws:iam::123456789012:role/any";

  private final LambdaClient client = LambdaClient.create();
  private final byte[] one;
  private final byte[] two;

  private Life(byte[] one, byte[] two) {
    this.one = one;
    this.two = two;
  }

  public static void main(String[] archives) throws Exception {
    var life =
        new Life(Files.readAllBytes(Path.of(archives[0])), Files.readAllBytes(Path.of(archives[1])));
    life.called();
    life.streamed();
    life.published();
    life.refusals();
    life.strangers();
    life.pages();
    life.changed();
    life.gone();
    System.out.println(
        "AWS SDK for Java " + VersionInfo.SDK_VERSION + ": all as with AWS Lambda");
  }

  private static void check(boolean right, Object seen) {
    if (!right) {
      throw new AssertionError(seen);
    }
  }

  private static <E extends LambdaException> E refused(
      Class<E> kind, String text, Runnable request) {
    try {
      request.run();
    } catch (LambdaException e) {
      check(kind.isInstance(e) && e.getMessage().contains(text), e);
      check(e.requestId().matches("[0-9a-f-]{36}"), e.requestId());
      return kind.cast(e);
    }
    throw new AssertionError("granted, and not refused with " + kind);
  }

  private CreateFunctionResponse create(String name) {
    return client.createFunction(
        request ->
            request
                .functionName(name)
                .runtime(Runtime.PYTHON3_11)
                .role(ROLE)
                .handler("app.handler")
                .code(code -> code.zipFile(SdkBytes.fromByteArray(one)))
                .environment(environment -> environment.variables(Map.of("AB", "c")))
                .tags(Map.of("team", "a")));
  }

  private InvokeResponse invoke(String event, Consumer<InvokeRequest.Builder> more) {
    return client.invoke(
        request ->
            request
                .functionName(NAME)
                .payload(SdkBytes.fromUtf8String(event))
                .applyMutation(more));
  }

  private static String decoded(String text) {
    return new String(Base64.getDecoder().decode(text));
  }

  /// It is made, and called.
  private void called() {
    check(create(NAME).state() == State.PENDING, "it is ready at once");
    client.waiter().waitUntilFunctionActiveV2(request -> request.functionName(NAME));
    InvokeResponse answer = invoke("{\"name\": \"Ada\"}", r -> r.logType(LogType.TAIL));
    check(answer.statusCode() == 200 && answer.executedVersion().equals("$LATEST"), answer);
    String said = answer.payload().asUtf8String();
    check(said.equals("{\"hello\": \"Ada\", \"mark\": \"one\", \"version\": \"$LATEST\"}"), said);
    String tail = decoded(answer.logResult());
    check(tail.startsWith("START RequestId: ") && tail.contains("\nseen Ada\nEND "), tail);
    check(tail.contains("\nREPORT RequestId: "), tail);
    answer = invoke("{}", r -> r.invocationType(InvocationType.DRY_RUN));
    check(answer.statusCode() == 204, answer);
    answer = invoke("{\"fail\": true}", _ -> {});
    check(answer.functionError().equals("Unhandled"), answer);
    check(answer.payload().asUtf8String().contains("\"errorType\":\"ValueError\""), answer);
  }

  private void streamed() {
    var text = new StringBuilder();
    InvokeWithResponseStreamCompleteEvent end = stream("{\"stream\": 3}", text);
    check(text.toString().equals("piece 0;piece 1;piece 2;") && end.errorCode() == null, text);
    check(decoded(end.logResult()).contains("REPORT"), end);
    text.setLength(0);
    end = stream("{\"stream\": 2, \"fail\": true}", text);
    check(text.toString().equals("piece 0;piece 1;"), text);
    check(end.errorCode().equals("Unhandled") && end.errorDetails().contains("as asked"), end);
  }

  private static InvokeWithResponseStreamCompleteEvent stream(String event, StringBuilder text) {
    var ends = new ArrayList<InvokeWithResponseStreamCompleteEvent>();
    var visitor =
        InvokeWithResponseStreamResponseHandler.Visitor.builder()
            .onPayloadChunk(chunk -> text.append(chunk.payload().asUtf8String()))
            .onInvokeComplete(ends::add)
            .build();
    try (var async = LambdaAsyncClient.create()) {
      async
          .invokeWithResponseStream(
              request ->
                  request
                      .functionName(NAME)
                      .logType(LogType.TAIL)
                      .payload(SdkBytes.fromUtf8String(event)),
              InvokeWithResponseStreamResponseHandler.builder().subscriber(visitor).build())
          .join();
    }
    return ends.getFirst();
  }

  /// It has versions, and an alias that shares its calls between two.
  private void published() {
    var first = client.publishVersion(request -> request.functionName(NAME));
    check(first.version().equals("1"), first);
    client
        .waiter()
        .waitUntilPublishedVersionActive(request -> request.functionName(NAME).qualifier("1"));
    client.updateFunctionCode(
        request -> request.functionName(NAME).zipFile(SdkBytes.fromByteArray(two)));
    client.waiter().waitUntilFunctionUpdatedV2(request -> request.functionName(NAME));
    refused(
        InvalidParameterValueException.class,
        "is different from current CodeSHA256",
        () -> client.publishVersion(r -> r.functionName(NAME).codeSha256(first.codeSha256())));
    client.publishVersion(request -> request.functionName(NAME));
    client.createAlias(
        request ->
            request
                .functionName(NAME)
                .name("live")
                .functionVersion("1")
                .routingConfig(routing -> routing.additionalVersionWeights(Map.of("2", 0.5))));
    var seen = new TreeSet<String>();
    for (int i = 0; i < 60; i++) {
      InvokeResponse answer = invoke("{}", request -> request.qualifier("live"));
      String mark = answer.payload().asUtf8String().contains("\"one\"") ? "one" : "two";
      seen.add(mark + answer.executedVersion());
    }
    check(seen.equals(Set.of("one1", "two2")), seen);
  }

  private void refusals() {
    refused(
        ResourceNotFoundException.class,
        "Function not found: arn:aws:lambda:us-east-1:",
        () -> client.getFunction(request -> request.functionName("nothing")));
    refused(
        ResourceNotFoundException.class,
        ":7",
        () -> invoke("{}", request -> request.qualifier("7")));
    refused(ResourceConflictException.class, "already exist", () -> create(NAME));
    refused(
        InvalidRequestContentException.class,
        "Could not parse request body",
        () -> invoke("{", _ -> {}));
  }

  private static void strangers() {
    String known = System.getenv("AWS_ACCESS_KEY_ID");
    Map<AwsCredentials, String> wrong =
        Map.of(
            AwsBasicCredentials.create("AKIAAAAAAAAAAAAAAAAA", "none"),
            "UnrecognizedClientException",
            AwsBasicCredentials.create(known, "none"),
            "InvalidSignatureException",
            AwsSessionCredentials.create(known, "none", "token"),
            "UnrecognizedClientException");
    wrong.forEach((credentials, code) -> {
      var provider = StaticCredentialsProvider.create(credentials);
      try (var stranger = LambdaClient.builder().credentialsProvider(provider).build()) {
        var error = refused(LambdaException.class, "", stranger::listFunctions);
        check(error.awsErrorDetails().errorCode().equals(code), error);
      }
    });
  }

  private void pages() {
    List<String> names = List.of("many-by-java-0", "many-by-java-1", "many-by-java-2");
    names.forEach(this::create);
    var found = new ArrayList<String>();
    client
        .listFunctionsPaginator(request -> request.maxItems(2))
        .forEach(page -> {
          check(page.functions().size() == 2, page);
          page.functions().forEach(function -> found.add(function.functionName()));
        });
    check(found.removeFirst().equals(NAME) && found.equals(names), found);
    names.forEach(name -> client.deleteFunction(request -> request.functionName(name)));
  }

  /// A change says what it is a change of.
  private void changed() {
    String revision =
        client.getFunctionConfiguration(request -> request.functionName(NAME)).revisionId();
    var change =
        UpdateFunctionConfigurationRequest.builder()
            .functionName(NAME)
            .timeout(7)
            .revisionId(revision)
            .build();
    check(client.updateFunctionConfiguration(change).timeout() == 7, change);
    client.waiter().waitUntilFunctionUpdatedV2(request -> request.functionName(NAME));
    refused(
        PreconditionFailedException.class,
        "Revision Id",
        () -> client.updateFunctionConfiguration(change));
    var found = client.getFunction(request -> request.functionName(NAME));
    check(found.tags().equals(Map.of("team", "a")), found);
    check(found.configuration().environment().variables().equals(Map.of("AB", "c")), found);
  }

  private void gone() {
    client.deleteAlias(request -> request.functionName(NAME).name("live"));
    client.deleteFunction(request -> request.functionName(NAME));
    refused(
        ResourceNotFoundException.class,
        "Function not found",
        () -> client.getFunction(request -> request.functionName(NAME)));
    check(client.listFunctions().functions().isEmpty(), "some functions are left");
    client.close();
  }
}
