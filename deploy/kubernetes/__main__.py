"""`python -m deploy.kubernetes IMAGE | kubectl apply -f -`: plain manifests, made from the nameplates of the services.

What the cluster has to provide: PostgreSQL and RabbitMQ (operators do this well), KEDA, a storage class that several
pods may mount, an Ingress to `gateway-web`, and for each service a Secret `tsunagi-SERVICE` with TSUNAGI_DATABASE_URL,
TSUNAGI_BROKER_URL and the files token.public.pem (and, for the gateway alone, token.private.pem). The secret of import
also has RABBITMQ_MANAGEMENT_URL, from which KEDA reads how long the queue is.
"""

import json
import sys
from typing import Any

from chassis.consumers import queue_name
from chassis.service import NAMES, Service, load

PORT = 8000
# Services that keep files; every process of one sees the same folder.
WITH_FILES = ("gateway", "campaign", "import")
SCALED = ("import", "worker", "batches")  # service, role, and the queue whose length decides


def manifests(image: str) -> list[dict[str, Any]]:
    services = [load(name) for name in NAMES]
    made = [_settings()]
    for service in services:
        made.append(_migration(service.name, image))
        made += [_deployment(service, role, image) for role in service.roles()]
        made.append(_address(service.name))
        if service.name in WITH_FILES:
            made.append(_claim(service.name))
    return [*made, _scaled_object()]


def _settings() -> dict[str, Any]:
    """What all processes know; the addresses that people use are for the operator to set."""
    addresses = {f"TSUNAGI_{name.upper()}_URL": f"http://{name}-web:{PORT}" for name in NAMES}
    data = addresses | {
        "TSUNAGI_BIND": "0.0.0.0",
        "TSUNAGI_PORT": str(PORT),
        "TSUNAGI_FILES": "/files",
        "TSUNAGI_SECURE_COOKIES": "yes",
        "TSUNAGI_TRUSTED_PROXIES": "1",  # the Ingress
        "TSUNAGI_LIVENESS_FILE": "/tmp/alive",
        "TSUNAGI_PUBLIC_URL": "https://tsunagi.example.jp",
        "TSUNAGI_SMTP_URL": "smtp://smtp:25",
        "TSUNAGI_TOKEN_PUBLIC_KEY_FILE": "/keys/token.public.pem",
        "TSUNAGI_TOKEN_PRIVATE_KEY_FILE": "/keys/token.private.pem",
    }
    return _object("v1", "ConfigMap", "tsunagi", data=data)


def _migration(service: str, image: str) -> dict[str, Any]:
    """Runs before a deployment of that image; the old processes go on working with the new tables."""
    pod = {"restartPolicy": "OnFailure", **_pod(service, "migrate", image)}
    return _object("batch/v1", "Job", f"{service}-migrate", spec={"template": {"spec": pod}, "backoffLimit": 10})


def _deployment(service: Service, role: str, image: str) -> dict[str, Any]:
    labels = {"app": "tsunagi", "service": service.name, "role": role}
    # A second relay stands by; of two lead workers one stages a batch of a list while the other merges one.
    replicas = 2 if role in ("web", "relay") or (service.name, role) == ("lead", "worker") else 1
    pod = _pod(service.name, role, image)
    if role == "web":
        pod["containers"][0] |= {
            "ports": [{"name": "http", "containerPort": PORT}],
            "readinessProbe": {"httpGet": {"path": "/health/ready", "port": "http"}},
            "livenessProbe": {"httpGet": {"path": "/health/live", "port": "http"}, "periodSeconds": 30},
        }
    elif role in ("worker", "relay"):
        alive = {"exec": {"command": ["sh", "-c", 'test -n "$(find /tmp/alive -mmin -2)"']}}
        pod["containers"][0]["livenessProbe"] = alive | {"initialDelaySeconds": 60, "periodSeconds": 30}
    spec: dict[str, Any] = {
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }
    if (service.name, role) != SCALED[:2]:
        spec["replicas"] = replicas
    return _object("apps/v1", "Deployment", f"{service.name}-{role}", spec=spec)


def _pod(service: str, role: str, image: str) -> dict[str, Any]:
    volumes: list[dict[str, Any]] = [
        {"name": "keys", "secret": {"secretName": f"tsunagi-{service}", "defaultMode": 0o444}},
        {"name": "tmp", "emptyDir": {}},
    ]
    mounts = [{"name": "keys", "mountPath": "/keys", "readOnly": True}, {"name": "tmp", "mountPath": "/tmp"}]
    if service in WITH_FILES:
        volumes.append({"name": "files", "persistentVolumeClaim": {"claimName": f"{service}-files"}})
        mounts.append({"name": "files", "mountPath": "/files"})
    container = {
        "name": role,
        "image": image,
        "args": [role],
        "env": [{"name": "SERVICE", "value": service}],
        "envFrom": [{"configMapRef": {"name": "tsunagi"}}, {"secretRef": {"name": f"tsunagi-{service}"}}],
        "volumeMounts": mounts,
        "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    return {
        "containers": [container],
        "volumes": volumes,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "fsGroup": 10001},
        "terminationGracePeriodSeconds": 150,
        "automountServiceAccountToken": False,
    }


def _address(service: str) -> dict[str, Any]:
    selector = {"app": "tsunagi", "service": service, "role": "web"}
    spec = {"selector": selector, "ports": [{"name": "http", "port": PORT, "targetPort": "http"}]}
    return _object("v1", "Service", f"{service}-web", spec=spec)


def _claim(service: str) -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "20Gi"}}}
    return _object("v1", "PersistentVolumeClaim", f"{service}-files", spec=spec)


def _scaled_object() -> dict[str, Any]:
    """Import workers follow the number of batches that wait: one for every 2, of which each list has 4 at
    most; one stays for the rest."""
    service, role, queue = SCALED
    trigger = {
        "type": "rabbitmq",
        "metadata": {
            "protocol": "http",
            "queueName": queue_name(service, queue),
            "mode": "QueueLength",
            "value": "2",
            "hostFromEnv": "RABBITMQ_MANAGEMENT_URL",
        },
    }
    spec = {
        "scaleTargetRef": {"name": f"{service}-{role}"},
        "minReplicaCount": 1,
        "maxReplicaCount": 16,
        "pollingInterval": 5,
        "cooldownPeriod": 120,
        "triggers": [trigger],
    }
    return _object("keda.sh/v1alpha1", "ScaledObject", f"{service}-{role}", spec=spec)


def _object(version: str, kind: str, name: str, **content: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": {"app": "tsunagi"}}, **content}


if __name__ == "__main__":
    json.dump({"apiVersion": "v1", "kind": "List", "items": manifests(sys.argv[1])}, sys.stdout, indent=1)
