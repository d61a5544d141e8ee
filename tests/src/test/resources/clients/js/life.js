// The life of a function by the AWS SDK for JavaScript, version 3, against the server that the environment names.
//
//     life.js ONE.zip TWO.zip        the code of two versions
//
// Ends with the first thing that is wrong.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import * as aws from "@aws-sdk/client-lambda";

const [one, two] = process.argv.slice(2).map(path => readFileSync(path));
const FunctionName = "life-by-javascript";
const Role = "arn:aws:iam::123456789012:role/any";
const client = new aws.LambdaClient({ maxAttempts: 1 });
const utf8 = new TextDecoder();

const make = (name, ZipFile, more) => client.send(new aws.CreateFunctionCommand({
  FunctionName: name, Runtime: "python3.11", Role, Handler: "app.handler", Code: { ZipFile }, ...more,
}));

const invoke = async (event, more) => {
  const answer = await client.send(new aws.InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...more }));
  return { ...answer, said: answer.Payload?.length ? JSON.parse(utf8.decode(answer.Payload)) : null };
};

const stream = async event => {
  const answer = await client.send(new aws.InvokeWithResponseStreamCommand({
    FunctionName, Payload: JSON.stringify(event), LogType: "Tail",
  }));
  let text = "", end;
  for await (const part of answer.EventStream) {
    text += part.PayloadChunk ? utf8.decode(part.PayloadChunk.Payload) : "";
    end = part.InvokeComplete ?? end;
  }
  return { text, end };
};

const refused = async (kind, status, message, command) => {
  const error = await client.send(command).then(() => assert.fail("it was granted"), error => error);
  assert(error instanceof kind, `${error.name}: ${error.message}`);
  assert.equal(error.$metadata.httpStatusCode, status);
  assert.match(error.message, message);
  assert.match(error.$metadata.requestId, /^[0-9a-f-]{36}$/);
};

// It is made, and called.
const made = await make(FunctionName, one, { Environment: { Variables: { AB: "c" } }, Tags: { team: "a" } });
assert.equal(made.State, "Pending");
await aws.waitUntilFunctionActiveV2({ client, maxWaitTime: 20 }, { FunctionName });
const first = await invoke({ name: "Ada" }, { LogType: "Tail" });
assert.deepEqual(first.said, { hello: "Ada", mark: "one", version: "$LATEST" });
assert.equal(first.StatusCode, 200);
assert.equal(first.ExecutedVersion, "$LATEST");
const log = Buffer.from(first.LogResult, "base64").toString();
assert.match(log, /^START RequestId: \S+ Version: \$LATEST\nseen Ada\nEND RequestId: \S+\nREPORT RequestId: /);
assert.equal((await invoke({}, { InvocationType: "DryRun" })).StatusCode, 204);
const failed = await invoke({ fail: true });
assert.equal(failed.FunctionError, "Unhandled");
assert.equal(failed.said.errorType, "ValueError");
assert.equal(failed.said.errorMessage, "as asked");
const streamed = await stream({ stream: 3 });
assert.equal(streamed.text, "piece 0;piece 1;piece 2;");
assert.match(Buffer.from(streamed.end.LogResult, "base64").toString(), /REPORT/);
assert.equal(streamed.end.ErrorCode, undefined);
const broken = await stream({ stream: 2, fail: true });
assert.equal(broken.text, "piece 0;piece 1;");
assert.equal(broken.end.ErrorCode, "Unhandled");
assert.match(broken.end.ErrorDetails, /as asked/);

