package org.openlambda.cli.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamReaderTest {
  private static final SamReader.Deployed DEPLOYED =
      new SamReader.Deployed("123456789012", "eu-north-1", Map.of());

  @TempDir private Path folder;

  private SamTemplate read(String template) throws IOException {
    Path file = folder.resolve("template.yaml");
    Files.writeString(file, template);
    return SamReader.read(file, DEPLOYED);
  }

  /// One function whose variable `V` has this value.
  private SamTemplate withVariable(String value) throws IOException {
    return read(
        """
        Mappings:
          Sizes: {eu-north-1: {rows: 7}}
        Conditions:
          Near: !Equals [!Ref AWS::Region, eu-north-1]
          Far: !Not [{Condition: Near}]
          Both: !And [!Condition Near, !Condition Far]
          Either: !Or [!Condition Near, !Condition Far]
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties:
              Handler: index.f
              Runtime: python3.11
              InlineCode: ''
              Environment: {Variables: {V: %s}}
        """
            .formatted(value));
  }

  private String variable(String value) throws IOException {
    SamTemplate template = withVariable(value);
    return template.functions().getFirst().variables().getOrDefault("V", "none");
  }

  @Test
  void short_and_long_forms_of_functions_are_evaluated() throws Exception {
    assertThat(variable("!Ref AWS::Region")).isEqualTo("eu-north-1");
    assertThat(variable("{Ref: F}")).isEqualTo("F");
    assertThat(variable("!GetAtt F.Arn"))
        .isEqualTo("arn:aws:lambda:eu-north-1:123456789012:function:F");
    assertThat(variable("!GetAtt [F, Arn]")).endsWith(":function:F");
    assertThat(variable("!Sub '${AWS::AccountId}/${F.Arn}/${!x}'"))
        .matches("123456789012/arn:.*:F/\\$\\{x}");
    assertThat(variable("{'Fn::Sub': ['${A}-${F}', {A: !Ref AWS::Partition}]}")).isEqualTo("aws-F");
    assertThat(variable("!Join ['.', [a, !Ref F]]")).isEqualTo("a.F");
    assertThat(variable("!Select [1, !Split ['-', a-b-c]]")).isEqualTo("b");
    assertThat(variable("!FindInMap [Sizes, !Ref AWS::Region, rows]")).isEqualTo("7");
    assertThat(variable("{'Fn::Base64': abc}")).isEqualTo("YWJj");
    assertThat(variable("!If [Near, yes, no]")).isEqualTo("yes");
    assertThat(variable("!If [Both, yes, no]")).isEqualTo("no");
    assertThat(variable("!If [Either, yes, !Ref AWS::NoValue]")).isEqualTo("yes");
    assertThat(variable("!If [Far, yes, !Ref AWS::NoValue]")).isEqualTo("none");
  }

  @Test
  void scalars_are_texts_as_they_were_written() throws Exception {
    assertThat(variable("1.10")).isEqualTo("1.10");
    assertThat(variable("true")).isEqualTo("true");
    assertThat(variable("007")).isEqualTo("007");
    assertThat(variable("!!str 5")).isEqualTo("5");
  }

  @Test
  void what_cannot_be_known_is_left_out_with_the_reason() throws Exception {
    assertThat(withVariable("!ImportValue shared").leftOut())
        .containsExactly(new LeftOut("F variable V", "Fn::ImportValue is not evaluated"));
    assertThat(withVariable("!Ref Nowhere").leftOut().getFirst().why())
        .isEqualTo("it refers to Nowhere, which is nowhere in the template");
    assertThat(withVariable("!If [Unknown, a, b]").leftOut().getFirst().why())
        .isEqualTo("the condition Unknown cannot be evaluated");
    for (String few : List.of("!Select [9, [a]]", "!Select [0, !Condition [a, b]]")) {
      assertThat(withVariable(few).leftOut().getFirst().why())
          .isEqualTo("a function in it has too few arguments");
    }
  }

  @Test
  void all_that_is_wrong_is_said_at_once() {
    assertThatThrownBy(() ->
            read(
                """
                Parameters: {P: {Type: String}}
                Resources:
                  A: {Type: 'AWS::Serverless::Function', Properties: {CodeUri: none, Handler: a.f}}
                  B:
                    Type: AWS::Serverless::Function
                    Properties: {FunctionName: a/b, CodeUri: {Bucket: b}, Runtime: python3.11}
                """))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(
            "its parameter P has no value: give --parameter P=",
            "A has no Runtime",
            "A has a CodeUri that is no folder and no zip: none",
            "B has a FunctionName that is none: a/b",
            "B has no Handler",
            "B has its code in S3");
  }

  @Test
  void what_is_dangerous_or_no_template_is_refused_in_one_sentence() throws Exception {
    assertThatThrownBy(() -> read("a: &x [1]\nb: *x\n"))
        .hasMessageContaining("write the value out");
    assertThatThrownBy(() -> read("a: 1\na: 2\n")).hasMessageContaining("line 2");
    assertThatThrownBy(() -> read("\"\\e[2J\": 1\n\"\\e[2J\": 1\n"))
        .hasMessageContaining("a second time")
        .message()
        .doesNotContain("\u001b");
    assertThatThrownBy(() -> read("- a\n")).hasMessageContaining("it is no template");
    assertThatThrownBy(
            () -> read("Resources: {'AWS::NoValue': {Type: 'AWS::Serverless::Function'}}\n"))
        .hasMessageContaining("AWS::NoValue is no logical id of a resource");
    assertThatThrownBy(() -> read("Parameters: {A: {Default: x@y}}\nResources: {A: {Type: X}}\n"))
        .hasMessageContaining("A is both a parameter and a resource");
    assertThatThrownBy(() -> read("a: [\n")).hasMessageContaining("is no valid YAML: line");
    assertThatThrownBy(() -> read("[".repeat(1000))).hasMessageContaining("is no valid YAML");
    assertThatThrownBy(() -> read("# ".repeat(600_000)))
        .hasMessageContaining("has more than 1,048,576 bytes");
    assertThatThrownBy(
            () -> read("Conditions: {A: !Condition A}\nResources: {R: {Type: X, Condition: A}}\n"))
        .hasMessageContaining("the condition A cannot be evaluated");
  }

  @Test
  void what_would_never_end_or_grow_without_end_is_left_out() throws Exception {
    var conditions = new StringBuilder("Conditions:\n");
    for (int i = 0; i < 30; i++) {
      conditions.append(
          "  C%d: !And [!Condition C%d, !Condition C%d]\n".formatted(i, i + 1, i + 1));
    }
    conditions.append("  C30: !Equals [a, a]\n");
    SamTemplate doubling =
        read(
            conditions
                + "Resources: {R: {Type: X, Condition: C0}, "
                + "F: {Type: 'AWS::Serverless::Function', Properties:"
                + " {Handler: a.f, Runtime: python3.11, InlineCode: ''}}}\n");
    assertThat(doubling.leftOut()).extracting(LeftOut::what).containsExactly("R (X)");
    String large = "x".repeat(2_000);
    assertThat(withVariable("!Sub ['%s', {A: %s}]".formatted("${A}".repeat(600), large)).leftOut())
        .extracting(LeftOut::why)
        .containsExactly("it becomes longer than 1048576 characters");
    assertThat(withVariable("!Join [%s, [%s]]".formatted(large, "a, ".repeat(600))).leftOut())
        .hasSize(1);
    assertThat(variable("!Sub '${" + " ".repeat(100_000) + "'")).startsWith("${ ");
    assertThat(
            read("""
            Mappings: {A: {b: {c: !FindInMap [A, b, c]}}}
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Handler: index.f
                  Runtime: python3.11
                  InlineCode: ''
                  Description: !FindInMap [A, b, c]
            """)
                .leftOut())
        .containsExactly(new LeftOut("F Description", "it is no text"));
  }

  @Test
  void what_is_no_path_and_no_module_is_said_in_a_sentence() {
    String function =
        "Resources: {F: {Type: 'AWS::Serverless::Function', Properties: {Runtime: python3.11, %s}}}";
    assertThatThrownBy(() -> read(function.formatted("Handler: a.f, CodeUri: \"a\\0b\"")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("F has a CodeUri that is no folder and no zip: a\uFFFDb");
    assertThatThrownBy(() -> read(function.formatted("Handler: \"a\\0b.f\", InlineCode: x")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("F has a Handler that names no module: a\uFFFDb.f");
    assertThatThrownBy(() ->
            read(
                "Resources: {L: {Type: 'AWS::Serverless::LayerVersion', "
                    + "Properties: {ContentUri: \"\\0\"}}}"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("L has a ContentUri that is no folder: \uFFFD");
  }

  @Test
  void globals_are_below_what_a_function_says() throws Exception {
    SamFunction function =
        read("""
        Globals:
          Function:
            Runtime: python3.11
            MemorySize: 128
            Layers: ['arn:aws:lambda:eu-north-1:123456789012:layer:a:1']
            Environment: {Variables: {A: a, B: b}}
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties:
              Handler: pages/index.f
              InlineCode: x
              MemorySize: 256
              Layers: ['arn:aws:lambda:eu-north-1:123456789012:layer:b:1']
              Environment: {Variables: {B: c}}
        """)
            .functions()
            .getFirst();
    assertThat(function.members().toString())
        .isEqualTo("{\"Runtime\":\"python3.11\",\"MemorySize\":256,\"Handler\":\"pages/index.f\"}");
    assertThat(function.variables()).isEqualTo(Map.of("A", "a", "B", "c"));
    assertThat(function.extras().layers()).hasSize(2).first().asString().endsWith(":a:1");
  }
}
