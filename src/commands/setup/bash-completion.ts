/**
 * The script for bash. The library's own needs the package bash-completion, which not every machine
 * has, and runs what stands on the command line, such as `$(…)`, on each press of the tab key.
 */
export const BASH_COMPLETION = `# bash completion for rushes: for bash 3.2 and later, without any other package
_rushes() {
  local IFS=$' \\t\\n' line cut cur typed=\${COMP_LINE:0:COMP_POINT}
  local -a words
  read -ra words <<<"$typed"
  [[ $typed == *[[:blank:]] ]] && words+=("")
  cur=\${words[\${#words[@]} - 1]}
  # bash replaces only what stands after the last of these.
  cut=\${cur%"\${cur##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    [[ $line == '' || $line == :* ]] && continue
    COMPREPLY+=("\${line#"$cut"}")
  done < <("$1" complete -- "\${words[@]:1}" 2>/dev/null)
}
# Where nothing is known, names of files.
complete -o default -F _rushes rushes
`;
