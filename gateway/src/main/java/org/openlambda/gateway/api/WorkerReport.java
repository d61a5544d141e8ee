package org.openlambda.gateway.api;

import java.util.List;
import java.util.Map;

/// What a node tells people and programs who ask what goes on. Safe for any thread; does not block.
public interface WorkerReport {
  /// Figures for `/stats`, each name as OpenLambda's scripts read them: `Create().cnt`,
  /// `Create().ms-avg`.
  Map<String, Long> counters();

  /// A paragraph per sandbox for `/debug`: id, function, state, processes, memory used of limit,
  /// OOM kills. No line breaks at the end.
  List<String> sandboxes();

  /// Figures for `/metrics`. Those of one name have the same help.
  List<Gauge> gauges();

  /// What the node consists of, for `/readyz`.
  List<Part> parts();

  /// A figure of now.
  ///
  /// @param name as Prometheus wants it, in base units; one that only grows ends in `_total`
  /// @param help one sentence
  /// @param state what it is of, if there are several of this name; otherwise empty
  record Gauge(String name, String help, String state, double value) {
    public Gauge(String name, String help, double value) {
      this(name, help, "", value);
    }
  }

  /// A part of the node.
  ///
  /// @param needed whether no call is served without it
  /// @param says for everybody to read: nothing that tells of the host or its users
  record Part(String name, boolean ready, boolean needed, String says) {}
}
