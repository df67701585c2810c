package jq

import (
	"maps"
	"slices"
	"strings"

	"github.com/itchyny/gojq"
)

// kind says what a function costs.
type kind uint8

const (
	structural kind = iota // it costs what the steps in it cost
	walking                // it walks through its input
	growing                // and what comes out may be larger than what went in
)

// known are the functions that an expression may call, each with how many arguments it takes.
var known = map[string]kind{
	"empty/0": structural, "not/0": structural, "select/1": structural, "map/1": structural, "recurse/0": structural,
	"first/0": structural, "first/1": structural, "last/0": structural, "limit/2": structural, "range/1": structural,
	"range/2": structural, "any/0": structural, "any/1": structural, "any/2": structural, "all/0": structural,
	"all/1": structural, "all/2": structural, "error/0": structural, "type/0": structural, "true/0": structural,
	"false/0": structural, "null/0": structural, "length/0": structural, "has/1": structural,
	"values/0": structural, "nulls/0": structural, "booleans/0": structural, "numbers/0": structural, "strings/0": structural,
	"arrays/0": structural, "objects/0": structural, "iterables/0": structural, "scalars/0": structural,
	"floor/0": structural, "ceil/0": structural, "round/0": structural, "sqrt/0": structural, "fabs/0": structural,
	"abs/0": structural, "isnan/0": structural, "isinfinite/0": structural, "infinite/0": structural, "nan/0": structural,
	"map_values/1": structural, "IN/1": structural, "nth/1": structural, "isempty/1": structural,

	"test/1": walking, "test/2": walking, "startswith/1": walking, "endswith/1": walking, "ltrimstr/1": walking,
	"rtrimstr/1": walking, "ascii_downcase/0": walking, "ascii_upcase/0": walking, "tonumber/0": walking, "keys/0": walking,
	"keys_unsorted/0": walking, "sort/0": walking, "unique/0": walking, "min/0": walking, "max/0": walking,
	"reverse/0": walking, "utf8bytelength/0": walking, "trim/0": walking, "ltrim/0": walking, "rtrim/0": walking,
	"to_entries/0": walking, "fromdate/0": walking, "fromdateiso8601/0": walking, "toboolean/0": walking,

	"add/0": growing, "tostring/0": growing, "tojson/0": growing, "fromjson/0": growing, "split/1": growing, "flatten/0": growing,
}

