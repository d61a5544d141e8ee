package org.openlambda.control.lambda;

import java.util.Optional;
import java.util.UUID;
import org.openlambda.control.catalog.LayerId;
import org.openlambda.control.catalog.LayerVersion;
import org.openlambda.control.catalog.LayerVersion.Policy;
import org.openlambda.control.catalog.Layers;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which other accounts may use a version of a layer. Any thread.
final class LayerPolicyOperations {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final String NEWEST = "GetLayerPolicy";

  private final Kept kept;
  private final Layers layers = new Layers();

  LayerPolicyOperations(Kept kept) {
    this.kept = kept;
  }

  ObjectNode add(Asked asked) throws Fault, Unavailable {
    LayerId id = LayerOperations.id(asked);
    ObjectNode statement = statement(asked, id);
    Policy after =
        kept.<Policy, Fault>change(
            asked,
            t -> {
              Optional<Policy> before =
                  layers
                      .find(t, id)
                      .orElseThrow(() -> unknown(id.arn(asked.question().region())))
                      .policy();
              requireRevision(asked, before);
              ObjectNode policy =
                  before.map(there -> there.value().deepCopy()).orElseGet(PolicyOperations::empty);
              PolicyOperations.append((ArrayNode) policy.get("Statement"), statement);
              return permitted(t, id, policy);
            });
    ObjectNode answer = MAPPER.createObjectNode();
    answer.put("Statement", MAPPER.writeValueAsString(statement));
    return answer.put("RevisionId", after.revision().toString());
  }

  private Policy permitted(Transaction t, LayerId id, ObjectNode policy) {
    var after = new Policy(policy, UUID.randomUUID());
    layers.permit(t, id, Optional.of(after));
    return after;
  }

  private static Fault unknown(String arn) {
    return Fault.notFound("Layer version %s does not exist.".formatted(arn));
  }

  private static ObjectNode statement(Asked asked, LayerId id) throws Fault {
    ObjectNode statement = MAPPER.createObjectNode();
    statement.put("Sid", asked.required("StatementId"));
    statement.put("Effect", "Allow");
    statement.setAll(PolicyOperations.principal(asked.required("Principal")));
    statement.put("Action", asked.required("Action"));
    statement.put("Resource", id.arn(asked.question().region()));
    asked
        .text("OrganizationId")
        .ifPresent(organisation ->
            statement
                .putObject("Condition")
                .putObject("StringEquals")
                .put("aws:PrincipalOrgID", organisation));
    return statement;
  }

  ObjectNode get(Asked asked) throws Fault, Unavailable {
    LayerId id = LayerOperations.id(asked);
    LayerVersion version =
        kept.database()
            .<Optional<LayerVersion>, RuntimeException>read(t -> layers.find(t, id))
            .orElseThrow(Naming::absent);
    Policy policy = version.policy().orElseThrow(LayerPolicyOperations::none);
    return PolicyOperations.shown(policy.value(), policy.revision());
  }

  private static Fault none() {
    return Fault.notFound("No policy is associated with the given resource.");
  }

  ObjectNode remove(Asked asked) throws Fault, Unavailable {
    LayerId id = LayerOperations.id(asked);
    kept.<Boolean, Fault>change(
        asked,
        t -> {
          Policy before =
              layers
                  .find(t, id)
                  .orElseThrow(() -> unknown(id.arn(asked.question().region())))
                  .policy()
                  .orElseThrow(LayerPolicyOperations::none);
          requireRevision(asked, Optional.of(before));
          ObjectNode policy = before.value().deepCopy();
          if (PolicyOperations.remove(policy, asked.required("StatementId"))) {
            layers.permit(t, id, Optional.empty());
          } else {
            permitted(t, id, policy);
          }
          return true;
        });
    return MAPPER.createObjectNode();
  }

  private static void requireRevision(Asked asked, Optional<Policy> policy) throws Fault {
    Kept.requireRevision(asked.text("RevisionId"), policy.map(Policy::revision), NEWEST);
  }
}
