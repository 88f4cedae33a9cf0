// Prints what rules of definitions can call: each function with its overloads in the order in which they are tried, and
// the names that are types. A type is its name, or a list of a form and what it is made of:
//
//	"int"  ["list", T]  ["map", K, V]  ["type", T]  ["param", "A"]  ["object", "name"]  ["opaque", "name", T...]
//
// Run by tools/cel-facts.ts; only facts come out, no text of Kubernetes.
package main

import (
	"encoding/json"
	"os"

	"github.com/google/cel-go/common/types"
	"k8s.io/apiserver/pkg/cel/environment"
)

type overload struct {
	ID       string `json:"id"`
	IsMember bool   `json:"isMember,omitempty"`
	Args     []any  `json:"args"`
	Result   any    `json:"result"`
}

type facts struct {
	Functions map[string][]overload `json:"functions"`
	Names     map[string]any        `json:"names"`
}

func describe(t *types.Type) any {
	inner := []any{}
	for _, parameter := range t.Parameters() {
		inner = append(inner, describe(parameter))
	}
	switch t.Kind() {
	case types.ListKind:
		return append([]any{"list"}, inner...)
	case types.MapKind:
		return append([]any{"map"}, inner...)
	case types.TypeKind:
		return append([]any{"type"}, inner...)
	case types.TypeParamKind:
		return []any{"param", t.TypeName()}
	case types.StructKind:
		return []any{"object", t.TypeName()}
	case types.OpaqueKind:
		return append([]any{"opaque", t.TypeName()}, inner...)
	case types.NullTypeKind:
		return "null"
	case types.TimestampKind:
		return "timestamp"
	case types.DurationKind:
		return "duration"
	case types.AnyKind:
		return "any"
	default:
		return t.TypeName()
	}
}

func main() {
	env := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).NewExpressionsEnv()
	out := facts{Functions: map[string][]overload{}, Names: map[string]any{}}
	for name, function := range env.Functions() {
		if function.IsDeclarationDisabled() {
			continue
		}
		for _, one := range function.OverloadDecls() {
			args := []any{}
			for _, arg := range one.ArgTypes() {
				args = append(args, describe(arg))
			}
			out.Functions[name] = append(out.Functions[name], overload{one.ID(), one.IsMemberFunction(), args, describe(one.ResultType())})
		}
	}
	for _, one := range env.Variables() {
		out.Names[one.Name()] = describe(one.Type())
	}
	// Types that are no variables, but known by their names.
	for _, name := range []string{"optional_type"} {
		if found, ok := env.CELTypeProvider().FindIdent(name); ok {
			out.Names[name] = []any{"type", describe(found.(*types.Type))}
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		panic(err)
	}
}
