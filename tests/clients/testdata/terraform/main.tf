# A worker, a state machine with versions and an alias, and their role, as one would write it for AWS: where
# the calls go, AWS_ENDPOINT_URL says.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

variable "greeting" {}
variable "team" {}
variable "level" {}

# previous is the version that half of the executions run, if any.
variable "previous" {
  default = null
}

resource "aws_iam_role" "states" {
  name        = "states"
  description = "for ${var.team}"
  tags        = { team = var.team }
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = var.team
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "invoke" {
  name = "invoke"
  role = aws_iam_role.states.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "lambda:InvokeFunction", Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.states.name
  policy_arn = "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"
}

resource "aws_sfn_activity" "work" {
  name = "work"
  tags = { team = var.team }
}

resource "aws_sfn_state_machine" "greet" {
  name     = "greet"
  role_arn = aws_iam_role.states.arn
  publish  = true
  tags     = { team = var.team }

  definition = jsonencode({
    StartAt = "Greet"
    States = {
      Greet = { Type = "Pass", Result = var.greeting, Next = "Work" }
      Work  = { Type = "Task", Resource = aws_sfn_activity.work.id, End = true }
    }
  })

  logging_configuration {
    log_destination        = "arn:aws:logs:us-east-1:123456789012:log-group:greet:*"
    include_execution_data = true
    level                  = var.level
  }

  tracing_configuration {
    enabled = true
  }
}

resource "aws_sfn_state_machine" "fast" {
  name       = "fast"
  type       = "EXPRESS"
  role_arn   = aws_iam_role.states.arn
  definition = jsonencode({ StartAt = "End", States = { End = { Type = "Succeed" } } })
}

resource "aws_sfn_alias" "live" {
  name        = "live"
  description = "for ${var.team}"

  routing_configuration {
    state_machine_version_arn = aws_sfn_state_machine.greet.state_machine_version_arn
    weight                    = var.previous == null ? 100 : 50
  }

  dynamic "routing_configuration" {
    for_each = var.previous == null ? [] : [var.previous]
    content {
      state_machine_version_arn = routing_configuration.value
      weight                    = 50
    }
  }
}

data "aws_caller_identity" "me" {}

data "aws_sfn_state_machine" "greet" {
  name = aws_sfn_state_machine.greet.name
}

data "aws_sfn_activity" "work" {
  arn = aws_sfn_activity.work.id
}

data "aws_sfn_alias" "live" {
  name             = aws_sfn_alias.live.name
  statemachine_arn = aws_sfn_state_machine.greet.arn
}

data "aws_sfn_state_machine_versions" "greet" {
  statemachine_arn = aws_sfn_state_machine.greet.arn
  depends_on       = [aws_sfn_alias.live]
}

output "account" { value = data.aws_caller_identity.me.account_id }
output "machine" { value = data.aws_sfn_state_machine.greet.arn }
output "version" { value = aws_sfn_state_machine.greet.state_machine_version_arn }
output "versions" { value = data.aws_sfn_state_machine_versions.greet.statemachine_versions }
output "alias" { value = data.aws_sfn_alias.live.arn }
output "activity" { value = data.aws_sfn_activity.work.name }
output "role" { value = aws_iam_role.states.arn }
