package org.openlambda.control.config;

import static org.openlambda.control.config.YamlNode.Scalar.Type.NUMBER;
import static org.openlambda.control.config.YamlNode.Scalar.Type.TEXT;

import java.util.List;
import java.util.function.Function;
import org.openlambda.control.config.YamlNode.Scalar;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Network;

/// Reads the keys that make a function's [Limits]. Each key is judged alone, laid over the limits
/// read so far, so that every wrong one is reported.
final class LimitsReader {
  static final List<String> KEYS = List.of("memory", "timeout", "procs", "cpu", "tmp", "network");

  private final Keys keys;
  private final Limits most;
  private Limits limits;

  private LimitsReader(Keys keys, Limits defaults, Limits most) {
    this.keys = keys;
    this.most = most;
    this.limits = defaults;
  }

  static Limits read(Keys keys, Limits defaults, Limits most) {
    var reader = new LimitsReader(keys, defaults, most);
    reader.read();
    return reader.limits;
  }

  private void read() {
    key(
        "memory",
        List.of(NUMBER, TEXT),
        Quantity.MEMORY + ", at most " + most.memory(),
        this::memory);
    key(
        "timeout",
        List.of(NUMBER, TEXT),
        Quantity.TIME + ", at most " + seconds(most),
        this::timeout);
    key("procs", List.of(NUMBER), "a whole number from 1 to " + most.processes(), this::procs);
    key("cpu", List.of(NUMBER), "a number of cores from 0.01 to " + most.cpus(), this::cpu);
    key("tmp", List.of(NUMBER, TEXT), Quantity.MEMORY + ", at most " + most.tmp(), this::tmp);
    key("network", List.of(TEXT), networks(), this::network);
  }

  private void key(
      String key, List<Scalar.Type> types, String allowed, Function<Scalar, Limits> read) {
    keys.value(key, types, allowed, read).ifPresent(read1 -> limits = read1);
  }

  private Limits memory(Scalar value) {
    var memory = Quantity.memory(value.text());
    atMost(memory, most.memory());
    return new Limits(
        memory,
        limits.timeout(),
        limits.processes(),
        limits.cpus(),
        limits.tmp(),
        limits.network());
  }

  private Limits timeout(Scalar value) {
    var timeout = Quantity.time(value.text());
    atMost(timeout, most.timeout());
    return new Limits(
        limits.memory(),
        timeout,
        limits.processes(),
        limits.cpus(),
        limits.tmp(),
        limits.network());
  }

  private Limits procs(Scalar value) {
    int processes = Integer.parseInt(value.text());
    atMost(processes, most.processes());
    return new Limits(
        limits.memory(),
        limits.timeout(),
        processes,
        limits.cpus(),
        limits.tmp(),
        limits.network());
  }

  private Limits cpu(Scalar value) {
    double cpus = Double.parseDouble(value.text());
    atMost(cpus, most.cpus());
    return new Limits(
        limits.memory(),
        limits.timeout(),
        limits.processes(),
        cpus,
        limits.tmp(),
        limits.network());
  }

  private Limits tmp(Scalar value) {
    var tmp = Quantity.memory(value.text());
    atMost(tmp, most.tmp());
    return new Limits(
        limits.memory(),
        limits.timeout(),
        limits.processes(),
        limits.cpus(),
        tmp,
        limits.network());
  }

  private Limits network(Scalar value) {
    var network =
        switch (value.text()) {
          case "none" -> Network.NONE;
          case "outbound" -> Network.OUTBOUND;
          default -> throw new IllegalArgumentException("no such network");
        };
    atMost(network, most.network());
    return new Limits(
        limits.memory(),
        limits.timeout(),
        limits.processes(),
        limits.cpus(),
        limits.tmp(),
        network);
  }

  private String networks() {
    return most.network() == Network.OUTBOUND
        ? "'none' or 'outbound'"
        : "'none' ('outbound' is switched off on this server)";
  }

  private static String seconds(Limits most) {
    return most.timeout().toMillis() / 1000.0 + " s";
  }

  private static <T extends Comparable<T>> void atMost(T asked, T most) {
    if (asked.compareTo(most) > 0) {
      throw new IllegalArgumentException("more than this server allows");
    }
  }
}
