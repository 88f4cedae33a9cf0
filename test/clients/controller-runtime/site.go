package main

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var group = schema.GroupVersion{Group: "runtime.example.com", Version: "v1"}

// Site is the kind that is operated.
type Site struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SiteSpec   `json:"spec"`
	Status            SiteStatus `json:"status,omitempty"`
}

// SiteSpec is what its user wants.
type SiteSpec struct {
	Image    string `json:"image"`
	Replicas *int32 `json:"replicas,omitempty"`
	Greeting string `json:"greeting,omitempty"`
}

// SiteStatus is what there is.
type SiteStatus struct {
	Ready      int32              `json:"ready"`
	Shared     int                `json:"shared"`
	SameImage  int                `json:"sameImage"`
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// SiteList is a list of them.
type SiteList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Site `json:"items"`
}

// DeepCopyObject is what a generator would write; the way by JSON is enough here.
func (s *Site) DeepCopyObject() runtime.Object { return copied(s, &Site{}) }

// DeepCopyObject as above.
func (l *SiteList) DeepCopyObject() runtime.Object { return copied(l, &SiteList{}) }

func copied[T runtime.Object](from, to T) T {
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		panic(err)
	}
	return to
}
