from aws_cdk.assertions import Match

from tests.stacks.conftest import Synthesized

TABLES = {
    ("partition", "place"): None,
    ("document", "version"): None,
    ("subject", "row"): "expires_at",
    ("key",): "expires_at",
}


def test_the_tables_have_the_keys_that_the_service_uses(synthesized: Synthesized) -> None:
    tables = synthesized.data.find_resources("AWS::DynamoDB::GlobalTable").values()
    found = {
        tuple(key["AttributeName"] for key in table["Properties"]["KeySchema"]): table["Properties"]
        .get("TimeToLiveSpecification", {})
        .get("AttributeName")
        for table in tables
    }
    assert found == TABLES


def test_tables_are_paid_by_request_and_can_be_restored_to_any_second(synthesized: Synthesized) -> None:
    synthesized.data.all_resources_properties(
        "AWS::DynamoDB::GlobalTable",
        {
            "BillingMode": "PAY_PER_REQUEST",
            "Replicas": [Match.object_like({"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}})],
        },
    )


def test_in_production_alone_what_holds_state_is_kept_and_protected(
    synthesized: Synthesized, production: Synthesized
) -> None:
    for kind in ("AWS::DynamoDB::GlobalTable", "AWS::SQS::Queue", "AWS::SecretsManager::Secret"):
        production.data.all_resources(kind, {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"})
        synthesized.data.all_resources(kind, {"DeletionPolicy": "Delete"})
    for template, protected in ((production.data, True), (synthesized.data, False)):
        template.all_resources_properties(
            "AWS::DynamoDB::GlobalTable", {"Replicas": [Match.object_like({"DeletionProtectionEnabled": protected})]}
        )


def test_in_production_alone_the_stack_itself_is_protected(synthesized: Synthesized, production: Synthesized) -> None:
    assert production.protected == {"Data"}
    assert synthesized.protected == set()


def test_queues_are_encrypted_and_hold_messages_for_a_fortnight(synthesized: Synthesized) -> None:
    synthesized.data.resource_count_is("AWS::SQS::Queue", 2)
    synthesized.data.all_resources_properties(
        "AWS::SQS::Queue", {"SqsManagedSseEnabled": True, "MessageRetentionPeriod": 14 * 24 * 3600}
    )


def test_an_agent_s_queue_leads_to_its_dead_letters(synthesized: Synthesized) -> None:
    (dead,) = synthesized.data.find_resources("AWS::SQS::Queue", {"Properties": {"RedrivePolicy": Match.absent()}})
    synthesized.data.has_resource_properties(
        "AWS::SQS::Queue",
        {
            "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": [dead, "Arn"]}, "maxReceiveCount": 5},
            "VisibilityTimeout": 180,
        },
    )


def test_queues_refuse_what_comes_without_tls(synthesized: Synthesized) -> None:
    policies = synthesized.data.find_resources("AWS::SQS::QueuePolicy")
    assert len(policies) == 2
    for policy in policies.values():
        (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_tokens_are_made_by_aws_and_stand_in_no_template(synthesized: Synthesized) -> None:
    secrets = synthesized.data.find_resources("AWS::SecretsManager::Secret")
    assert len(secrets) == 6
    for secret in secrets.values():
        assert "SecretString" not in secret["Properties"]
        assert secret["Properties"]["GenerateSecretString"] == {
            "ExcludePunctuation": True,
            "ExcludeCharacters": ",",
            "PasswordLength": 48,
        }
