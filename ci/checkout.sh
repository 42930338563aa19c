# What the scripts have to know of the checkout, which a stranger's change is in.
# shellcheck shell=bash

unset CDPATH

# inside reports whether a folder lies in the checkout, links followed.
inside() {
  local folder root
  folder=$(cd -P -- "$1" 2>/dev/null && pwd) || return 1
  for root in "$PWD" "${CI_PROJECT_DIR:-$PWD}" "${GITHUB_WORKSPACE:-$PWD}"; do
    case $folder/ in "$(cd -P -- "$root" && pwd)"/*) return 0 ;; esac
  done
  return 1
}

# outside takes the folders of the checkout out of PATH, and those that depend on where
# one is.
outside() {
  local entry entries path=
  IFS=: read -ra entries <<<"$PATH"
  for entry in "${entries[@]}"; do
    case $entry in
    /*) inside "$entry" || path+=${path:+:}$entry ;;
    esac
  done
  export PATH=$path
}
outside
