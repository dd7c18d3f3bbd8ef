"""IAM and STS, as far as people need them before they create a state machine."""

import json
import unittest

from botocore.exceptions import ClientError

from stepwell import client

TRUST = {'Version': '2012-10-17', 'Statement': [{
    'Effect': 'Allow', 'Principal': {'Service': 'states.amazonaws.com'}, 'Action': 'sts:AssumeRole'}]}
INVOKE = {'Version': '2012-10-17', 'Statement': [{
    'Effect': 'Allow', 'Action': 'lambda:InvokeFunction', 'Resource': '*'}]}


class Roles(unittest.TestCase):

    def test_caller_identity(self):
        got = client('sts').get_caller_identity()
        self.assertEqual(got['Account'], '123456789012')
        self.assertTrue(got['Arn'].startswith('arn:aws:'), got['Arn'])

    def test_life_of_a_role(self):
        iam = client('iam')
        created = iam.create_role(
            RoleName='worker', AssumeRolePolicyDocument=json.dumps(TRUST))['Role']
        self.assertEqual(created['Arn'], 'arn:aws:iam::123456789012:role/worker')
        self.assertEqual(created['AssumeRolePolicyDocument'], TRUST)

        got = iam.get_role(RoleName='worker')['Role']
        self.assertEqual(
            {name: got[name] for name in ('Arn', 'RoleId', 'CreateDate', 'AssumeRolePolicyDocument')},
            {name: created[name] for name in ('Arn', 'RoleId', 'CreateDate', 'AssumeRolePolicyDocument')})
        listed = [role['RoleName'] for page in iam.get_paginator('list_roles').paginate() for role in page['Roles']]
        self.assertEqual(listed, ['worker'])

        iam.put_role_policy(RoleName='worker', PolicyName='invoke', PolicyDocument=json.dumps(INVOKE))
        self.assertEqual(iam.get_role_policy(RoleName='worker', PolicyName='invoke')['PolicyDocument'], INVOKE)
        arn = 'arn:aws:iam::aws:policy/AWSStepFunctionsFullAccess'
        iam.attach_role_policy(RoleName='worker', PolicyArn=arn)
        self.assertEqual(
            iam.list_attached_role_policies(RoleName='worker')['AttachedPolicies'],
            [{'PolicyName': 'AWSStepFunctionsFullAccess', 'PolicyArn': arn}])

        with self.assertRaises(ClientError) as refused:
            iam.delete_role(RoleName='worker')
        self.assertEqual(refused.exception.response['Error']['Code'], 'DeleteConflict')
        iam.delete_role_policy(RoleName='worker', PolicyName='invoke')
        iam.detach_role_policy(RoleName='worker', PolicyArn=arn)
        iam.delete_role(RoleName='worker')
        with self.assertRaises(iam.exceptions.NoSuchEntityException) as gone:
            iam.get_role(RoleName='worker')
        self.assertEqual(
            gone.exception.response['Error']['Message'], 'The role with name worker cannot be found.')

    def test_same_name_twice(self):
        iam = client('iam')
        iam.create_role(RoleName='twice', AssumeRolePolicyDocument=json.dumps(TRUST))
        self.addCleanup(iam.delete_role, RoleName='twice')
        with self.assertRaises(iam.exceptions.EntityAlreadyExistsException) as refused:
            iam.create_role(RoleName='twice', AssumeRolePolicyDocument=json.dumps(TRUST))
        self.assertEqual(
            refused.exception.response['Error']['Message'], 'Role with name twice already exists.')


if __name__ == '__main__':
    unittest.main()
