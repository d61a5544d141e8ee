//! The life of a function by the AWS SDK for Rust, against the server that the environment names.
//!
//!     life ONE.zip TWO.zip        the code of two versions
//!
//! Ends with the first thing that is wrong.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::client::Waiters;
use aws_sdk_lambda::config::{Credentials, retry::RetryConfig};
use aws_sdk_lambda::error::ProvideErrorMetadata;
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvokeWithResponseStreamResponseEvent::{InvokeComplete, PayloadChunk};
use aws_sdk_lambda::types::{
    AliasRoutingConfiguration, Environment, FunctionCode, InvocationType,
    InvokeWithResponseStreamCompleteEvent, LogType, Runtime, State,
};

const NAME: &str = "life-by-rust";
const PATIENCE: Duration = Duration::from_secs(20);

type Anything = Result<(), Box<dyn std::error::Error>>;

/// Fails unless a request was refused with the error that the method of its type knows, and with this text.
macro_rules! refused {
    ($request:expr, $kind:ident, $text:expr) => {
        let error = $request.send().await.unwrap_err().into_service_error();
        assert!(error.$kind(), "{error:?}");
        let text = error.message().unwrap_or_default();
        assert!(text.contains($text), "{text}");
    };
}

async fn create(
    client: &Client,
    name: &str,
    code: &[u8],
) -> Result<Option<State>, aws_sdk_lambda::Error> {
    let made = client
        .create_function()
        .function_name(name)
        .runtime(Runtime::Python311)
        .role("arn:aws:iam::123456789012:role/any")
        .handler("app.handler")
        .code(FunctionCode::builder().zip_file(Blob::new(code)).build())
        .environment(Environment::builder().variables("AB", "c").build())
        .tags("team", "a")
        .send()
        .await?;
    Ok(made.state)
}

fn said(answer: &InvokeOutput) -> String {
    String::from_utf8(answer.payload().unwrap().as_ref().to_vec()).unwrap()
}

fn log(encoded: Option<&str>) -> String {
    String::from_utf8(aws_smithy_types::base64::decode(encoded.unwrap()).unwrap()).unwrap()
}

async fn stream(
    client: &Client,
    event: &str,
) -> Result<(String, InvokeWithResponseStreamCompleteEvent), Box<dyn std::error::Error>> {
    let mut answer = client
        .invoke_with_response_stream()
        .function_name(NAME)
        .payload(Blob::new(event))
        .log_type(LogType::Tail)
        .send()
        .await?;
    let mut text = Vec::new();
    let mut end = None;
    while let Some(part) = answer.event_stream.recv().await? {
        match part {
            PayloadChunk(chunk) => text.extend(chunk.payload().unwrap().as_ref()),
            InvokeComplete(complete) => end = Some(complete),
            other => panic!("{other:?}"),
        }
    }
    Ok((String::from_utf8(text)?, end.unwrap()))
}

/// It is made, and called in every way.
async fn called(client: &Client, one: &[u8]) -> Anything {
    assert_eq!(create(client, NAME, one).await?, Some(State::Pending));
    client
        .wait_until_function_active_v2()
        .function_name(NAME)
        .wait(PATIENCE)
        .await?;
    let event = || {
        client
            .invoke()
            .function_name(NAME)
            .payload(Blob::new("{\"name\": \"Ada\"}"))
    };
    let answer = event().log_type(LogType::Tail).send().await?;
    assert_eq!(
        (answer.status_code(), answer.executed_version()),
        (200, Some("$LATEST"))
    );
    assert_eq!(
        said(&answer),
        r#"{"hello": "Ada", "mark": "one", "version": "$LATEST"}"#
    );
    let tail = log(answer.log_result());
    assert!(
        tail.starts_with("START RequestId: ") && tail.contains("\nseen Ada\nEND "),
        "{tail}"
    );
    assert!(tail.contains("\nREPORT RequestId: "), "{tail}");
    assert_eq!(
        event()
            .invocation_type(InvocationType::DryRun)
            .send()
            .await?
            .status_code(),
        204
    );
    let failed = client
        .invoke()
        .function_name(NAME)
        .payload(Blob::new("{\"fail\": true}"))
        .send()
        .await?;
    assert_eq!(failed.function_error(), Some("Unhandled"));
    assert!(
        said(&failed).contains("\"errorType\":\"ValueError\""),
        "{}",
        said(&failed)
    );
    let (text, end) = stream(client, "{\"stream\": 3}").await?;
    assert_eq!(
        (text.as_str(), end.error_code()),
        ("piece 0;piece 1;piece 2;", None)
    );
    assert!(log(end.log_result()).contains("REPORT"), "{end:?}");
    let (text, end) = stream(client, "{\"stream\": 2, \"fail\": true}").await?;
    assert_eq!(
        (text.as_str(), end.error_code()),
        ("piece 0;piece 1;", Some("Unhandled"))
    );
    assert!(end.error_details().unwrap().contains("as asked"), "{end:?}");
    Ok(())
}

