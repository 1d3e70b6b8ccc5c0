# Completion of tessera in bash: source <(tessera completion bash)

_tessera() {
    local word=${COMP_WORDS[COMP_CWORD]} text suggestion pattern='-*'
    local -a words=("${COMP_WORDS[@]:0:COMP_CWORD+1}") found=()
    words[0]=tessera
    printf -v text '%s ' "${words[@]}"
    text=${text% }

    # Options are offered where one is begun; elsewhere they would hide the names of files.
    while IFS= read -r suggestion; do
        [[ $word == -* || $suggestion != $pattern ]] && [[ $suggestion == "$word"* ]] && found+=("$suggestion")
    done < <("${COMP_WORDS[0]/#\~/$HOME}" "[suggest:${#text}]" "$text" 2> /dev/null)
    COMPREPLY=("${found[@]}")
}

# Without a suggestion, the shell completes names of files.
complete -o bashdefault -o default -F _tessera tessera
