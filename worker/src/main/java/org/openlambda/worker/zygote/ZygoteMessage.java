package org.openlambda.worker.zygote;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.openlambda.core.invocation.Exit;

/// The control messages of `launcher/PROTOCOL.md`, byte by byte. All numbers in the machine's
/// order.
sealed interface ZygoteMessage {
  int KIND_READY = 1;
  int KIND_SPAWN = 2;
  int KIND_SPAWNED = 3;
  int KIND_EXITED = 4;

  /// SPAWN: the child is cloned into the v2 group that comes as the fourth descriptor.
  int INTO_GROUP = 1;

  /// SPAWN: the child has no walls, and gets a link and a log only.
  int BARE = 4;

  /// The longest message a zygote may send, in bytes.
  int LONGEST = 64;

  /// Children can be made.
  record Ready() implements ZygoteMessage {}

  /// A child was made (`errno` 0; its pidfd comes along), or not.
  record Spawned(long id, int errno) implements ZygoteMessage {}

  /// A child ended.
  record Exited(long id, Exit how) implements ZygoteMessage {}

  /// What cannot be a message of a zygote.
  record Malformed(String what) implements ZygoteMessage {}

  /// SPAWN: u32 kind, u32 flags, u64 id, u32 uid inside, u32 descriptors at the most.
  static byte[] spawn(long id, boolean intoGroup, int uidInside, int mostFiles) {
    return spawn(id, intoGroup ? INTO_GROUP : 0, uidInside, mostFiles);
  }

  /// SPAWN of a child without walls.
  static byte[] spawnBare(long id, int mostFiles) {
    return spawn(id, BARE, 0, mostFiles);
  }

  private static byte[] spawn(long id, int flags, int uidInside, int mostFiles) {
    return ByteBuffer.allocate(24)
        .order(ByteOrder.nativeOrder())
        .putInt(KIND_SPAWN)
        .putInt(flags)
        .putLong(id)
        .putInt(uidInside)
        .putInt(mostFiles)
        .array();
  }

  /// Reads READY (4 bytes), SPAWNED (16: kind, errno, id) or EXITED (24: kind, code, id, status).
  static ZygoteMessage parse(byte[] message) {
    var in = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    int kind = message.length < 4 ? 0 : in.getInt();
    if (kind == KIND_READY) {
      return new Ready();
    }
    if (kind == KIND_SPAWNED && message.length >= 16) {
      int errno = in.getInt();
      return new Spawned(in.getLong(), errno);
    }
    if (kind == KIND_EXITED && message.length >= 20) {
      int code = in.getInt();
      long id = in.getLong();
      return new Exited(id, exit(code, in.getInt()));
    }
    return new Malformed("a message of kind " + kind + " with " + message.length + " bytes");
  }

  /// `code` as si_code of waitid(2): 1 is CLD_EXITED, 2 CLD_KILLED, 3 CLD_DUMPED.
  private static Exit exit(int code, int status) {
    return code == 1 ? new Exit.Status(status & 0xFF) : new Exit.Signal(status & 0x7F);
  }
}
