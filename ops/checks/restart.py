"""How instances are made to read a secret again: the stacks do not change with it, and deploying them does nothing."""

RESTART = (
    "`aws apprunner start-deployment --service-arn …` (on ECS `aws ecs update-service --force-new-deployment "
    "--cluster … --service …`), then verify again"
)
