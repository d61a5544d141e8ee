import os


def handler(event, context):
    return {name: os.environ[name] for name in ["STAGE", "SHOP", "CATALOG", "CATALOG_ARN", "LITERAL"]}
