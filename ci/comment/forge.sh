# How the scripts of this folder call a forge. They read FORGE and TOKEN, and have a folder $work.
# shellcheck shell=bash

# The token is neither an argument of a program nor in its output.
case $FORGE in
github) printf 'Authorization: Bearer %s\n' "$TOKEN" ;;
gitlab) printf 'PRIVATE-TOKEN: %s\n' "$TOKEN" ;;
esac >"${work:?}/headers"
unset TOKEN

# links FILE... refuses links in FOLDER: what lies there may be a stranger's, and a link would lead
# to anything.
links() {
  local file
  for file in "${FOLDER%/}" "${@/#/$FOLDER/}"; do
    if [ -L "$file" ]; then
      echo "$file is a link" >&2
      exit 1
    fi
  done
}

# call METHOD URL [CURL ARGUMENT...] leaves the answer in $work/answer, and its
# status in $code.
call() {
  local method=$1 url=$2
  shift 2
  code=$(curl --silent --show-error --max-time 60 --retry 2 --output "$work/answer" --write-out '%{http_code}' \
    --request "$method" --header "@$work/headers" --header 'Content-Type: application/json' "$@" "$url")
}

# plain makes other people's text one short line without control characters, and without the beginning
# of a command to the CI system.
plain() {
  head -c 500 | LC_ALL=C tr '\000-\037\177' ' ' | LC_ALL=C sed 's/\xc2[\x80-\x9f]/ /g; s/::/: :/g; s/##\[/## [/g'
}

# complain METHOD URL reports the answer of a call that failed. GitHub's message says only that
# something is wrong; what is, stands in a list.
complain() {
  local why='[(.message // .error_description // empty | tostring), (.errors[]? | if type == "object" then .message // "\(.field) \(.code)" else tostring end)] | join("; ")'
  echo "$1 $2: $code $(jq -r "$why" "$work/answer" 2>/dev/null | plain || true)" >&2
}

must() {
  call "$@"
  case $code in
  2*) ;;
  *)
    complain "$@"
    return 1
    ;;
  esac
}

# pages URL FUNCTION calls the function for each page of a list, which is in $work/answer, until it
# sets $enough.
pages() {
  local page
  enough=
  for ((page = 1; ; page++)); do
    if [ "$page" -gt 100 ]; then
      echo "the forge has more than 10,000 comments, or its pages don't come to an end" >&2
      return 1
    fi
    must GET "$1?per_page=100&page=$page"
    "$2"
    if [ -n "$enough" ] || [ "$(jq length "$work/answer")" -lt 100 ]; then
      return 0
    fi
  done
}

# shellcheck disable=SC2034 # the scripts read it
# writer sets $me to whose comments are ours: AUTHOR, or on GitLab the token's own user.
writer() {
  if [ "$FORGE" = github ]; then
    me=$AUTHOR
  else
    must GET "$CI_API_V4_URL/user"
    me=$(jq -r .id "$work/answer")
  fi
}
