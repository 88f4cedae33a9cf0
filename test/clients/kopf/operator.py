"""An operator as its authors write them with kopf, in all the ways in which that asks an API server for something."""

import kopf
from kubernetes import client, config

GROUP = "kopf.example.com"
SITES = (GROUP, "v1", "sites")


@kopf.on.startup()
def prepare(settings, **_):
    config.load_kube_config()
    settings.persistence.finalizer = f"{GROUP}/finalizer"


@kopf.index("v1", "secrets", labels={"shared": kopf.PRESENT})
def shared(name, **_):
    return {name: name}


def objects(name, spec):
    labels = {"app": name}
    container = {"name": "app", "image": spec["image"], "ports": [{"containerPort": 80}]}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": spec["replicas"],
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }
    page = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"{name}-page"},
        "data": {"greeting": spec["greeting"]},
    }
    return deployment, page


@kopf.on.create(*SITES)
def create(name, namespace, spec, body, patch, **_):
    deployment, page = objects(name, spec)
    kopf.adopt([deployment, page])
    kopf.label([deployment, page], {"app": name}, nested=["spec.template"])
    client.AppsV1Api().create_namespaced_deployment(namespace, deployment)
    client.CoreV1Api().create_namespaced_config_map(namespace, page)
    kopf.info(body, reason="Created", message="the parts are there")
    patch.status["phase"] = "Created"
    return {"deployment": name}


@kopf.on.resume(*SITES)
def resume(status, patch, **_):
    patch.status["resumed"] = status.get("resumed", 0) + 1


@kopf.on.update(*SITES, field="spec.replicas")
def scale(name, namespace, new, **_):
    client.AppsV1Api().patch_namespaced_deployment_scale(name, namespace, {"spec": {"replicas": new}})


@kopf.on.update(*SITES, field="spec.greeting")
def greet(name, namespace, new, retry, body, patch, **_):
    if retry == 0:
        raise kopf.TemporaryError("not at the first try", delay=0.1)
    client.CoreV1Api().patch_namespaced_config_map(f"{name}-page", namespace, {"data": {"greeting": new}})
    kopf.info(body, reason="Greeted", message=f"says {new}")
    patch.status["greeting"] = new


@kopf.timer(*SITES, interval=0.3)
def tick(status, patch, shared, **_):
    ticks = status.get("ticks", 0)
    if ticks < 3:
        patch.status["ticks"] = ticks + 1
    seen = sorted(shared)
    if status.get("shared", []) != seen:
        patch.status["shared"] = seen


@kopf.on.event("apps", "v1", "deployments", labels={"app": kopf.PRESENT})
def observe(type, namespace, meta, body, **_):
    owners = [one for one in meta.get("ownerReferences", []) if one["apiVersion"].startswith(GROUP)]
    if not owners or type == "DELETED":
        return
    status = {"status": {"ready": body.get("status", {}).get("readyReplicas", 0)}}
    api = client.CustomObjectsApi()
    try:
        api.patch_namespaced_custom_object_status(*SITES[:2], namespace, SITES[2], owners[0]["name"], status)
    except client.ApiException as error:
        if error.status != 404:
            raise


@kopf.on.delete(*SITES)
def leave(name, namespace, status, **_):
    note = {"metadata": {"name": f"{name}-was-here"}, "data": {"ticks": str(status.get("ticks"))}}
    client.CoreV1Api().create_namespaced_config_map(namespace, note)
