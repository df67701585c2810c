package fault_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// outside are the packages below bus whose goroutines need no guard: they start servers for tests, or measure in a
// command that leaves the terminal as it is.
var outside = []string{"../bench", "../redistest", "../tunnel/sshdtest", "../sink/database/pgtest"}

// TestEveryGoroutineStartsThroughGuard: a goroutine that was started without one would end the program without a word to
// whoever asked for it.
func TestEveryGoroutineStartsThroughGuard(t *testing.T) {
	files := token.NewFileSet()
	guarded := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(outside, path):
			return fs.SkipDir
		case entry.IsDir(), !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			work := started(node)
			switch {
			case work == nil:
			case calls(work, "Guard", "guard"), byCrew(node):
				guarded++
			default:
				t.Errorf("%s: a goroutine starts without Guard", files.Position(node.Pos()))
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if guarded == 0 {
		t.Error("no goroutine was found: what is looked for has changed")
	}
}

// started is what a node runs in another goroutine: the function of a go statement, or what is handed to a group or a
// timer; nil when it runs nothing so.
func started(node ast.Node) ast.Expr {
	switch node := node.(type) {
	case *ast.GoStmt:
		return node.Call.Fun
	case *ast.CallExpr:
		if calls(node, "Go", "TryGo", "AfterFunc") && len(node.Args) > 0 {
			return node.Args[len(node.Args)-1]
		}
	}
	return nil
}

// byCrew says whether a node hands its work to a sink.Crew, which guards it.
func byCrew(node ast.Node) bool {
	call, ok := node.(*ast.CallExpr)
	if !ok || !calls(call, "Go") {
		return false
	}
	on, ok := call.Fun.(*ast.SelectorExpr).X.(*ast.Ident)
	return ok && on.Name == "crew"
}

// calls says whether an expression is the call of a method or function of one of those names.
func calls(e ast.Expr, names ...string) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	return ok && slices.Contains(names, selector.Sel.Name)
}
