package org.openlambda.control.secrets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openlambda.control.store.Trees;

/// Encrypts with AES-256-GCM (NIST SP 800-38D). What is sealed is bound to what it belongs to: it
/// cannot be opened elsewhere, nor changed unnoticed. The form is
///
///     1   version, 1
///     12  nonce, random
///     …   ciphertext
///     16  tag
///
/// Any thread.
public final class Sealer {
  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY_BYTES = 32;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  private Sealer(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  /// Reads the key, or makes one; only its owner can read the file.
  ///
  /// @throws IOException if the file has not 32 bytes, or the disk failed
  public static Sealer open(Path file) throws IOException {
    if (!Files.exists(file)) {
      make(file);
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length != KEY_BYTES) {
      throw new IOException(
          ("%s is no key: it has %d bytes instead of %d. Restore it from a backup: nothing that is"
                  + " sealed can be read without it")
              .formatted(file, key.length, KEY_BYTES));
    }
    return new Sealer(key);
  }

  private static void make(Path file) throws IOException {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    Files.deleteIfExists(partial);
    Files.createFile(
        partial,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(partial, key, StandardOpenOption.SYNC);
    Files.move(partial, file);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Trees.sync(folder);
    }
  }

  /// @param owner names what it belongs to; the same has to be given to open it
  public byte[] seal(byte[] plain, String owner) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = run(Cipher.ENCRYPT_MODE, nonce, plain, owner);
    byte[] whole = new byte[1 + NONCE_BYTES + sealed.length];
    whole[0] = VERSION;
    System.arraycopy(nonce, 0, whole, 1, NONCE_BYTES);
    System.arraycopy(sealed, 0, whole, 1 + NONCE_BYTES, sealed.length);
    return whole;
  }

  /// @throws IllegalStateException if it was sealed with another key or for another owner
  public byte[] open(byte[] sealed, String owner) {
    if (sealed.length < 1 + NONCE_BYTES || sealed[0] != VERSION) {
      throw new IllegalStateException("what belongs to " + owner + " was not sealed here");
    }
    byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
    byte[] rest = Arrays.copyOfRange(sealed, 1 + NONCE_BYTES, sealed.length);
    return run(Cipher.DECRYPT_MODE, nonce, rest, owner);
  }

  /// Whether [#open] would.
  public boolean canOpen(byte[] sealed, String owner) {
    try {
      var _ = open(sealed, owner);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private byte[] run(int mode, byte[] nonce, byte[] input, String owner) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "what belongs to %s cannot be opened: its key is another one".formatted(owner), e);
    }
  }
}
