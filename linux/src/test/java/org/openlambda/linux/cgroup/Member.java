package org.openlambda.linux.cgroup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.fd.Message;
import org.openlambda.linux.fd.MessageSocket;
import org.openlambda.linux.fd.Pipe;
import org.openlambda.linux.fd.SocketPair;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.Spawn;

/// A shell that was born in a group as sandboxes are, by the program `born-in.c`.
final class Member implements AutoCloseable {
  private final MessageSocket talk;
  private final int parent;
  private boolean buried;

  private Member(MessageSocket talk, int parent) {
    this.talk = talk;
    this.parent = parent;
  }

  /// Compiles the program; empty without a C compiler.
  static Optional<Path> compile(Path dir) {
    try (InputStream source = Member.class.getResourceAsStream("born-in.c")) {
      Path c = dir.resolve("born-in.c");
      Files.write(c, source == null ? new byte[0] : source.readAllBytes());
      Path program = dir.resolve("born-in");
      Spawn gcc =
          new Spawn(
              "/usr/bin/gcc",
              List.of("-O1", "-Wall", "-Werror", "-o", program.toString(), c.toString()),
              Map.of("PATH", "/usr/bin:/bin"),
              Map.of());
      boolean compiled =
          Files.exists(Path.of(gcc.program()))
              && ChildExit.waitFor(gcc.start()).equals(new ChildExit.Exited(0));
      return compiled ? Optional.of(program) : Optional.empty();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static Member start(Path program, Cgroup group, String script) {
    return start(program, group, 0, _ -> {}, script);
  }

  /// @param uid of the process that clones
  /// @param before gets the pid of that process before it goes on
  static Member start(Path program, Cgroup group, int uid, IntConsumer before, String script) {
    SocketPair pair = SocketPair.seqpacket();
    List<Fd> tasks = group.joinDescriptors();
    Optional<Fd> directory = group.cloneInto();
    try (Pipe go = Pipe.open()) {
      Spawn spawn =
          Spawn.of(program.toString(), "" + uid, "" + tasks.size(), script)
              .withEnvironment(Map.of("PATH", "/usr/bin:/bin"))
              .withDescriptor(0, pair.theirs())
              .withDescriptor(1, pair.theirs())
              .withDescriptor(4, go.read());
      if (directory.isPresent()) {
        spawn = spawn.withDescriptor(3, directory.get());
      }
      for (int i = 0; i < tasks.size(); i++) {
        spawn = spawn.withDescriptor(10 + i, tasks.get(i));
      }
      int pid = spawn.start();
      before.accept(pid);
      return new Member(new MessageSocket(pair.ours()), pid);
    } finally {
      pair.theirs().close();
      directory.ifPresent(Fd::close);
      tasks.forEach(Fd::close);
    }
  }

  /// What it writes next; empty at its end. Fails after 30 s.
  String hear() {
    return hear(Duration.ofSeconds(30)).orElseThrow();
  }

  Optional<String> hear(Duration limit) {
    return talk.receive(1000, limit).map(Message::bytes).map(b -> new String(b, UTF_8).strip());
  }

  void say(String line) {
    talk.send((line + "\n").getBytes(UTF_8));
  }

  /// Its exit status, 128 and the signal if it was killed, 100 and the error if it was never born.
  int exit() {
    buried = true;
    return ChildExit.waitFor(parent) instanceof ChildExit.Exited(int status) ? status : -1;
  }

  /// Ends the conversation, at which `cat` exits.
  @Override
  public void close() {
    talk.close();
    if (!buried) {
      exit();
    }
  }
}
