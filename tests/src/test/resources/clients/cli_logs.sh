#!/usr/bin/env bash
# cli_logs.sh COMMAND…: what a function prints, by the AWS CLI, which is started by COMMAND.
set -euo pipefail
cd "$(mktemp -d)"
tail=
trap 'if [ -n "$tail" ]; then kill $tail 2>/dev/null || true; fi; rm -rf "$PWD"' EXIT
version=$("$@" --version 2>&1 | sed 's/ .*//')
name=printed-by-cli-${version//[!0-9]/-}
group=/aws/lambda/$name
aws=("$@" --endpoint-url "$AWS_ENDPOINT_URL_LAMBDA" --output text)
raw=(--cli-binary-format raw-in-base64-out)
case $version in aws-cli/1.*) raw=() ;; esac

is() { [ "$1" = "$2" ] || { echo "it is '$1', not '$2'" >&2; exit 1; }; }
say() { "${aws[@]}" lambda invoke --function-name $name --payload "{\"say\":\"$1\"}" "${raw[@]}" answer >/dev/null; }

printf 'def handler(event, context):\n    print(event["say"])\n    return context.log_stream_name\n' >app.py
/usr/bin/python3 -m zipfile -c app.zip app.py
"${aws[@]}" lambda create-function --function-name $name --runtime python3.11 --handler app.handler \
  --role arn:aws:iam::123456789012:role/any --zip-file fileb://app.zip >/dev/null
say "the first line"
say "the second line"
stream=$(tr -d '"' <answer)
is "$("${aws[@]}" logs describe-log-groups --log-group-name-prefix $group --query 'logGroups[].logGroupName')" $group
"${aws[@]}" logs describe-log-streams --log-group-name $group --query 'logStreams[].logStreamName' >told
grep -qF "$stream" told
"${aws[@]}" logs get-log-events --log-group-name $group --log-stream-name "$stream" --query 'events[].message' >told
grep -q 'the second line' told
is "$("${aws[@]}" logs filter-log-events --log-group-name $group --filter-pattern '"first line"' --query 'events[].message')" "the first line"
if "${aws[@]}" logs get-log-events --log-group-name /aws/lambda/none --log-stream-name x 2>told; then exit 1; fi
grep -q '(ResourceNotFoundException) when calling the GetLogEvents operation: The specified log group does not exist.' told
case $version in
  aws-cli/2.*)
    "${aws[@]}" logs tail $group --since 10m --format short >told
    is "$(sed 's/^[^ ]* //' told | grep line)" $'the first line\nthe second line'
    PYTHONUNBUFFERED=1 "${aws[@]}" logs tail $group --since 10m --follow >followed &
    tail=$!
    for _ in $(seq 200); do grep -q 'the second line' followed && break; sleep 0.1; done
    say "the third line"
    for _ in $(seq 200); do grep -q 'the third line' followed && break; sleep 0.1; done
    kill $tail
    wait $tail 2>/dev/null || true
    tail=
    is "$(grep -c 'the third line' followed)" 1
    is "$(grep -c 'the first line' followed)" 1
    grep -qF "$stream" followed
    ;;
esac
echo "$version: all logs as with AWS Lambda"