// It has versions, and an alias that shares its calls between two.
const published = await client.send(new aws.PublishVersionCommand({ FunctionName, Description: "first" }));
assert.equal(published.Version, "1");
await aws.waitUntilPublishedVersionActive({ client, maxWaitTime: 20 }, { FunctionName, Qualifier: "1" });
await client.send(new aws.UpdateFunctionCodeCommand({ FunctionName, ZipFile: two }));
await aws.waitUntilFunctionUpdatedV2({ client, maxWaitTime: 20 }, { FunctionName });
assert.equal((await client.send(new aws.PublishVersionCommand({ FunctionName }))).Version, "2");
const alias = await client.send(new aws.CreateAliasCommand({
  FunctionName, Name: "live", FunctionVersion: "1", RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } },
}));
assert.deepEqual(alias.RoutingConfig.AdditionalVersionWeights, { 2: 0.5 });
const marks = new Set();
for (let i = 0; i < 60; i++) {
  const { said, ExecutedVersion } = await invoke({}, { Qualifier: "live" });
  assert.equal(said.version, ExecutedVersion);
  assert.equal(said.mark, ExecutedVersion === "1" ? "one" : "two");
  marks.add(said.mark);
}
assert.deepEqual([...marks].sort(), ["one", "two"]);

// What is refused.
await refused(aws.ResourceNotFoundException, 404, /^Function not found: arn:aws:lambda:.*:function:nothing/,
  new aws.GetFunctionCommand({ FunctionName: "nothing" }));
await refused(aws.ResourceNotFoundException, 404, /:7$/, new aws.InvokeCommand({ FunctionName, Qualifier: "7" }));
await refused(aws.ResourceConflictException, 409, /already exist/, new aws.CreateFunctionCommand({
  FunctionName, Runtime: "python3.11", Role, Handler: "app.handler", Code: { ZipFile: one },
}));
await refused(aws.InvalidParameterValueException, 400, /is different from current CodeSHA256/,
  new aws.PublishVersionCommand({ FunctionName, CodeSha256: published.CodeSha256 }));
await refused(aws.InvalidRequestContentException, 400, /Could not parse request body/,
  new aws.InvokeCommand({ FunctionName, Payload: "{" }));
const stranger = new aws.LambdaClient({ credentials: { accessKeyId: "AKIAAAAAAAAAAAAAAAAA", secretAccessKey: "none" } });
await assert.rejects(stranger.send(new aws.ListFunctionsCommand()), { name: "UnrecognizedClientException" });
await assert.rejects(
  new aws.LambdaClient({ credentials: { ...await client.config.credentials(), sessionToken: "token" } })
    .send(new aws.ListFunctionsCommand()),
  { name: "UnrecognizedClientException" },
);

// Lists have pages.
const names = [0, 1, 2].map(i => `many-by-javascript-${i}`);
for (const name of names) await make(name, one);
const pages = [];
for await (const page of aws.paginateListFunctions({ client, pageSize: 2 }, {})) pages.push(page.Functions);
assert.deepEqual(pages.map(page => page.length), [2, 2]);
assert.deepEqual(pages.flat().map(one => one.FunctionName), [FunctionName, ...names]);

// A change says what it is a change of.
const { RevisionId } = await client.send(new aws.GetFunctionConfigurationCommand({ FunctionName }));
const changed = await client.send(new aws.UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 7, RevisionId }));
assert.equal(changed.Timeout, 7);
await aws.waitUntilFunctionUpdatedV2({ client, maxWaitTime: 20 }, { FunctionName });
await refused(aws.PreconditionFailedException, 412, /Revision Id/,
  new aws.UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 8, RevisionId }));
const found = await client.send(new aws.GetFunctionCommand({ FunctionName }));
assert.deepEqual(found.Tags, { team: "a" });
assert.deepEqual(found.Configuration.Environment.Variables, { AB: "c" });

// It goes.
await client.send(new aws.DeleteAliasCommand({ FunctionName, Name: "live" }));
for (const name of [FunctionName, ...names]) await client.send(new aws.DeleteFunctionCommand({ FunctionName: name }));
await refused(aws.ResourceNotFoundException, 404, /Function not found/, new aws.GetFunctionCommand({ FunctionName }));
assert.deepEqual((await client.send(new aws.ListFunctionsCommand())).Functions, []);

const { version } = createRequire(import.meta.url)("@aws-sdk/client-lambda/package.json");
console.log(`AWS SDK for JavaScript ${version}: all as with AWS Lambda`);
