// The life of a function by the AWS SDK for Go, version 2, against the server that the environment names.
//
//	life ONE.zip TWO.zip        the code of two versions
//
// Ends with the first thing that is wrong.
package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
)

const (
	name     = "life-by-go"
	role     = "arn:aws:iam::123456789012:role/any"
	patience = 20 * time.Second
)

var (
	ctx    = context.Background()
	client *lambda.Client
)

func check(right bool, seen ...any) {
	if !right {
		fmt.Println(seen...)
		fmt.Println(string(debug.Stack()))
		os.Exit(1)
	}
}

// granted gives the answer to a request that must be granted.
func granted[T any](answer T, err error) T {
	check(err == nil, err)
	return answer
}

// refused fails unless a request was refused with an error of this type, whose text matches.
func refused[E error](text string, err error) {
	var typed E
	check(errors.As(err, &typed), fmt.Sprintf("%T: %v", err, err))
	check(regexp.MustCompile(text).MatchString(typed.Error()), typed)
}

func read(path string) []byte {
	return granted(os.ReadFile(path))
}

func create(function string, code []byte) (*lambda.CreateFunctionOutput, error) {
	return client.CreateFunction(ctx, &lambda.CreateFunctionInput{
		FunctionName: &function,
		Runtime:      types.RuntimePython311,
		Role:         aws.String(role),
		Handler:      aws.String("app.handler"),
		Code:         &types.FunctionCode{ZipFile: code},
		Environment:  &types.Environment{Variables: map[string]string{"AB": "c"}},
		Tags:         map[string]string{"team": "a"},
	})
}

func invoke(event string, input lambda.InvokeInput) (*lambda.InvokeOutput, map[string]any) {
	input.FunctionName = aws.String(name)
	input.Payload = []byte(event)
	answer := granted(client.Invoke(ctx, &input))
	said := map[string]any{}
	if len(answer.Payload) > 0 {
		check(json.Unmarshal(answer.Payload, &said) == nil, string(answer.Payload))
	}
	return answer, said
}

func stream(event string) (string, types.InvokeWithResponseStreamCompleteEvent) {
	answer := granted(client.InvokeWithResponseStream(ctx, &lambda.InvokeWithResponseStreamInput{
		FunctionName: aws.String(name), Payload: []byte(event), LogType: types.LogTypeTail,
	}))
	var text bytes.Buffer
	var end types.InvokeWithResponseStreamCompleteEvent
	for part := range answer.GetStream().Events() {
		switch part := part.(type) {
		case *types.InvokeWithResponseStreamResponseEventMemberPayloadChunk:
			text.Write(part.Value.Payload)
		case *types.InvokeWithResponseStreamResponseEventMemberInvokeComplete:
			end = part.Value
		}
	}
	check(answer.GetStream().Close() == nil && answer.GetStream().Err() == nil, answer.GetStream().Err())
	return text.String(), end
}

func log(encoded *string) string {
	return string(granted(base64.StdEncoding.DecodeString(*encoded)))
}

func updated() {
	check(lambda.NewFunctionUpdatedV2Waiter(client).Wait(
		ctx, &lambda.GetFunctionInput{FunctionName: aws.String(name)}, patience) == nil, "it is never updated")
}

// called makes the function and calls it in every way.
func called(one []byte) {
	made := granted(create(name, one))
	check(made.State == types.StatePending, made.State)
	check(lambda.NewFunctionActiveV2Waiter(client).Wait(
		ctx, &lambda.GetFunctionInput{FunctionName: aws.String(name)}, patience) == nil, "it is never active")
	answer, said := invoke(`{"name": "Ada"}`, lambda.InvokeInput{LogType: types.LogTypeTail})
	check(answer.StatusCode == 200 && *answer.ExecutedVersion == "$LATEST", answer)
	check(said["hello"] == "Ada" && said["mark"] == "one", said)
	tail := log(answer.LogResult)
	check(regexp.MustCompile(`^START RequestId: \S+ Version: \$LATEST\nseen Ada\nEND `).MatchString(tail), tail)
	check(strings.Contains(tail, "\nREPORT RequestId: "), tail)
	answer, _ = invoke("{}", lambda.InvokeInput{InvocationType: types.InvocationTypeDryRun})
	check(answer.StatusCode == 204, answer)
	answer, said = invoke(`{"fail": true}`, lambda.InvokeInput{})
	check(*answer.FunctionError == "Unhandled" && said["errorType"] == "ValueError", said)
	text, end := stream(`{"stream": 3}`)
	check(text == "piece 0;piece 1;piece 2;" && end.ErrorCode == nil, text, end)
	check(strings.Contains(log(end.LogResult), "REPORT"), end)
	text, end = stream(`{"stream": 2, "fail": true}`)
	check(text == "piece 0;piece 1;" && *end.ErrorCode == "Unhandled", text, end)
	check(strings.Contains(*end.ErrorDetails, "as asked"), *end.ErrorDetails)
}

