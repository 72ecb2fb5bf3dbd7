"""The CDK stacks that deploy the service."""
