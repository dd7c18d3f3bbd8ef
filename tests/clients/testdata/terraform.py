"""Looks at what Terraform has made, or whether all of it is gone."""

import sys

from stepwell import client

sfn, iam = client('stepfunctions'), client('iam')


def equal(got, want):
    assert got == want, '%r\nis not\n%r' % (got, want)


def applied():
    arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:greet'
    got = sfn.describe_state_machine(stateMachineArn=arn)
    equal(got['loggingConfiguration']['level'], 'ALL')
    equal(got['tracingConfiguration'], {'enabled': True})
    equal('goodbye' in got['definition'], True)
    equal(sfn.list_tags_for_resource(resourceArn=arn)['tags'], [{'key': 'team', 'value': 'b'}])
    activity = sfn.list_activities()['activities'][0]['activityArn']
    equal(sfn.list_tags_for_resource(resourceArn=activity)['tags'], [{'key': 'team', 'value': 'b'}])
    role = iam.get_role(RoleName='states')['Role']
    equal((role['Tags'], role['Description']), ([{'Key': 'team', 'Value': 'b'}], 'for b'))
    equal(role['AssumeRolePolicyDocument']['Statement'][0]['Sid'], 'b')
    equal(sfn.start_execution(stateMachineArn=arn + ':live')['ResponseMetadata']['HTTPStatusCode'], 200)


def destroyed():
    equal(sfn.list_state_machines()['stateMachines'], [])
    equal(sfn.list_activities()['activities'], [])
    equal(iam.list_roles()['Roles'], [])


if __name__ == '__main__':
    {'applied': applied, 'destroyed': destroyed}[sys.argv[1]]()
