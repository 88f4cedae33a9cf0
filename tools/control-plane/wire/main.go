// Prints how the built-in types travel: for each type of the API, each field with what OpenAPI does not say. A line of
// the table is one letter for each fact, then the field's protobuf number:
//
//	?  left out when empty      !  left out when zero      *  a pointer: empty and absent differ
//
// The number is a path, such as 2.7, where the field is in a struct of its own there and not in JSON; there is none for
// a field that does not travel in protobuf.
//
// Run by tools/wire-facts.ts; only facts come out, no text of Kubernetes.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

type table map[string]map[string]string

// The name of a type in OpenAPI documents: its package path with the domain turned round.
func modelName(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	domain := strings.Split(parts[0], ".")
	for i, j := 0, len(domain)-1; i < j; i, j = i+1, j-1 {
		domain[i], domain[j] = domain[j], domain[i]
	}
	return strings.Join(append(append(domain, parts[1:]...), t.Name()), ".")
}

func visit(t reflect.Type, seen table) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || !strings.Contains(t.PkgPath(), "k8s.io/") {
		return
	}
	name := modelName(t)
	if seen[name] != nil {
		return
	}
	fields := map[string]string{}
	seen[name] = fields
	addFields(t, "", fields, seen)
}

// A prefix of "-" says that the fields do not travel.
func addFields(t reflect.Type, prefix string, fields map[string]string, seen table) {
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		tag, hasTag := field.Tag.Lookup("json")
		parts := strings.Split(tag, ",")
		if !hasTag || parts[0] == "-" || !field.IsExported() {
			continue
		}
		if parts[0] == "" {
			addFields(field.Type, inner(prefix, field), fields, seen)
			continue
		}
		fields[parts[0]] = facts(field, prefix, parts[1:])
		visit(field.Type, seen)
	}
}

func number(field reflect.StructField) string {
	proto := strings.Split(field.Tag.Get("protobuf"), ",")
	if len(proto) < 2 {
		return ""
	}
	return proto[1]
}

func inner(prefix string, field reflect.StructField) string {
	own := number(field)
	if prefix == "-" || own == "" {
		return "-"
	}
	return prefix + own + "."
}

func facts(field reflect.StructField, prefix string, options []string) string {
	text := ""
	for _, option := range options {
		switch option {
		case "omitempty":
			text += "?"
		case "omitzero":
			text += "!"
		}
	}
	if field.Type.Kind() == reflect.Pointer {
		text += "*"
	}
	if own := number(field); own != "" && prefix != "-" {
		text += prefix + own
	}
	return text
}

func main() {
	all := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, apiextensions.AddToScheme, apiregistration.AddToScheme} {
		if err := add(all); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	seen := table{}
	for _, t := range all.AllKnownTypes() {
		visit(t, seen)
	}
	visit(reflect.TypeOf(metav1.Status{}), seen)
	if err := json.NewEncoder(os.Stdout).Encode(seen); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
