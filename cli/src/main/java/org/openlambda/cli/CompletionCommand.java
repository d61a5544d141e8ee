package org.openlambda.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.terminal.Surroundings;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `ol completion`: teaches a shell the commands and options.
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print a script that teaches a shell to complete ol's commands and options.",
    footer = {
      "",
      "Examples:",
      "  source <(ol completion bash)                  in this shell",
      "  ol completion bash > ~/.local/share/bash-completion/completions/ol",
      "  echo 'source <(ol completion zsh)' >> ~/.zshrc",
      "  ol completion fish > ~/.config/fish/completions/ol.fish"
    })
final class CompletionCommand implements Callable<Integer> {
  /// The shells that are known.
  private enum Shell {
    BASH,
    ZSH,
    FISH
  }

  private static final String FOR_ZSH =
      """
      autoload -U +X compinit && compinit
      autoload -U +X bashcompinit && bashcompinit
      """;

  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
  private Shell shell = Shell.BASH;

  CompletionCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() {
    CommandLine root = Ol.spec(spec).root().commandLine();
    String script =
        switch (shell) {
          case BASH -> AutoComplete.bash("ol", root);
          case ZSH -> FOR_ZSH + AutoComplete.bash("ol", root);
          case FISH -> FishScript.of(root);
        };
    around.out().line(script);
    return ExitStatus.OK;
  }
}
