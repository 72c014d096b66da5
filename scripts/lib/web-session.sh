# shellcheck shell=bash
# Uses the app's pages as a signed-in person does: a cookie jar and each form's own antiforgery token. Reads $url. Needs curl.
# No password and no token is in a command line: curl reads them from files.

session=
: "${url:=}"

begin_session() {
  session=$(mktemp -d "${TMPDIR:-/tmp}/backupapp-session.XXXXXX")
}

end_session() {
  [[ -z $session ]] || rm -rf "$session"
  session=
}

# get PATH: prints the page; fails on anything but success.
get() { curl -fsS -b "$session/cookies" -c "$session/cookies" "$url$1"; }

# submit PAGE ACTION FIELD…: opens the page, then posts its form to PAGE and ACTION. A field is name=value, or name@file for a secret.
# Sets location: the path that the answer leads to, empty when the page came back, which is then in $session/answer.
submit() {
  local page=$1 action=$2 field fields=()
  shift 2
  get "$page" | sed -nE 's/.*name="__RequestVerificationToken"[^>]* value="([^"]+)".*/\1/p' | head -n 1 | tr -d '\n' >"$session/token"
  for field in "$@"; do fields+=(--data-urlencode "$field"); done
  location=$(curl -sS -b "$session/cookies" -c "$session/cookies" -o "$session/answer" -w '%{redirect_url}' \
    --data-urlencode "__RequestVerificationToken@$session/token" "${fields[@]}" "$url$page$action")
  location=${location#"$url"}
}

# sign_in EMAIL PASSWORD_FILE
sign_in() {
  [[ -n $session ]] || begin_session
  submit /Identity/Account/Login "" Input.Email="$1" Input.Password@"$2"
  [[ -n $location ]]
}

# What the page said against the last submission, as plain text.
page_errors() {
  grep -oE '<[^>]*(field-validation-error|invalid-feedback|alert-title)[^>]*>[^<]+|<li>[^<]+' "$session/answer" |
    sed -E 's/<[^>]*>//g' | paste -sd ' ' - || true
}

# json_value NAME JSON: a string or number of a flat object; empty for null and for a name it does not have.
json_value() {
  python3 -c 'import json, sys; value = json.load(sys.stdin).get(sys.argv[1]); print("" if value is None else value)' "$1" <<<"$2"
}
