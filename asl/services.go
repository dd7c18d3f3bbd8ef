package asl

import "strings"

// services lists the optimized integrations of AWS by the service's name in the resource ARN.
var services = set(`apigateway athena batch bedrock bedrockagentcore codebuild databrew dynamodb ecs eks
	elasticmapreduce emr-containers emr-serverless events glue http lambda mediaconvert sagemaker
	sns sqs states`)

// The services that never take an integration pattern, by the pattern.
var (
	neverSync  = set(`lambda sns sqs dynamodb events apigateway http`)
	neverToken = set(`athena batch codebuild elasticmapreduce emr-containers emr-serverless glue databrew
		mediaconvert sagemaker dynamodb http`)
)

// requiredParameters lists what AWS requires at creation in the parameters of an action.
var requiredParameters = map[string][]string{
	"lambda:invoke":         {"FunctionName"},
	"sqs:sendMessage":       {"QueueUrl", "MessageBody"},
	"sns:publish":           {"Message"},
	"dynamodb:putItem":      {"TableName", "Item"},
	"dynamodb:getItem":      {"TableName", "Key"},
	"states:startExecution": {"StateMachineArn"},
	"events:putEvents":      {"Entries"},
	"ecs:runTask":           {"TaskDefinition"},
	"glue:startJobRun":      {"JobName"},
}

// known reports whether AWS has the resource, as far as the tables here tell.
func (r Resource) known() bool {
	if r.Kind != ServiceResource {
		return true
	}
	sdk := strings.HasPrefix(r.Service, "aws-sdk:")
	switch {
	case !sdk && !services[r.Service]:
		return false
	case r.Service == "states" && r.Action != "startExecution":
		return false
	case r.Pattern == Sync:
		return !sdk && !neverSync[r.Service]
	case r.Pattern == Sync2:
		return r.Service == "states"
	case r.Pattern == WaitForTaskToken:
		return !neverToken[r.Service]
	}
	return true
}
