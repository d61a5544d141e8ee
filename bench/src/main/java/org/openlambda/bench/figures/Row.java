package org.openlambda.bench.figures;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A goal and what was found.
///
/// @param found empty if it could not be measured here
/// @param note how it came about, or why it could not be measured
public record Row(Goal goal, Optional<Spread> found, String note) {
  /// How a goal stands.
  public enum Verdict {
    MET("met"),
    MISSED("not met"),
    STATED("stated"),
    NOT_HERE("not measured");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  public Verdict verdict() {
    if (found.isEmpty()) {
      return Verdict.NOT_HERE;
    } else if (goal.sense() == Goal.Sense.STATED) {
      return Verdict.STATED;
    }
    return goal.isMetBy(found.get().median()) ? Verdict.MET : Verdict.MISSED;
  }

  /// `14.2 (13.0–15.1) ×`, or `–`.
  public String foundText() {
    return found.map(spread -> withUnit(spread.toString(), goal.unit())).orElse("–");
  }

  static String withUnit(String number, String unit) {
    return unit.isEmpty() ? number : number + " " + unit;
  }

  /// For JSON, with the names that scripts read.
  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("what", goal.what());
    map.put("goal", goal.boundText());
    map.put("unit", goal.unit());
    found.ifPresent(spread -> map.put("measured", Figures.rounded(spread)));
    map.put("verdict", verdict().toString());
    map.put("note", note);
    return map;
  }
}
