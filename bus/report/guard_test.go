package report

import (
	"reflect"
	"testing"

	"streamdesk/bus/fault"
)

// Each hook is called with zero values: what is looked at is who hears of it, and of its panic.
func TestAPanicInAHookStopsNoNeighbour(t *testing.T) {
	hooks := reflect.TypeFor[Hooks]()
	for i := range hooks.NumField() {
		field := hooks.Field(i)
		t.Run(field.Name, func(t *testing.T) {
			var broken, heard int
			listener := func(f func()) Hooks {
				var h Hooks
				reflect.ValueOf(&h).Elem().Field(i).Set(reflect.MakeFunc(field.Type, func([]reflect.Value) []reflect.Value {
					f()
					return nil
				}))
				return h
			}
			bad := listener(func() { panic("a sink's fault") }).Guarded(func(p *fault.PanicError) {
				if p.Value == "a sink's fault" && len(p.Stack) > 0 {
					broken++
				}
			})
			good := listener(func() { heard++ })
			joined := reflect.ValueOf(Join(bad, good.Guarded(nil), good)).Field(i)
			if joined.IsNil() {
				t.Fatal("Guarded or Join leaves it out: guard.go, join.go")
			}
			args := make([]reflect.Value, field.Type.NumIn())
			for n := range args {
				args[n] = reflect.Zero(field.Type.In(n))
			}
			joined.Call(args)
			if broken != 1 || heard != 2 {
				t.Errorf("told of %d panics, and the neighbours of %d of 2 calls", broken, heard)
			}
			if !reflect.ValueOf(Hooks{}.Guarded(nil)).Field(i).IsNil() {
				t.Error("a hook that nobody listens to costs something")
			}
		})
	}
}
