"""The Kubernetes manifest, read as text: no server was asked. deploy/README.md says how its schemas were checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.test_container import CONTAINER_USER, VOLUMES

FILE = Path(__file__).parents[2] / "deploy" / "kubernetes.yaml"
DOCUMENTS = {each["kind"]: each for each in yaml.safe_load_all(FILE.read_text("utf-8"))}
POD = DOCUMENTS["Deployment"]["spec"]["template"]
(CONTAINER,) = POD["spec"]["containers"]
LABELS = {"app.kubernetes.io/name": "explorer"}


def spec(kind: str) -> dict[str, Any]:
    return DOCUMENTS[kind]["spec"]


def test_each_part_is_there_once_and_in_the_namespace() -> None:
    assert {kind: each["apiVersion"] for kind, each in DOCUMENTS.items()} == {
        "Namespace": "v1",
        "ServiceAccount": "v1",
        "Deployment": "apps/v1",
        "Service": "v1",
        "Ingress": "networking.k8s.io/v1",
        "HorizontalPodAutoscaler": "autoscaling/v2",
        "PodDisruptionBudget": "policy/v1",
        "NetworkPolicy": "networking.k8s.io/v1",
    }
    for kind, each in DOCUMENTS.items():
        assert each["metadata"]["name"] == "explorer"
        assert kind == "Namespace" or each["metadata"]["namespace"] == "explorer"
    assert FILE.read_text("utf-8").count("\nkind: ") == len(DOCUMENTS)


def test_everything_selects_the_same_pods() -> None:
    assert POD["metadata"]["labels"] == LABELS
    assert spec("Deployment")["selector"]["matchLabels"] == LABELS
    assert spec("Service")["selector"] == LABELS
    assert spec("PodDisruptionBudget")["selector"]["matchLabels"] == LABELS
    assert spec("NetworkPolicy")["podSelector"]["matchLabels"] == LABELS
    assert spec("HorizontalPodAutoscaler")["scaleTargetRef"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": "explorer",
    }


def test_the_container_is_shut_in() -> None:
    pod = POD["spec"]["securityContext"]
    assert f"{pod['runAsUser']}:{pod['runAsGroup']}" == CONTAINER_USER
    assert pod["runAsNonRoot"] is True
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert POD["spec"]["automountServiceAccountToken"] is False
    assert DOCUMENTS["Namespace"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_only_the_folders_that_the_image_declares_can_be_written() -> None:
    mounted = {each["mountPath"]: each["name"] for each in CONTAINER["volumeMounts"]}
    assert set(mounted) == VOLUMES
    volumes = {each["name"]: each["emptyDir"] for each in POD["spec"]["volumes"]}
    assert set(volumes) == set(mounted.values())
    assert all("sizeLimit" in each for each in volumes.values())


@pytest.mark.parametrize(
    ("probe", "path"), [("startupProbe", "/readyz"), ("readinessProbe", "/readyz"), ("livenessProbe", "/healthz")]
)
def test_probes(probe: str, path: str) -> None:
    assert CONTAINER[probe]["httpGet"] == {"path": path, "port": "http"}
    assert CONTAINER["ports"] == [{"name": "http", "containerPort": 8000, "protocol": "TCP"}]


def test_secrets_are_no_text_here_and_the_login_may_be_absent() -> None:
    told = {each["name"]: each for each in CONTAINER["env"]}
    for name, key in (("PSE_API_KEY", "api-key"), ("PSE_LOGIN", "login")):
        assert "value" not in told[name]
        assert told[name]["valueFrom"]["secretKeyRef"]["key"] == key
    assert told["PSE_LOGIN"]["valueFrom"]["secretKeyRef"]["optional"] is True
    assert "Secret" not in DOCUMENTS


def test_a_page_stays_with_its_pod() -> None:
    assert spec("Service")["sessionAffinity"] == "ClientIP"
    assert DOCUMENTS["Ingress"]["metadata"]["annotations"]["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    assert spec("Service")["ports"][0]["targetPort"] == CONTAINER["ports"][0]["name"]


def test_a_pod_has_time_to_say_goodbye() -> None:
    wait = int(CONTAINER["lifecycle"]["preStop"]["exec"]["command"][1])
    assert wait + 20 < spec("Deployment")["template"]["spec"]["terminationGracePeriodSeconds"]


def test_pods_come_and_go_one_at_a_time() -> None:
    assert "replicas" not in spec("Deployment")
    assert spec("Deployment")["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    scaling = spec("HorizontalPodAutoscaler")
    assert 2 <= scaling["minReplicas"] <= scaling["maxReplicas"]
    assert scaling["metrics"][0]["resource"]["name"] in CONTAINER["resources"]["requests"]
    assert spec("PodDisruptionBudget")["maxUnavailable"] == 1


def test_the_network_is_closed_but_for_names_and_https() -> None:
    policy = spec("NetworkPolicy")
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["ingress"][0]["ports"] == [{"protocol": "TCP", "port": 8000}]
    assert {port["port"] for rule in policy["egress"] for port in rule["ports"]} == {53, 443}
    assert "169.254.0.0/16" in policy["egress"][1]["to"][0]["ipBlock"]["except"]
