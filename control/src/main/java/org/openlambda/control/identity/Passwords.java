package org.openlambda.control.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Hashes passwords by argon2id (RFC 9106), with the parameters of the OWASP Password Storage Cheat
/// Sheet: 19 MiB, two passes, one lane. They stand in the hash, in the PHC string format:
///
///     $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH     both in base64 without padding
///
/// Any thread. At most two are computed at once, each for some 50 ms: others wait, 5 s at the most.
public final class Passwords {
  /// Hashes computed at once.
  static final int AT_ONCE = 2;

  static final int SHORTEST = 12;
  static final int LONGEST = 256;

  private static final int MEMORY_KIBI = 19_456;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Pattern FORM =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})"
              + "\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

  private final Semaphore turns = new Semaphore(AT_ONCE, true);
  private final SecureRandom random = new SecureRandom();

  /// Of nobody's password: who does not exist takes as long as who does.
  private final String nobodys =
      text(random(SALT_BYTES), new byte[HASH_BYTES], MEMORY_KIBI, PASSES, LANES);

  /// The hash of a new password.
  ///
  /// @throws Denied if it is too short or too long, or too many are computed
  public String hash(String password) throws Denied {
    if (password.length() < SHORTEST || password.length() > LONGEST) {
      throw Denied.bad("password", "has to have " + SHORTEST + " to " + LONGEST + " characters");
    }
    byte[] salt = random(SALT_BYTES);
    byte[] hash = inTurn(() -> compute(password, salt, MEMORY_KIBI, PASSES, LANES, HASH_BYTES));
    return text(salt, hash, MEMORY_KIBI, PASSES, LANES);
  }

  /// Whether this is the password. Takes as long if there is none.
  ///
  /// @param hash what [#hash] gave, if there is a password
  /// @throws Denied if too many are computed
  public boolean matches(String password, Optional<String> hash) throws Denied {
    Matcher form = FORM.matcher(hash.orElse(nobodys));
    if (!form.matches()) {
      throw new IllegalStateException("this is no hash of a password");
    }
    byte[] expected = Base64.getDecoder().decode(form.group(5));
    byte[] actual =
        inTurn(() ->
            compute(
                password,
                Base64.getDecoder().decode(form.group(4)),
                Integer.parseInt(form.group(1)),
                Integer.parseInt(form.group(2)),
                Integer.parseInt(form.group(3)),
                expected.length));
    return MessageDigest.isEqual(expected, actual) && hash.isPresent();
  }

  /// Something that takes memory.
  private interface Computing {
    byte[] hash();
  }

  private byte[] inTurn(Computing computing) throws Denied {
    try {
      if (!turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy();
    }
    try {
      return computing.hash();
    } finally {
      turns.release();
    }
  }

  private static Denied busy() {
    return Denied.tooManyLogins("Too many are checked at once", Duration.ofSeconds(1));
  }

  private static byte[] compute(
      String password, byte[] salt, int memoryKibi, int passes, int lanes, int bytes) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKibi)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] hash = new byte[bytes];
    generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
    return hash;
  }

  private byte[] random(int bytes) {
    byte[] made = new byte[bytes];
    random.nextBytes(made);
    return made;
  }

  private static String text(byte[] salt, byte[] hash, int memoryKibi, int passes, int lanes) {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            memoryKibi, passes, lanes, base64.encodeToString(salt), base64.encodeToString(hash));
  }
}