// published makes two versions, and an alias that shares its calls between them.
func published(two []byte) {
	first := granted(client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: aws.String(name)}))
	check(*first.Version == "1", *first.Version)
	check(lambda.NewPublishedVersionActiveWaiter(client).Wait(ctx, &lambda.GetFunctionConfigurationInput{
		FunctionName: aws.String(name), Qualifier: aws.String("1"),
	}, patience) == nil, "the version is never active")
	granted(client.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{FunctionName: aws.String(name), ZipFile: two}))
	updated()
	_, err := client.PublishVersion(ctx, &lambda.PublishVersionInput{
		FunctionName: aws.String(name), CodeSha256: first.CodeSha256,
	})
	refused[*types.InvalidParameterValueException]("is different from current CodeSHA256", err)
	granted(client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: aws.String(name)}))
	granted(client.CreateAlias(ctx, &lambda.CreateAliasInput{
		FunctionName: aws.String(name), Name: aws.String("live"), FunctionVersion: aws.String("1"),
		RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: map[string]float64{"2": 0.5}},
	}))
	marks := map[any]string{}
	for range 60 {
		answer, said := invoke("{}", lambda.InvokeInput{Qualifier: aws.String("live")})
		marks[said["mark"]] = *answer.ExecutedVersion
	}
	check(len(marks) == 2 && marks["one"] == "1" && marks["two"] == "2", marks)
}

func refusals(one []byte) {
	_, err := client.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String("nothing")})
	refused[*types.ResourceNotFoundException]("Function not found: arn:aws:lambda:.*:function:nothing", err)
	_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(name), Qualifier: aws.String("7")})
	refused[*types.ResourceNotFoundException](":7$", err)
	_, err = create(name, one)
	refused[*types.ResourceConflictException]("already exist", err)
	_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(name), Payload: []byte("{")})
	refused[*types.InvalidRequestContentException]("Could not parse request body", err)
	for code, provider := range map[string]aws.CredentialsProvider{
		"UnrecognizedClientException": credentials.NewStaticCredentialsProvider("AKIAAAAAAAAAAAAAAAAA", "none", ""),
		"InvalidSignatureException":   credentials.NewStaticCredentialsProvider(os.Getenv("AWS_ACCESS_KEY_ID"), "none", ""),
	} {
		settings := granted(config.LoadDefaultConfig(ctx, config.WithCredentialsProvider(provider)))
		_, err = lambda.NewFromConfig(settings).ListFunctions(ctx, &lambda.ListFunctionsInput{})
		var said smithy.APIError
		check(errors.As(err, &said) && said.ErrorCode() == code, err)
	}
}

func pages(one []byte) {
	names := []string{"many-by-go-0", "many-by-go-1", "many-by-go-2"}
	for _, another := range names {
		granted(create(another, one))
	}
	var found []string
	pages := lambda.NewListFunctionsPaginator(client, &lambda.ListFunctionsInput{MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		page := granted(pages.NextPage(ctx))
		check(len(page.Functions) == 2, page)
		for _, function := range page.Functions {
			found = append(found, *function.FunctionName)
		}
	}
	check(strings.Join(found, " ") == name+" "+strings.Join(names, " "), found)
	for _, another := range names {
		granted(client.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: &another}))
	}
}

// changed makes a change of what it has seen, and another one of what is old by then.
func changed() {
	before := granted(client.GetFunctionConfiguration(ctx,
		&lambda.GetFunctionConfigurationInput{FunctionName: aws.String(name)}))
	change := &lambda.UpdateFunctionConfigurationInput{
		FunctionName: aws.String(name), Timeout: aws.Int32(7), RevisionId: before.RevisionId,
	}
	check(*granted(client.UpdateFunctionConfiguration(ctx, change)).Timeout == 7, "the timeout is another")
	updated()
	_, err := client.UpdateFunctionConfiguration(ctx, change)
	refused[*types.PreconditionFailedException]("Revision Id", err)
	found := granted(client.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String(name)}))
	check(found.Tags["team"] == "a" && found.Configuration.Environment.Variables["AB"] == "c", found)
}

func gone() {
	granted(client.DeleteAlias(ctx, &lambda.DeleteAliasInput{FunctionName: aws.String(name), Name: aws.String("live")}))
	granted(client.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: aws.String(name)}))
	_, err := client.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String(name)})
	refused[*types.ResourceNotFoundException]("Function not found", err)
}

func main() {
	one, two := read(os.Args[1]), read(os.Args[2])
	client = lambda.NewFromConfig(granted(config.LoadDefaultConfig(ctx)))
	called(one)
	published(two)
	refusals(one)
	pages(one)
	changed()
	gone()
	fmt.Printf("AWS SDK for Go %s: all as with AWS Lambda\n", aws.SDKVersion)
}
