package org.openlambda.cli.sam;

import java.util.Map;

/// Why parts of templates are left out.
final class Reasons {
  private static final String NO_GATEWAY =
      "there is no API gateway; functions are called at /run/NAME, by the AWS API or by a URL";
  private static final String NO_IAM = "there is no IAM: a function reaches no service of AWS";

  private static final Map<String, String> OF_PROPERTIES =
      Map.ofEntries(
          Map.entry("Policies", NO_IAM),
          Map.entry("Role", NO_IAM),
          Map.entry("RolePath", NO_IAM),
          Map.entry("PermissionsBoundary", NO_IAM),
          Map.entry("AssumeRolePolicyDocument", NO_IAM),
          Map.entry("VpcConfig", "there is no VPC"),
          Map.entry("DeadLetterQueue", "there are no asynchronous calls yet"),
          Map.entry("EventInvokeConfig", "there are no asynchronous calls yet"),
          Map.entry("Tracing", "there is no X-Ray"),
          Map.entry("KmsKeyArn", "variables are encrypted with the server's own key"),
          Map.entry("CodeSigningConfigArn", "signatures of code are not checked"),
          Map.entry("DeploymentPreference", "an alias moves at once; 'ol alias --weight' splits"),
          Map.entry("SnapStart", "sandboxes are started ahead anyway"),
          Map.entry("FileSystemConfigs", "there are no file systems to mount"),
          Map.entry("LoggingConfig", "'ol logs' has all lines"),
          Map.entry("RuntimeManagementConfig", "the machine's own Python runs functions"),
          Map.entry("VersionDescription", "versions have the function's description"));

  private Reasons() {}

  static String ofProperty(String property) {
    return OF_PROPERTIES.getOrDefault(property, "it is not served");
  }

  static String ofResource(String type) {
    return switch (type) {
      case "AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::Serverless::GraphQLApi" ->
          NO_GATEWAY;
      case "AWS::Lambda::Function" -> "write it as AWS::Serverless::Function";
      case "AWS::Lambda::LayerVersion" -> "write it as AWS::Serverless::LayerVersion";
      case "AWS::Serverless::Application" -> "import its own folder";
      default -> "only functions and their layers are made here";
    };
  }

  static String ofEvent(String type) {
    return switch (type) {
      case "Api", "HttpApi" -> NO_GATEWAY;
      case "Schedule", "ScheduleV2" -> "there are no schedules yet";
      default -> "there are no sources of events yet";
    };
  }
}
