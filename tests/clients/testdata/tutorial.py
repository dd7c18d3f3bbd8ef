import json

from stepwell import client

sfn_client = client('stepfunctions')
r = sfn_client.create_state_machine(
    name='HelloWorldStateMachine',
    definition=json.dumps({
        "Comment": "Example State Machine",
        "StartAt": "Hello World",
        "States": {"Hello World": {"Type": "Pass", "Result": "Hello, World!", "End": True}}}),
    roleArn='arn:aws:iam::123456789012:role/StepFunctions-HelloWorld')
e = sfn_client.start_execution(stateMachineArn=r['stateMachineArn'])
print(json.dumps({'stateMachineArn': r['stateMachineArn'], 'executionArn': e['executionArn']}))
