"""The CloudFormation template: cfn-lint finds nothing, and moto makes of it what is meant, as far as moto goes.

moto 5.2 makes cluster, log group, roles, security groups, load balancer, target group, listeners, task definition and
service. It does not make `AWS::EC2::SecurityGroupEgress` and the scaling, passes over the attributes of a target group
and most of the service, starts no task, pulls no image and enforces no policy: those are read from the template here,
and what a role may do from its document.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws

TEMPLATE = Path(__file__).parents[2] / "deploy" / "cloudformation.yaml"
REGION, ACCOUNT = "eu-central-1", "123456789012"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/explorer@sha256:{'0' * 64}"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:"
NOT_MADE = {"LoadBalancerToTasks", "Scaling", "ScaleByCpu", "ScaleByRequests"}


class Tagged(yaml.SafeLoader):
    """Reads `!Ref x` as {"Ref": x} and so on."""


def tagged(loader: Tagged, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix == "Ref" else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    return {name: loader.construct_sequence(node, deep=True)}


Tagged.add_multi_constructor("!", tagged)
DECLARED = yaml.load(TEMPLATE.read_text("utf-8"), Tagged)["Resources"]


def made(values: list[Any]) -> list[Any]:
    """Return a list without what AWS::NoValue leaves out; moto leaves a gap there."""
    return [value for value in values if value]


class Stack:
    """A stack that moto made.

    Args:
        name: How it is called.
        login: Whether the pages ask for a login.
    """

    def __init__(self, name: str = "explorer", login: bool = False) -> None:
        ec2 = boto3.client("ec2", REGION)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
                "SubnetId"
            ]
            for place, zone in enumerate("abab")
        ]
        given = {
            "Image": IMAGE,
            "RepositoryArn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/explorer",
            "VpcId": vpc,
            "PublicSubnetIds": ",".join(subnets[:2]),
            "PrivateSubnetIds": ",".join(subnets[2:]),
            "CertificateArn": boto3.client("acm", REGION).request_certificate(DomainName="shop.example")[
                "CertificateArn"
            ],
            "ArtifactsBucket": "models",
            "ArtifactsPrefix": "shop/artifacts",
            "ApiKeySecretArn": SECRET + "key",
            "LoginSecretArn": SECRET + "login" if login else "",
        }
        self.private = subnets[2:]
        client = boto3.client("cloudformation", REGION)
        asked = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
        body = TEMPLATE.read_text("utf-8")
        with warnings.catch_warnings(record=True) as told:  # moto says what it does not know
            warnings.simplefilter("always")
            client.create_stack(StackName=name, TemplateBody=body, Parameters=asked, Capabilities=["CAPABILITY_IAM"])
            listed = client.list_stack_resources(StackName=name)["StackResourceSummaries"]
        self.unknown = {type_ for each in told for type_ in re.findall(r"AWS::\w+::\w+", str(each.message))}
        self.ids = {
            each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed if each["LogicalResourceId"]
        }

    def policy(self, role: str) -> list[dict[str, Any]]:
        """Return the statements of a role, of all its policies."""
        iam = boto3.client("iam", REGION)
        assert not iam.list_attached_role_policies(RoleName=self.ids[role])["AttachedPolicies"]
        names = iam.list_role_policies(RoleName=self.ids[role])["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=self.ids[role], PolicyName=name)["PolicyDocument"] for name in names]
        read = [ast.literal_eval(each) if isinstance(each, str) else each for each in documents]  # moto writes a gap so
        return [statement for document in read for statement in made(document["Statement"])]

    def task(self) -> dict[str, Any]:
        ecs = boto3.client("ecs", REGION)
        return ecs.describe_task_definition(taskDefinition=self.ids["TaskDefinition"])["taskDefinition"]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "none")
        with mock_aws():
            yield Stack()


def test_cfn_lint_finds_nothing() -> None:
    assert "cfn-lint" not in TEMPLATE.read_text("utf-8")  # no rule is switched off
    command = [Path(sys.executable).with_name("cfn-lint"), "--regions", REGION, "--", TEMPLATE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_everything_that_moto_knows_is_made(stack: Stack) -> None:
    assert set(stack.ids) == set(DECLARED) - NOT_MADE
    assert stack.unknown == {DECLARED[name]["Type"] for name in NOT_MADE}


def test_the_task_may_read_one_prefix_of_one_bucket_and_nothing_else(stack: Stack) -> None:
    get, list_ = stack.policy("TaskRole")
    assert (get["Action"], get["Resource"]) == ("s3:GetObject", "arn:aws:s3:::models/shop/artifacts/*")
    assert (list_["Action"], list_["Resource"]) == ("s3:ListBucket", "arn:aws:s3:::models")
    assert list_["Condition"] == {"StringLike": {"s3:prefix": ["shop/artifacts", "shop/artifacts/*"]}}


def test_what_starts_the_task_reads_only_its_image_log_and_secrets(stack: Stack) -> None:
    allowed = {json.dumps(each["Action"]): each["Resource"] for each in stack.policy("ExecutionRole")}
    everywhere = [action for action, resource in allowed.items() if resource == "*"]
    assert everywhere == ['"ecr:GetAuthorizationToken"']
    assert made(allowed['"secretsmanager:GetSecretValue"']) == [SECRET + "key"]
    (log,) = [resource for action, resource in allowed.items() if "logs:PutLogEvents" in action]
    assert stack.ids["LogGroup"] in log
    assert not [action for action in allowed if "*" in action]


@pytest.mark.parametrize("role", ["ExecutionRole", "TaskRole"])
def test_only_tasks_of_this_account_may_take_a_role(stack: Stack, role: str) -> None:
    document = boto3.client("iam", REGION).get_role(RoleName=stack.ids[role])["Role"]["AssumeRolePolicyDocument"]
    (statement,) = document["Statement"]
    assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_the_container_is_shut_in(stack: Stack) -> None:
    task = stack.task()
    (container,) = task["containerDefinitions"]
    assert container["image"] == IMAGE
    assert container["user"] == "10001:10001"
    assert container["readonlyRootFilesystem"] is True
    assert container["linuxParameters"]["capabilities"]["drop"] == ["ALL"]
    assert {each["containerPath"] for each in container["mountPoints"]} == {"/tmp", "/cache"}
    assert {each["name"] for each in task["volumes"]} == {each["sourceVolume"] for each in container["mountPoints"]}
    told = {each["name"]: each["value"] for each in container["environment"]}
    assert told["PSE_ARTIFACTS"] == "s3://models/shop/artifacts"
    assert not {"PSE_API_KEY", "PSE_LOGIN"} & set(told)
    assert made(container["secrets"]) == [{"name": "PSE_API_KEY", "valueFrom": SECRET + "key"}]
    assert container["logConfiguration"]["options"]["awslogs-group"] == stack.ids["LogGroup"]


def test_a_page_stays_with_its_task_and_tasks_are_asked_whether_they_are_ready(stack: Stack) -> None:
    groups = boto3.client("elbv2", REGION).describe_target_groups(TargetGroupArns=[stack.ids["TargetGroup"]])
    (group,) = groups["TargetGroups"]
    assert (group["TargetType"], group["Port"], group["HealthCheckPath"]) == ("ip", 8000, "/readyz")
    declared = DECLARED["TargetGroup"]["Properties"]["TargetGroupAttributes"]  # moto passes over them
    attributes = {each["Key"]: each["Value"] for each in declared}
    assert (attributes["stickiness.enabled"], attributes["stickiness.type"]) == ("true", "lb_cookie")


def test_https_forwards_http_is_sent_there_and_metrics_stay_inside(stack: Stack) -> None:
    elb = boto3.client("elbv2", REGION)
    listeners = elb.describe_listeners(LoadBalancerArn=stack.ids["LoadBalancer"])["Listeners"]
    https, http = sorted(listeners, key=lambda each: -each["Port"])
    assert (https["Port"], https["Protocol"], https["DefaultActions"][0]["Type"]) == (443, "HTTPS", "forward")
    assert "TLS13" in https["SslPolicy"]
    assert (http["Port"], http["DefaultActions"][0]["RedirectConfig"]["Protocol"]) == (80, "HTTPS")
    rules = elb.describe_rules(ListenerArn=https["ListenerArn"])["Rules"]
    (rule,) = [each for each in rules if not each["IsDefault"]]
    assert rule["Conditions"][0]["PathPatternConfig"]["Values"] == ["/metrics", "/_stcore/metrics"]
    assert rule["Actions"][0]["FixedResponseConfig"]["StatusCode"] == "404"


def test_only_the_load_balancer_reaches_a_task(stack: Stack) -> None:
    groups = boto3.client("ec2", REGION).describe_security_groups(GroupIds=[stack.ids["TaskSecurityGroup"]])
    (ingress,) = groups["SecurityGroups"][0]["IpPermissions"]
    assert (ingress["FromPort"], ingress["ToPort"], ingress["IpRanges"]) == (8000, 8000, [])
    assert ingress["UserIdGroupPairs"][0]["GroupId"] == stack.ids["LoadBalancerSecurityGroup"]


def test_a_failed_deployment_is_taken_back(stack: Stack) -> None:
    ecs = boto3.client("ecs", REGION)
    (service,) = ecs.describe_services(cluster=stack.ids["Cluster"], services=[stack.ids["Service"]])["services"]
    assert service["taskDefinition"] == stack.ids["TaskDefinition"]
    declared = DECLARED["Service"]["Properties"]  # moto passes over the rest
    assert declared["LaunchType"] == "FARGATE"
    assert declared["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert declared["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"


def test_processors_and_requests_scale_the_service() -> None:
    scaled = {
        DECLARED[name]["Properties"]["PolicyName"]: DECLARED[name]["Properties"] for name in NOT_MADE if "By" in name
    }
    metrics = {
        name: each["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"]["PredefinedMetricType"]
        for name, each in scaled.items()
    }
    assert metrics == {"cpu": "ECSServiceAverageCPUUtilization", "requests": "ALBRequestCountPerTarget"}


def test_a_login_brings_its_secret(stack: Stack) -> None:
    other = Stack("with-login", login=True)
    (container,) = other.task()["containerDefinitions"]
    assert container["secrets"][1] == {"name": "PSE_LOGIN", "valueFrom": SECRET + "login"}
    read = [each["Resource"] for each in other.policy("ExecutionRole") if "secretsmanager" in str(each["Action"])]
    assert read == [[SECRET + "key", SECRET + "login"]]
