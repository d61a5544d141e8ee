package org.openlambda.control.catalog;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.core.function.Account;

/// A version of a layer among those of all accounts.
///
/// @param number from 1
public record LayerId(Account account, String name, int number) {
  private static final Pattern ARN =
      Pattern.compile("arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:(\\d{12}):layer:([^:]+):(\\d{1,9})");

  /// `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:NUMBER`, of any region.
  ///
  /// @return empty if it is none
  public static Optional<LayerId> parse(String arn) {
    Matcher parts = ARN.matcher(arn);
    return parts.matches()
        ? Optional.of(
            new LayerId(
                new Account(parts.group(1)), parts.group(2), Integer.parseInt(parts.group(3))))
        : Optional.empty();
  }

  /// The ARN of the layer, without the number.
  public String layerArn(String region) {
    return "arn:aws:lambda:%s:%s:layer:%s".formatted(region, account, name);
  }

  public String arn(String region) {
    return layerArn(region) + ":" + number;
  }
}