/// It has versions, and an alias that shares its calls between two.
async fn published(client: &Client, two: &[u8]) -> Anything {
    let first = client.publish_version().function_name(NAME).send().await?;
    assert_eq!(first.version(), Some("1"));
    client
        .wait_until_published_version_active()
        .function_name(NAME)
        .qualifier("1")
        .wait(PATIENCE)
        .await?;
    client
        .update_function_code()
        .function_name(NAME)
        .zip_file(Blob::new(two))
        .send()
        .await?;
    client
        .wait_until_function_updated_v2()
        .function_name(NAME)
        .wait(PATIENCE)
        .await?;
    refused!(
        client
            .publish_version()
            .function_name(NAME)
            .set_code_sha256(first.code_sha256),
        is_invalid_parameter_value_exception,
        "is different from current CodeSHA256"
    );
    let second = client.publish_version().function_name(NAME).send().await?;
    assert_eq!(second.version(), Some("2"));
    let weights = AliasRoutingConfiguration::builder()
        .additional_version_weights("2", 0.5)
        .build();
    client
        .create_alias()
        .function_name(NAME)
        .name("live")
        .function_version("1")
        .routing_config(weights)
        .send()
        .await?;
    let mut seen = BTreeSet::new();
    for _ in 0..60 {
        let answer = client
            .invoke()
            .function_name(NAME)
            .qualifier("live")
            .send()
            .await?;
        let mark = if said(&answer).contains("\"one\"") {
            "one"
        } else {
            "two"
        };
        seen.insert((mark, answer.executed_version().unwrap().to_owned()));
    }
    assert_eq!(
        seen,
        BTreeSet::from([("one", "1".to_owned()), ("two", "2".to_owned())])
    );
    Ok(())
}

async fn refusals(client: &Client, settings: &aws_config::SdkConfig, one: &[u8]) -> Anything {
    refused!(
        client.get_function().function_name("nothing"),
        is_resource_not_found_exception,
        "Function not found: arn:aws:lambda:us-east-1:"
    );
    refused!(
        client.invoke().function_name(NAME).qualifier("7"),
        is_resource_not_found_exception,
        ":7"
    );
    refused!(
        client.invoke().function_name(NAME).payload(Blob::new("{")),
        is_invalid_request_content_exception,
        "Could not parse request body"
    );
    let again = create(client, NAME, one).await.unwrap_err();
    assert!(
        matches!(again, aws_sdk_lambda::Error::ResourceConflictException(_)),
        "{again:?}"
    );
    let known = std::env::var("AWS_ACCESS_KEY_ID")?;
    for (key, token, code) in [
        ("AKIAAAAAAAAAAAAAAAAA", None, "UnrecognizedClientException"),
        (known.as_str(), None, "InvalidSignatureException"),
        (
            known.as_str(),
            Some("token".to_owned()),
            "UnrecognizedClientException",
        ),
    ] {
        let stranger = aws_sdk_lambda::config::Builder::from(settings)
            .credentials_provider(Credentials::new(key, "none", token, None, "made up"))
            .build();
        let error = Client::from_conf(stranger)
            .list_functions()
            .send()
            .await
            .unwrap_err();
        assert_eq!(error.code(), Some(code), "{error:?}");
    }
    Ok(())
}

async fn pages(client: &Client, one: &[u8]) -> Anything {
    let names = ["many-by-rust-0", "many-by-rust-1", "many-by-rust-2"];
    for name in names {
        create(client, name, one).await?;
    }
    let mut pages = client.list_functions().into_paginator().page_size(2).send();
    let mut found = vec![];
    while let Some(page) = pages.next().await {
        let page = page?;
        assert_eq!(page.functions().len(), 2);
        found.extend(
            page.functions()
                .iter()
                .map(|function| function.function_name().unwrap().to_owned()),
        );
    }
    assert_eq!(found, [&[NAME], names.as_slice()].concat());
    for name in names {
        client.delete_function().function_name(name).send().await?;
    }
    Ok(())
}

/// A change says what it is a change of.
async fn changed(client: &Client) -> Anything {
    let before = client
        .get_function_configuration()
        .function_name(NAME)
        .send()
        .await?;
    let change = || {
        client
            .update_function_configuration()
            .function_name(NAME)
            .timeout(7)
            .set_revision_id(before.revision_id.clone())
    };
    assert_eq!(change().send().await?.timeout(), Some(7));
    client
        .wait_until_function_updated_v2()
        .function_name(NAME)
        .wait(PATIENCE)
        .await?;
    refused!(change(), is_precondition_failed_exception, "Revision Id");
    let found = client.get_function().function_name(NAME).send().await?;
    assert_eq!(found.tags().unwrap()["team"], "a");
    Ok(())
}

async fn gone(client: &Client) -> Anything {
    client
        .delete_alias()
        .function_name(NAME)
        .name("live")
        .send()
        .await?;
    client.delete_function().function_name(NAME).send().await?;
    refused!(
        client.get_function().function_name(NAME),
        is_resource_not_found_exception,
        "Function not found"
    );
    assert!(client.list_functions().send().await?.functions().is_empty());
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Anything {
    let files: Vec<Vec<u8>> = std::env::args()
        .skip(1)
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    let settings = aws_config::defaults(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .load()
        .await;
    let client = Client::new(&settings);
    called(&client, &files[0]).await?;
    published(&client, &files[1]).await?;
    refusals(&client, &settings, &files[0]).await?;
    pages(&client, &files[0]).await?;
    changed(&client).await?;
    gone(&client).await?;
    println!("AWS SDK for Rust: all as with AWS Lambda");
    Ok(())
}
