package org.openlambda.control.lambda;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.openlambda.control.audit.AuditLog;
import org.openlambda.control.audit.Deed;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.control.model.InputReader;
import org.openlambda.control.model.Model;
import org.openlambda.control.model.Operations;
import org.openlambda.control.model.Operations.Found;
import org.openlambda.control.model.Validation;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.bundle.CodeAway;
import org.openlambda.core.control.ControlApi;
import org.openlambda.core.identity.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The operations of the AWS Lambda API that call no function (API version 2015-03-31, protocol
/// restJson1).
public final class LambdaApi implements ControlApi {
  private static final Logger LOG = LoggerFactory.getLogger(LambdaApi.class);
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final Model model;
  private final Operations operations;
  private final AuditLog audit;
  private final InputReader reader;
  private final Validation validation;
  private final FunctionOperations functions;
  private final VersionOperations versions;
  private final AliasOperations aliases;
  private final SettingOperations settings;
  private final UrlOperations urls;
  private final PolicyOperations policies;
  private final AsyncOperations async;
  private final ProvisionedOperations provisioned;
  private final LayerOperations layers;
  private final CodeSigningOperations signing;
  private final LayerPolicyOperations layerPolicies;
  private final Downloads downloads;

  /// @param objects code that requests name by bucket and key
  /// @param sealer makes and opens addresses of code
  public LambdaApi(Model model, Kept kept, ObjectCode objects, Sealer sealer) {
    this.model = model;
    this.operations = new Operations(model);
    this.audit = new AuditLog(kept.database());
    this.reader = new InputReader(model);
    this.validation = new Validation(model);
    var naming = new Naming(kept.catalog());
    this.versions = new VersionOperations(kept, naming);
    this.downloads = new Downloads(kept, sealer);
    var uploads = new Uploads(kept, objects);
    this.layers = new LayerOperations(kept, uploads, downloads);
    this.layerPolicies = new LayerPolicyOperations(kept);
    var code = new FunctionOperations.Code(uploads, downloads, layers);
    this.functions = new FunctionOperations(kept, naming, versions, code);
    this.aliases = new AliasOperations(kept, naming);
    this.settings = new SettingOperations(kept, naming);
    this.urls = new UrlOperations(kept, naming);
    this.policies = new PolicyOperations(kept, naming);
    this.async = new AsyncOperations(kept, naming);
    this.signing = new CodeSigningOperations(kept, naming);
    this.provisioned = new ProvisionedOperations(kept, naming);
  }

  @Override
  public Answer serve(Question question) {
    try {
      Found found = find(question);
      requireRole(found, question);
      var parts = new InputReader.Parts(question.query(), question.headers(), question.body());
      ObjectNode input = reader.read(found, parts);
      validation.check(found.operation(), input);
      ObjectNode output =
          run(found.operation().name(), new Asked(question, found.operation(), input));
      return granted(status(found), output);
    } catch (Fault fault) {
      return refused(fault);
    } catch (Unavailable e) {
      LOG.debug("request {}: {}", question.id(), e.getMessage());
      return refused(
          away("The control plane's database is away; functions are still called. Try again."));
    } catch (CodeAway e) {
      LOG.warn("request {}: {}", question.id(), e.getMessage());
      return refused(
          away(
              "The bucket that keeps code is away; functions whose code is here are still called."
                  + " Try again."));
    } catch (IOException | RuntimeException e) {
      LOG.warn("request {}: {} {} failed", question.id(), question.method(), question.path(), e);
      return refused(
          new Fault(
              500,
              "ServiceException",
              "An error of the server, which has logged it under request " + question.id()));
    }
  }

  @Override
  public Optional<Archive> archive(String token) throws IOException {
    return downloads.open(token);
  }

  private Found find(Question question) throws Fault {
    Optional<Found> found;
    try {
      found = operations.find(question.method(), question.path(), question.query());
    } catch (IllegalArgumentException e) {
      throw new Fault(400, "InvalidRequestContentException", "The path is not percent-encoded.");
    }
    return found.orElseThrow(() ->
        new Fault(
            404,
            "UnknownOperationException",
            "The AWS Lambda API has no operation %s %s"
                .formatted(question.method(), question.path())));
  }

  private void requireRole(Found found, Question question) throws Fault {
    if (question.asker().role().covers(Role.DEVELOPER)) {
      return;
    }
    String code = "AccessDeniedException";
    if (!found.operation().method().equals("GET")) {
      String resource = String.join(":", found.labels().values());
      audit.note(question.actor(), new Deed(found.operation().name(), resource, 403, code));
    }
    throw new Fault(
        403,
        code,
        "User: arn:aws:iam::%s:user/%s is not authorized to perform: lambda:%s"
            .formatted(
                question.asker().account(), question.asker().user(), found.operation().name()));
  }

  private ObjectNode run(String operation, Asked asked) throws Fault, IOException {
    return switch (operation) {
      case "CreateFunction" -> functions.create(asked);
      case "GetFunction" -> functions.get(asked);
      case "GetFunctionConfiguration" -> functions.getConfiguration(asked);
      case "ListFunctions" -> functions.list(asked);
      case "DeleteFunction" -> functions.delete(asked);
      case "UpdateFunctionCode" -> functions.updateCode(asked);
      case "UpdateFunctionConfiguration" -> functions.updateConfiguration(asked);
      case "PublishVersion" -> versions.publish(asked);
      case "ListVersionsByFunction" -> versions.list(asked);
      case "CreateAlias" -> aliases.create(asked);
      case "UpdateAlias" -> aliases.update(asked);
      case "GetAlias" -> aliases.get(asked);
      case "ListAliases" -> aliases.list(asked);
      case "DeleteAlias" -> aliases.delete(asked);
      case "ListTags" -> settings.listTags(asked);
      case "TagResource" -> settings.tag(asked);
      case "UntagResource" -> settings.untag(asked);
      case "PutFunctionConcurrency" -> settings.putConcurrency(asked);
      case "GetFunctionConcurrency" -> settings.getConcurrency(asked);
      case "DeleteFunctionConcurrency" -> settings.deleteConcurrency(asked);
      case "GetAccountSettings" -> settings.account(asked);
      case "PutFunctionRecursionConfig" -> settings.putRecursion(asked);
      case "GetFunctionRecursionConfig" -> settings.getRecursion(asked);
      case "PutRuntimeManagementConfig" -> settings.putRuntimeUpdate(asked);
      case "GetRuntimeManagementConfig" -> settings.getRuntimeUpdate(asked);
      default -> beside(operation, asked);
    };
  }

  /// What functions have beside their configuration.
  private ObjectNode beside(String operation, Asked asked) throws Fault, IOException {
    return switch (operation) {
      case "CreateFunctionUrlConfig" -> urls.create(asked);
      case "GetFunctionUrlConfig" -> urls.get(asked);
      case "UpdateFunctionUrlConfig" -> urls.update(asked);
      case "DeleteFunctionUrlConfig" -> urls.delete(asked);
      case "ListFunctionUrlConfigs" -> urls.list(asked);
      case "AddPermission" -> policies.add(asked);
      case "GetPolicy" -> policies.get(asked);
      case "RemovePermission" -> policies.remove(asked);
      case "PutFunctionEventInvokeConfig" -> async.put(asked);
      case "UpdateFunctionEventInvokeConfig" -> async.update(asked);
      case "GetFunctionEventInvokeConfig" -> async.get(asked);
      case "DeleteFunctionEventInvokeConfig" -> async.delete(asked);
      case "ListFunctionEventInvokeConfigs" -> async.list(asked);
      case "PutProvisionedConcurrencyConfig" -> provisioned.put(asked);
      case "GetProvisionedConcurrencyConfig" -> provisioned.get(asked);
      case "DeleteProvisionedConcurrencyConfig" -> provisioned.delete(asked);
      case "ListProvisionedConcurrencyConfigs" -> provisioned.list(asked);
      default -> shared(operation, asked);
    };
  }

  /// What functions share.
  private ObjectNode shared(String operation, Asked asked) throws Fault, IOException {
    return switch (operation) {
      case "PublishLayerVersion" -> layers.publish(asked);
      case "GetLayerVersion" -> layers.get(asked);
      case "GetLayerVersionByArn" -> layers.getByArn(asked);
      case "ListLayerVersions" -> layers.listVersions(asked);
      case "ListLayers" -> layers.list(asked);
      case "DeleteLayerVersion" -> layers.delete(asked);
      case "CreateCodeSigningConfig" -> signing.create(asked);
      case "GetCodeSigningConfig" -> signing.get(asked);
      case "UpdateCodeSigningConfig" -> signing.update(asked);
      case "DeleteCodeSigningConfig" -> signing.delete(asked);
      case "ListCodeSigningConfigs" -> signing.list(asked);
      case "ListFunctionsByCodeSigningConfig" -> signing.functions(asked);
      case "PutFunctionCodeSigningConfig" -> signing.putOfFunction(asked);
      case "GetFunctionCodeSigningConfig" -> signing.getOfFunction(asked);
      case "DeleteFunctionCodeSigningConfig" -> signing.deleteOfFunction(asked);
      case "AddLayerVersionPermission" -> layerPolicies.add(asked);
      case "GetLayerVersionPolicy" -> layerPolicies.get(asked);
      case "RemoveLayerVersionPermission" -> layerPolicies.remove(asked);
      case String other ->
          throw new Fault(
              501, "NotImplementedException", other + " is not served by this server yet.");
    };
  }

  /// The model says 200 for the deletion of a function, the service 204.
  private static int status(Found found) {
    return found.operation().name().equals("DeleteFunction") ? 204 : found.operation().status();
  }

  private static Answer granted(int status, ObjectNode output) {
    return status == 204
        ? new Answer(204, Map.of(), new byte[0])
        : new Answer(
            status, Map.of("content-type", "application/json"), MAPPER.writeValueAsBytes(output));
  }

  private Answer refused(Fault fault) {
    var body = new LinkedHashMap<String, Object>();
    if (!fault.code().equals("ValidationException") && fault.status() != 413) {
      body.put("Type", fault.status() < 500 ? "User" : "Service");
    }
    body.put(model.messageOf(fault.code()), fault.text());
    body.putAll(fault.more());
    var headers = new LinkedHashMap<String, String>();
    headers.put("content-type", "application/json");
    headers.put("x-amzn-errortype", fault.code());
    if (fault.status() == 503) {
      headers.put("retry-after", "1");
    }
    return new Answer(fault.status(), headers, MAPPER.writeValueAsBytes(body));
  }

  private static Fault away(String why) {
    return new Fault(503, "ServiceException", why);
  }
}
