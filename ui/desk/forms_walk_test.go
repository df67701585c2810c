package desk

import (
	"cmp"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// takesAnything are the fields that no key can make wrong, each with the reason.
var takesAnything = map[string]string{
	"inject/Workflow": "any text is a workflow's ID", "inject/Agent": "any text is an agent's name", "inject/Event ID": "any text is an ID",
	"read/›": "any text can be looked for", "open/›": "any text can be looked for",
	"dead-letter/Reason": "any text is a reason", "pause-group/Why": "any text is a reason", "pause-group/By": "any text is a name",
	"narrow/Consumer": "a consumer that has nothing pending shows nothing",
	"edit/Workflow":   "any text is a workflow's ID", "edit/Agent": "any text is an agent's name", "edit/Event ID": "any text is an ID",
}

// formsBelow are the keys that open the forms of a dialog that has forms of its own.
var formsBelow = map[string][]string{"dead-letters": {"tab*2 enter", "tab*3 enter"}}

// sameForm are the actions that open the form of another.
var sameForm = map[string]string{"filter": "filter-events", "find-next": "narrow"}

// formless are the types of package dialog that have a sheet and ask for nothing, or are a part of another's form.
var formless = []string{"sheet", "action", "payloadForm", "Message", "Help"}

// TestNoFormIsLeftOut opens every dialog that an action opens, and wants a row of [formRows] for each of its fields.
func TestNoFormIsLeftOut(t *testing.T) {
	covered, opened := map[string]bool{}, map[string]bool{}
	for _, r := range allFormRows() {
		covered[r.action+"/"+r.field] = true
	}
	missing := map[string]bool{}
	see := func(b *harness, action string) {
		if b.desk.filter.Typing() && !covered[action+"/"+filterField] {
			missing[action+"/"+filterField] = true
		}
		for _, dl := range b.desk.dialogs {
			for _, field := range fieldsOf(reflect.ValueOf(dl), opened) {
				if name := action + "/" + field; !covered[name] && takesAnything[name] == "" {
					missing[name] = true
				}
			}
		}
	}
	for _, production := range []bool{false, true} {
		for _, r := range rows {
			if strings.HasPrefix(r.given, "PAST") {
				continue // the bench has no recording: PAST would be typed
			}
			for _, below := range append([]string{""}, formsBelow[r.action]...) {
				t.Run(r.action+" after "+r.given+", "+below, func(t *testing.T) {
					b, _ := formBench(t, 120, 40, production)
					b.press(r.given)
					b.settled()
					if a := b.desk.keys.named(r.action); a == nil || a.disabled(b.desk) != "" || r.action == "quit" || r.action == "suspend" {
						return
					}
					b.command(r.action)
					b.keys(below)
					see(b, cmp.Or(sameForm[r.action], r.action))
				})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		t.Errorf("nothing says what bad input to %s comes to: add to formRows in forms_test.go, for an input that is wrong there,\n"+
			"\t{action: …, field: …, typed: …, says: …},\nor, when no input is, to takesAnything", name)
	}
	for _, name := range formTypes(t) {
		if !opened[name] && !slices.Contains(formless, name) {
			t.Errorf("no row of the actions' table opens a dialog.%s: add one, or a way to it to formsBelow", name)
		}
	}
}

// giveUp makes a dead letter of the stream that is selected first.
func (b *harness) giveUp() {
	b.t.Helper()
	entry := model.Entry{Stream: started, ID: model.Position{Ms: 1}, Fields: []model.Field{{Name: "data", Value: "{}"}}}
	if _, err := b.bus.Writer().DeadLetter(context.Background(), change.DeadLetterRequest{Entry: entry, Group: "db_writers", Reason: "broken"}); err != nil {
		b.t.Fatal(err)
	}
}

// fieldsOf are the labels of a dialog's fields that are typed into, hidden ones too; a field outside of a form has its
// name, or the mark before it. What lies in the dialog as another one is looked through as well.
func fieldsOf(v reflect.Value, opened map[string]bool) []string {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	opened[v.Type().Name()] = true
	var labels []string
	if over := v.FieldByName("over"); over.IsValid() {
		labels = fieldsOf(over, opened)
	}
	form := v.FieldByName("form")
	if !form.IsValid() {
		for field := range v.Type().Fields() {
			if typedInto(field.Type) {
				labels = append(labels, paletteField)
			}
		}
		return labels
	}
	if form.IsNil() {
		return labels
	}
	list := form.Elem().FieldByName("Rows")
	for i := range list.Len() {
		if row := list.Index(i).Elem(); typedInto(row.FieldByName("Field").Elem().Type()) {
			labels = append(labels, row.FieldByName("Label").String())
		}
	}
	return labels
}

// typedInto says whether text is typed into fields of that type.
func typedInto(t reflect.Type) bool {
	return slices.Contains([]string{"*widget.TextField", "*widget.AreaField", "widget.Line"}, t.String())
}

// formTypes are the structs of package dialog that have a form: they embed what carries one, or hold a text field.
func formTypes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../dialog/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok && slices.ContainsFunc(s.Fields.List, carriesForm) {
				names = append(names, spec.Name.Name)
			}
			return false
		})
	}
	return names
}

// carriesForm says whether a struct's field makes the struct a form.
func carriesForm(f *ast.Field) bool {
	expr := f.Type
	if generic, ok := expr.(*ast.IndexExpr); ok {
		expr = generic.X
	}
	if name, ok := expr.(*ast.Ident); ok && len(f.Names) == 0 {
		return slices.Contains([]string{"sheet", "action"}, name.Name)
	}
	if star, ok := expr.(*ast.StarExpr); ok {
		if of, ok := star.X.(*ast.SelectorExpr); ok {
			return of.Sel.Name == "TextField" || of.Sel.Name == "AreaField"
		}
	}
	return false
}
