#compdef tessera
# Completion of tessera in zsh: tessera completion zsh > a folder of fpath/_tessera

_tessera() {
    local word=${words[CURRENT]} text="tessera ${(j: :)words[2,CURRENT]}"
    local -a found
    found=(${(f)"$(${(Q)words[1]} "[suggest:${#text}]" "$text" 2> /dev/null)"})

    # Options are offered where one is begun; elsewhere they would hide the names of files.
    [[ $word == -* ]] || found=(${found:#-*})
    found=(${(M)found:#${(Q)word}*})
    if (( $#found )); then
        compadd -- $found
    else
        _files
    fi
}

if [[ $funcstack[1] == _tessera ]]; then
    _tessera "$@"
else
    compdef _tessera tessera
fi
