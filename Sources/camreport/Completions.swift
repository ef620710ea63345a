import ArgumentParser

/// Scripts by which shells complete a command line.
enum Completions {
  /// The shell whose script the arguments ask for; nil where they ask for something else.
  static func shell(asked arguments: [String]) -> CompletionShell? {
    guard arguments.count == 2, arguments[0] == "--generate-completion-script" else { return nil }
    return CompletionShell(rawValue: arguments[1])
  }

  /// What ArgumentParser makes for a shell, and a few lines more: behind a first word that is no command, it would complete neither
  /// photos nor a run's options. They have it completed as though `run` stood there.
  static func script(for shell: CompletionShell, commands: [String]) -> String {
    let names = commands.joined(separator: " ")
    let addition =
      switch shell {
      case .bash: bash
      case .zsh: zsh
      default: fish
      }
    return CamReport.completionScript(for: shell) + addition.replacing("COMMANDS", with: names)
  }

  private static let bash = """

    _camreport_or_run() {
        local -a names=()
        if [[ " COMMANDS " != *" ${COMP_WORDS[1]} "* ]]; then
            if ((COMP_CWORD == 1)); then
                _camreport "${@}"
                names=("${COMPREPLY[@]}")
                COMPREPLY=()
            fi
            COMP_WORDS=("${COMP_WORDS[0]}" run "${COMP_WORDS[@]:1}")
            ((++COMP_CWORD))
        fi
        _camreport "${@}"
        COMPREPLY+=("${names[@]}")
    }

    complete -o filenames -F _camreport_or_run camreport

    """

  /// A shell that finds it by its name calls the file as a function, `_camreport_or_run`.
  private static let zsh = """

    _camreport_or_run() {
        local -i ret=1
        if (( CURRENT == 2 )); then
            _camreport "${@}" && ret=0
        fi
        if [[ " COMMANDS " != *" ${words[2]} "* || CURRENT -eq 2 ]]; then
            words=("${words[1]}" run "${(@)words[2,-1]}")
            (( ++CURRENT ))
        fi
        _camreport "${@}" && ret=0
        return "${ret}"
    }

    compdef _camreport_or_run camreport
    if [[ "${funcstack[1]}" = _camreport_or_run ]]; then
        _camreport_or_run "${@}"
    fi

    """

  private static let fish = """

    function __camreport_is_run
        set -l words (commandline -opc)
        test (count $words) -lt 2; or not contains -- $words[2] COMMANDS
    end

    function __camreport_complete_run
        set -l words (commandline -opc)
        complete -C "camreport run "(string join ' ' -- (string escape -- $words[2..]) (commandline -ct))
    end

    complete -c camreport -n __camreport_is_run -a '(__camreport_complete_run)'

    """
}
