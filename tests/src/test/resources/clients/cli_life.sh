#!/usr/bin/env bash
# cli_life.sh COMMAND…: the life of a function by the AWS CLI, which is started by COMMAND.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
name=by-cli
role=arn:aws:iam::123456789012:role/any
aws=("$@" --endpoint-url "$AWS_ENDPOINT_URL_LAMBDA" --output text)
raw=(--cli-binary-format raw-in-base64-out)
case $("$@" --version 2>&1) in aws-cli/1.*) raw=() ;; esac

is() { [ "$1" = "$2" ] || { echo "it is '$1', not '$2'" >&2; exit 1; }; }

archive() {  # archive MARK FILE
  printf 'def handler(event, context):\n    print("seen")\n    return [event.get("name"), "%s", context.function_version]\n' "$1" >app.py
  rm -f "$2"
  /usr/bin/python3 -m zipfile -c "$2" app.py
}

invoke() {  # invoke FUNCTION [OPTION…]: the answer
  "${aws[@]}" lambda invoke --function-name "$1" --payload '{"name":"Ada"}' "${raw[@]}" "${@:2}" answer >told
  cat answer
}

archive one one.zip
is "$("${aws[@]}" lambda create-function --function-name $name --runtime python3.11 --role $role \
  --handler app.handler --zip-file fileb://one.zip --query State)" Pending
"${aws[@]}" lambda wait function-active-v2 --function-name $name
is "$(invoke $name)" '["Ada", "one", "$LATEST"]'
invoke $name --log-type Tail --query LogResult >/dev/null
base64 -d <told | grep -q '^seen$'
base64 -d <told | grep -q '^REPORT RequestId: '
"${aws[@]}" lambda invoke --function-name $name --invocation-type DryRun answer >told
grep -q 204 told
is "$("${aws[@]}" lambda publish-version --function-name $name --query Version)" 1
archive two two.zip
"${aws[@]}" lambda update-function-code --function-name $name --zip-file fileb://two.zip >/dev/null
"${aws[@]}" lambda wait function-updated --function-name $name
"${aws[@]}" lambda create-alias --function-name $name --name live --function-version 1 >/dev/null
is "$(invoke $name:live)" '["Ada", "one", "1"]'
is "$(invoke $name)" '["Ada", "two", "$LATEST"]'
is "$("${aws[@]}" lambda update-function-configuration --function-name $name --timeout 7 --query Timeout)" 7
is "$("${aws[@]}" lambda list-functions --query 'Functions[].FunctionName')" $name
is "$("${aws[@]}" lambda list-versions-by-function --function-name $name --query 'Versions[].Version')" $'$LATEST\t1'
if "${aws[@]}" lambda create-alias --function-name $name --name live --function-version 1 2>told; then exit 1; fi
grep -q '(ResourceConflictException) when calling the CreateAlias operation' told
"${aws[@]}" lambda delete-function --function-name $name >/dev/null
if "${aws[@]}" lambda get-function --function-name $name 2>told; then exit 1; fi
grep -q 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:by-cli' told
echo "$("$@" --version 2>&1 | sed 's/ .*//'): all as with AWS Lambda"
