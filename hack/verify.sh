#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Generates everything once more into a temporary folder and fails if it differs from what is there, if Go code is not
# formatted, or if a go.mod is not tidy. It changes nothing. Argument: the path of controller-gen.
set -uo pipefail
cd "$(dirname "$0")/.."
gen=$1
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
failed=0

fail() {
  echo "FAILED: $1" >&2
  failed=1
}

generated() { # what there is, what it should be
  diff -ruN "$1" "$2" || fail "$1 is not what is generated; run 'make generate'"
}

echo "generated files"
"$gen" object:headerFile=hack/boilerplate.go.txt paths=./api/... output:object:dir="$temp/object" || fail "generating deep copies"
"$gen" crd paths=./api/... output:crd:dir="$temp/crd" || fail "generating CRDs"
"$gen" rbac:roleName=manager-role paths=./internal/controller/... output:rbac:dir="$temp/rbac" || fail "generating RBAC"
generated api/v1alpha1/zz_generated.deepcopy.go "$temp/object/zz_generated.deepcopy.go"
generated config/crd/bases "$temp/crd"
generated config/rbac/role.yaml "$temp/rbac/role.yaml"

echo "formatting"
unformatted=$(git ls-files -z --cached --others --exclude-standard -- '*.go' | xargs -0 gofmt -l 2>&1)
[ -z "$unformatted" ] || fail "not formatted, run 'make fmt': $unformatted"

for mod in $(git ls-files --cached --others --exclude-standard -- go.mod '*/go.mod'); do
  echo "$mod"
  (cd "$(dirname "$mod")" && GOFLAGS= go mod tidy -diff) || fail "$mod is not tidy; run 'go mod tidy' there"
done

echo "go.tools.mod"
go list -mod=readonly -modfile=go.tools.mod tool >/dev/null || fail "go.tools.mod lacks something"

[ "$failed" -eq 0 ] && echo "everything is up to date"
exit "$failed"
