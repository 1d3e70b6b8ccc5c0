# Completion of tessera in fish: tessera completion fish > ~/.config/fish/completions/tessera.fish

function __tessera_complete
    set -l word (commandline --current-token)
    set -l tokens (commandline --tokenize --cut-at-cursor --current-process)
    set -l program $tokens[1]
    set tokens[1] tessera
    set -l text (string join ' ' -- $tokens "$word")
    set -l found ($program "[suggest:"(string length -- $text)"]" $text 2>/dev/null)

    # Options are offered where one is begun; elsewhere they would hide the names of files.
    if not string match --quiet -- '-*' $word
        set found (string match --invert -- '-*' $found)
    end
    set found (string match -- "$word*" $found)
    if set --query found[1]
        printf '%s\n' $found
    else
        __fish_complete_path $word
    end
end

complete --command tessera --no-files --arguments '(__tessera_complete)'