// Functions are the names of the functions that an expression may call, for completion, sorted.
func Functions() []string {
	names := map[string]bool{"contains": true}
	for name := range known {
		name, _, _ = strings.Cut(name, "/")
		names[name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// vetting walks over an expression, refuses what has no bounds, and puts in what charges for the rest.
type vetting struct {
	text string
	err  error
}

func (v *vetting) refuse(what, why string) {
	if v.err == nil {
		v.err = &Error{Column: placeOf(v.text, what), Problem: what + " can't be used in a filter: " + why}
	}
}

func (v *vetting) query(q *gojq.Query) {
	if q == nil || v.err != nil {
		return
	}
	switch {
	case len(q.FuncDefs) > 0:
		v.refuse("def", "say it without a function of your own")
	case len(q.Imports) > 0 || q.Meta != nil:
		v.refuse("import", "there are no modules here")
	}
	v.term(q.Term)
	v.query(q.Left)
	v.query(q.Right)
	for _, p := range q.Patterns {
		v.pattern(p)
	}
	switch q.Op {
	case gojq.OpAssign, gojq.OpModify, gojq.OpUpdateAdd, gojq.OpUpdateSub, gojq.OpUpdateMul, gojq.OpUpdateDiv,
		gojq.OpUpdateMod, gojq.OpUpdateAlt:
		why := "a filter changes nothing"
		if q.Op == gojq.OpAssign {
			why = "to compare, write =="
		}
		v.refuse(q.Op.String(), why)
	case gojq.OpAdd:
		*q = *charged(&gojq.Query{Left: q.Left, Op: q.Op, Right: q.Right})
	case gojq.OpMul:
		*q = *call(productName, q.Left, q.Right)
	case gojq.OpSub:
		*q = *call(differName, q.Left, q.Right)
	default:
	}
}

func (v *vetting) term(t *gojq.Term) {
	if t == nil || v.err != nil {
		return
	}
	v.index(t.Index)
	v.str(t.Str)
	v.query(t.Query)
	for _, s := range t.SuffixList {
		v.index(s.Index)
	}
	switch t.Type {
	case gojq.TermTypeReduce:
		v.refuse("reduce", "try any(…), all(…) or map(…) | add")
	case gojq.TermTypeForeach:
		v.refuse("foreach", "try any(…), all(…) or map(…)")
	case gojq.TermTypeLabel, gojq.TermTypeBreak:
		v.refuse("label", "try first(…) or limit(n; …)")
	case gojq.TermTypeFormat:
		v.refuse(t.Format, "compare the value as it is")
	case gojq.TermTypeUnary:
		v.term(t.Unary.Term)
	case gojq.TermTypeIf:
		v.query(t.If.Cond)
		v.query(t.If.Then)
		for _, e := range t.If.Elif {
			v.query(e.Cond)
			v.query(e.Then)
		}
		v.query(t.If.Else)
	case gojq.TermTypeTry:
		v.query(t.Try.Body)
		v.query(t.Try.Catch)
	case gojq.TermTypeArray:
		v.query(t.Array.Query)
		v.charge(t, false, true)
	case gojq.TermTypeObject:
		for _, kv := range t.Object.KeyVals {
			v.str(kv.KeyString)
			v.query(kv.KeyQuery)
			v.query(kv.Val)
		}
		v.charge(t, false, true)
	case gojq.TermTypeString:
		if t.Str != nil && len(t.Str.Queries) > 0 {
			v.charge(t, false, true)
		}
	case gojq.TermTypeFunc:
		v.function(t)
	default:
	}
}

// function vets a call. Variables are calls, too.
func (v *vetting) function(t *gojq.Term) {
	f := t.Func
	if strings.HasPrefix(f.Name, "$") {
		if f.Name == budgetName || f.Name == "$ENV" || f.Name == "$__prog_args" {
			v.refuse(f.Name, "an expression looks at the event's data alone")
		}
		return
	}
	for _, arg := range f.Args {
		v.query(arg)
	}
	if v.err != nil {
		return
	}
	if f.Name == "contains" && len(f.Args) == 1 {
		t.Func = &gojq.Func{Name: containsName, Args: []*gojq.Query{f.Args[0], variable(budgetName)}}
		return
	}
	cost, ok := known[f.Name+"/"+string('0'+rune(min(len(f.Args), 9)))]
	switch {
	case !ok && slices.Contains(Functions(), f.Name):
		v.refuse(f.Name, "it takes another number of arguments")
	case !ok:
		v.refuse(f.Name, "of jq's functions there are "+strings.Join(common, ", ")+" and others that only look")
	case cost == walking:
		v.charge(t, true, false)
	case cost == growing:
		v.charge(t, true, true)
	}
}

// common are the functions that an error names.
var common = []string{"select", "test", "contains", "startswith", "any", "all", "length", "has"}

func (v *vetting) index(x *gojq.Index) {
	if x != nil {
		v.str(x.Str)
		v.query(x.Start)
		v.query(x.End)
	}
}

func (v *vetting) str(s *gojq.String) {
	if s != nil {
		for _, q := range s.Queries {
			v.query(q)
		}
	}
}

func (v *vetting) pattern(p *gojq.Pattern) {
	if p == nil {
		return
	}
	for _, item := range p.Array {
		v.pattern(item)
	}
	for _, o := range p.Object {
		v.str(o.KeyString)
		v.query(o.KeyQuery)
		v.pattern(o.Val)
	}
}

// charge adds to a term the cost of its input, of its output, or of both.
func (*vetting) charge(t *gojq.Term, input, output bool) {
	bare := *t
	bare.SuffixList = nil
	q := &gojq.Query{Term: &bare}
	if input {
		q = &gojq.Query{Left: chargeCall(), Op: gojq.OpPipe, Right: q}
	}
	if output {
		q = charged(q)
	}
	*t = gojq.Term{Type: gojq.TermTypeQuery, Query: q, SuffixList: t.SuffixList}
}

// charged returns the query with the cost of its output added.
func charged(q *gojq.Query) *gojq.Query {
	return &gojq.Query{Left: q, Op: gojq.OpPipe, Right: chargeCall()}
}

func chargeCall() *gojq.Query { return call(chargeName, variable(budgetName)) }

func call(name string, args ...*gojq.Query) *gojq.Query {
	return &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeFunc, Func: &gojq.Func{Name: name, Args: args}}}
}

func variable(name string) *gojq.Query { return call(name) }
