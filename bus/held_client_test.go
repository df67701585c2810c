package bus_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/observe"
)

// What a Bus, a Reader or a Writer holds is read by the compiler in every package that gets one. A go-redis client in it would be
// compiled there anew, method by method; wire.Client says more.
func TestClientsAreHeldByTheirInterface(t *testing.T) {
	t.Parallel()
	client := reflect.TypeFor[redis.Client]()
	for _, kind := range []reflect.Type{reflect.TypeFor[bus.Bus](), reflect.TypeFor[observe.Reader](), reflect.TypeFor[change.Writer]()} {
		if way := wayTo(client, kind, map[reflect.Type]bool{}); way != "" {
			t.Errorf("%s holds a client: %s", kind, way)
		}
	}
	if wayTo(client, reflect.TypeFor[redis.UniversalClient](), map[reflect.Type]bool{}) == "" {
		t.Error("the client in a redis.UniversalClient isn't found")
	}
}

// TestNoMethodNamesAClient looks at the methods that reflection doesn't show, which count as well: a function of the same name and
// arguments doesn't.
func TestNoMethodNamesAClient(t *testing.T) {
	t.Parallel()
	names := regexp.MustCompile(`(?m)^func \(\w+ \*?(\w+)\) \w+\(.*redis\.(Client|ClusterClient|Ring|Conn|UniversalClient)\b`)
	held := []string{"silence", "masters", "watchedNode"} // nothing but an interface leads to these
	files := 0
	for _, folder := range []string{".", "change", "observe", "observe/tail", "internal/wire", "internal/publish", "internal/consume"} {
		for _, name := range must(filepath.Glob(filepath.Join(folder, "*.go")))(t) {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			files++
			for _, method := range names.FindAllStringSubmatch(string(must(os.ReadFile(name))(t)), -1) {
				if !slices.Contains(held, method[1]) {
					t.Errorf("%s: %s: make it a function", name, method[0])
				}
			}
		}
	}
	if files < 50 {
		t.Errorf("only %d files were looked at", files)
	}
}

// wayTo returns how a type leads to another one, through what it holds and what its methods take and give; empty when it doesn't.
func wayTo(to, from reflect.Type, seen map[reflect.Type]bool) string {
	if from == to {
		return to.String()
	}
	if seen[from] {
		return ""
	}
	seen[from] = true
	for name, part := range partsOf(from) {
		if way := wayTo(to, part, seen); way != "" {
			return strings.Join([]string{from.String(), name, way}, " → ")
		}
	}
	return ""
}

// partsOf returns the types that a type is made of, by the names of its fields and methods.
func partsOf(of reflect.Type) map[string]reflect.Type {
	parts := map[string]reflect.Type{}
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		parts["of"] = of.Elem()
	case reflect.Map:
		parts["key"], parts["of"] = of.Key(), of.Elem()
	case reflect.Struct:
		for field := range of.Fields() {
			parts[field.Name] = field.Type
		}
	case reflect.Func:
		for in := range of.Ins() {
			parts["in "+in.String()] = in
		}
		for out := range of.Outs() {
			parts["out "+out.String()] = out
		}
	default:
	}
	for method := range of.Methods() {
		parts[method.Name+"()"] = method.Type
	}
	if of.Kind() != reflect.Pointer && of.Kind() != reflect.Interface && of.PkgPath() != "" {
		for method := range reflect.PointerTo(of).Methods() {
			parts[method.Name+"()"] = method.Type
		}
	}
	return parts
}
