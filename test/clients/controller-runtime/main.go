// An operator as its authors write them with controller-runtime, in all the ways in which that asks an API server for something.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metrics "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

const (
	finalizer = "runtime.example.com/finalizer"
	byImage   = "spec.image"
)

type reconciler struct {
	client.Client
	events events.EventRecorder
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	site := &Site{}
	if err := r.Get(ctx, request.NamespacedName, site); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !site.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, r.leave(ctx, site)
	}
	if controllerutil.AddFinalizer(site, finalizer) {
		return ctrl.Result{}, r.Update(ctx, site)
	}
	deployment, err := r.deploy(ctx, site)
	if err != nil {
		return ctrl.Result{}, err
	}
	if err := r.greet(ctx, site); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.report(ctx, site, deployment)
}

// deploy makes the Deployment what it should be, by reading and updating it.
func (r *reconciler) deploy(ctx context.Context, site *Site) (*appsv1.Deployment, error) {
	deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: site.Name, Namespace: site.Namespace}}
	done, err := controllerutil.CreateOrUpdate(ctx, r.Client, deployment, func() error {
		labels := map[string]string{"app": site.Name}
		deployment.Spec.Replicas = site.Spec.Replicas
		deployment.Spec.Selector = &metav1.LabelSelector{MatchLabels: labels}
		deployment.Spec.Template.Labels = labels
		if len(deployment.Spec.Template.Spec.Containers) == 0 {
			deployment.Spec.Template.Spec.Containers = make([]corev1.Container, 1)
		}
		deployment.Spec.Template.Spec.Containers[0].Name = "app"
		deployment.Spec.Template.Spec.Containers[0].Image = site.Spec.Image
		return controllerutil.SetControllerReference(site, deployment, r.Scheme())
	})
	if err == nil && done == controllerutil.OperationResultCreated {
		r.events.Eventf(site, deployment, corev1.EventTypeNormal, "Deployed", "Deploy", "made %s", deployment.Name)
	}
	return deployment, err
}

// greet makes the ConfigMap what it should be, by server-side apply.
func (r *reconciler) greet(ctx context.Context, site *Site) error {
	owner := metav1ac.OwnerReference().WithAPIVersion(site.APIVersion).WithKind(site.Kind).WithName(site.Name).
		WithUID(site.UID).WithController(true).WithBlockOwnerDeletion(true)
	page := corev1ac.ConfigMap(site.Name+"-page", site.Namespace).WithOwnerReferences(owner).
		WithData(map[string]string{"greeting": site.Spec.Greeting})
	return r.Apply(ctx, page, client.FieldOwner("site-controller"), client.ForceOwnership)
}

func (r *reconciler) report(ctx context.Context, site *Site, deployment *appsv1.Deployment) error {
	secrets := &metav1.PartialObjectMetadataList{}
	secrets.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("SecretList"))
	if err := r.List(ctx, secrets, client.InNamespace(site.Namespace), client.HasLabels{"shared"}); err != nil {
		return err
	}
	same := &SiteList{}
	if err := r.List(ctx, same, client.MatchingFields{byImage: site.Spec.Image}); err != nil {
		return err
	}
	before := site.DeepCopyObject().(*Site)
	site.Status.Ready = deployment.Status.ReadyReplicas
	site.Status.Shared = len(secrets.Items)
	site.Status.SameImage = len(same.Items)
	condition := metav1.Condition{Type: "Available", Status: metav1.ConditionFalse, Reason: "Waiting",
		Message: fmt.Sprintf("%d are ready", site.Status.Ready), ObservedGeneration: site.Generation}
	if site.Spec.Replicas != nil && site.Status.Ready == *site.Spec.Replicas {
		condition.Status, condition.Reason = metav1.ConditionTrue, "Complete"
	}
	if !meta.SetStatusCondition(&site.Status.Conditions, condition) &&
		before.Status.Shared == site.Status.Shared && before.Status.SameImage == site.Status.SameImage {
		return nil
	}
	return r.Status().Update(ctx, site)
}

// leave notes that the site was here, and lets it go by a merge patch that a newer version refuses.
func (r *reconciler) leave(ctx context.Context, site *Site) error {
	note := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: site.Name + "-was-here", Namespace: site.Namespace}}
	if err := r.Create(ctx, note); client.IgnoreAlreadyExists(err) != nil {
		return err
	}
	before := site.DeepCopyObject().(*Site)
	controllerutil.RemoveFinalizer(site, finalizer)
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	return client.IgnoreNotFound(r.Patch(ctx, site, patch))
}

// all asks for every site anew.
func (r *reconciler) all(ctx context.Context, _ client.Object) []reconcile.Request {
	sites := &SiteList{}
	if err := r.List(ctx, sites); err != nil {
		return nil
	}
	requests := make([]reconcile.Request, 0, len(sites.Items))
	for i := range sites.Items {
		requests = append(requests, reconcile.Request{NamespacedName: types.NamespacedName{
			Namespace: sites.Items[i].Namespace, Name: sites.Items[i].Name}})
	}
	return requests
}

func run(namespace string) error {
	ctrl.SetLogger(zap.New())
	known := runtime.NewScheme()
	if err := scheme.AddToScheme(known); err != nil {
		return err
	}
	known.AddKnownTypes(group, &Site{}, &SiteList{})
	metav1.AddToGroupVersion(known, group)
	grace := 5 * time.Second
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		Scheme:                        known,
		Metrics:                       metrics.Options{BindAddress: "0"},
		Cache:                         cache.Options{DefaultNamespaces: map[string]cache.Config{namespace: {}}},
		LeaderElection:                true,
		LeaderElectionID:              "site-controller",
		LeaderElectionNamespace:       namespace,
		LeaderElectionReleaseOnCancel: true,
		GracefulShutdownTimeout:       &grace,
	})
	if err != nil {
		return err
	}
	context := ctrl.SetupSignalHandler()
	indexed := func(object client.Object) []string { return []string{object.(*Site).Spec.Image} }
	if err := manager.GetFieldIndexer().IndexField(context, &Site{}, byImage, indexed); err != nil {
		return err
	}
	r := &reconciler{Client: manager.GetClient(), events: manager.GetEventRecorder("site-controller")}
	err = ctrl.NewControllerManagedBy(manager).For(&Site{}).Owns(&appsv1.Deployment{}).Owns(&corev1.ConfigMap{}).
		Watches(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(r.all), builder.OnlyMetadata).Complete(r)
	if err != nil {
		return err
	}
	return manager.Start(context)
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
