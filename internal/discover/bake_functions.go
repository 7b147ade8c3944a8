package discover

import (
	"crypto/md5"  //nolint:gosec // a function of bake files, which guards nothing
	"crypto/sha1" //nolint:gosec // as above
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"maps"
	"net/url"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// unset is the mark of a value that hangs on something outside of the
// repository. It says on what.
type unset string

// bakeFunctions are the functions that bake files may call: those of bake,
// without the few for addresses, versions and ciphers.
func bakeFunctions() map[string]function.Function {
	all := map[string]function.Function{
		"absolute": stdlib.AbsoluteFunc, "add": stdlib.AddFunc, "and": stdlib.AndFunc, "byteslen": stdlib.BytesLenFunc,
		"bytesslice": stdlib.BytesSliceFunc, "can": tryfunc.CanFunc, "ceil": stdlib.CeilFunc, "chomp": stdlib.ChompFunc,
		"chunklist": stdlib.ChunklistFunc, "coalesce": stdlib.CoalesceFunc, "coalescelist": stdlib.CoalesceListFunc,
		"compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc, "convert": typeexpr.ConvertFunc,
		"csvdecode": stdlib.CSVDecodeFunc, "distinct": stdlib.DistinctFunc, "divide": stdlib.DivideFunc, "element": stdlib.ElementFunc,
		"equal": stdlib.EqualFunc, "flatten": stdlib.FlattenFunc, "floor": stdlib.FloorFunc, "formatdate": stdlib.FormatDateFunc,
		"greaterthan": stdlib.GreaterThanFunc, "greaterthanorequalto": stdlib.GreaterThanOrEqualToFunc, "hasindex": stdlib.HasIndexFunc,
		"index": stdlib.IndexFunc, "int": stdlib.IntFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc,
		"keys": stdlib.KeysFunc, "length": stdlib.LengthFunc, "lessthan": stdlib.LessThanFunc, "lessthanorequalto": stdlib.LessThanOrEqualToFunc,
		"log": stdlib.LogFunc, "lookup": stdlib.LookupFunc, "lower": stdlib.LowerFunc, "max": stdlib.MaxFunc, "merge": stdlib.MergeFunc,
		"min": stdlib.MinFunc, "modulo": stdlib.ModuloFunc, "multiply": stdlib.MultiplyFunc, "negate": stdlib.NegateFunc, "not": stdlib.NotFunc,
		"notequal": stdlib.NotEqualFunc, "or": stdlib.OrFunc, "parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc, "range": stdlib.RangeFunc,
		"regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc, "reverse": stdlib.ReverseFunc, "reverselist": stdlib.ReverseListFunc,
		"sethaselement": stdlib.SetHasElementFunc, "setintersection": stdlib.SetIntersectionFunc, "setsubtract": stdlib.SetSubtractFunc,
		"setsymmetricdifference": stdlib.SetSymmetricDifferenceFunc, "setunion": stdlib.SetUnionFunc, "signum": stdlib.SignumFunc,
		"slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "split": stdlib.SplitFunc, "strlen": stdlib.StrlenFunc, "substr": stdlib.SubstrFunc,
		"subtract": stdlib.SubtractFunc, "timeadd": stdlib.TimeAddFunc, "title": stdlib.TitleFunc, "trim": stdlib.TrimFunc,
		"trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc, "try": tryfunc.TryFunc,
		"upper": stdlib.UpperFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
	}
	maps.Copy(all, textFunctions())
	maps.Copy(all, guardedFunctions())
	for _, name := range []string{"timestamp", "uuidv4", "homedir"} {
		all[name] = outside(name)
	}
	return all
}

// textFunctions make one text of another.
func textFunctions() map[string]function.Function {
	pure := func(of func(string) (string, error)) function.Function {
		return function.New(&function.Spec{
			Params: []function.Parameter{{Name: "text", Type: cty.String}},
			Type:   function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				result, err := of(args[0].AsString())
				return cty.StringVal(result), err
			},
		})
	}
	sum := func(of func(string) []byte) function.Function {
		return pure(func(text string) (string, error) { return hex.EncodeToString(of(text)), nil })
	}
	return map[string]function.Function{
		"basename": pure(func(text string) (string, error) { return path.Base(text), nil }),
		"dirname":  pure(func(text string) (string, error) { return path.Dir(text), nil }),
		"base64encode": pure(func(text string) (string, error) {
			return base64.StdEncoding.EncodeToString([]byte(text)), nil
		}),
		"base64decode": pure(func(text string) (string, error) {
			decoded, err := base64.StdEncoding.DecodeString(text)
			return string(decoded), err
		}),
		"urlencode": pure(func(text string) (string, error) { return url.QueryEscape(text), nil }),
		"sanitize":  pure(func(text string) (string, error) { return sanitize(text), nil }),
		"md5": sum(func(text string) []byte {
			digest := md5.Sum([]byte(text)) //nolint:gosec // as above
			return digest[:]
		}),
		"sha1": sum(func(text string) []byte {
			digest := sha1.Sum([]byte(text)) //nolint:gosec // as above
			return digest[:]
		}),
		"sha256": sum(func(text string) []byte { digest := sha256.Sum256([]byte(text)); return digest[:] }),
		"sha512": sum(func(text string) []byte { digest := sha512.Sum512([]byte(text)); return digest[:] }),
	}
}

// sanitize makes a text a target's name.
func sanitize(text string) string {
	return strings.Map(func(r rune) rune {
		if targetRune(r) {
			return r
		}
		return '_'
	}, text)
}

// targetRune reports whether a character may stand in a target's name.
func targetRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
}

// outside is a function whose result hangs on the machine or on chance.
func outside(name string) function.Function {
	return function.New(&function.Spec{
		Type: function.StaticReturnType(cty.String),
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) {
			return cty.StringVal("").Mark(unset("the function " + name + ", whose result is not in the repository")), nil
		},
	})
}

// guardedFunctions are those that can make much of little.
func guardedFunctions() map[string]function.Function {
	return map[string]function.Function{
		"format":     guarded(stdlib.FormatFunc, plainFormat),
		"formatlist": guarded(stdlib.FormatListFunc, plainFormat),
		"indent": guarded(stdlib.IndentFunc, func(args []cty.Value) error {
			if !args[0].IsKnown() || args[0].GreaterThan(cty.NumberIntVal(100)).True() {
				return errTooMuch
			}
			return nil
		}),
		"join":          guarded(stdlib.JoinFunc, product),
		"replace":       guarded(stdlib.ReplaceFunc, product),
		"regex_replace": guarded(stdlib.RegexReplaceFunc, product),
		"setproduct":    guarded(stdlib.SetProductFunc, product),
	}
}

var errTooMuch = errors.New("would make too much of its arguments")

// guarded asks a question before a function does its work.
func guarded(inner function.Function, ask func([]cty.Value) error) function.Function {
	return function.New(&function.Spec{
		Params: inner.Params(), VarParam: inner.VarParam(),
		Type: inner.ReturnTypeForValues,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if err := ask(args); err != nil {
				return cty.NilVal, err
			}
			return inner.Call(args)
		},
	})
}

// product bounds what comes of arguments that are multiplied by each other.
func product(args []cty.Value) error {
	all := 1
	for _, arg := range args {
		if all *= max(weigh(arg, maxWeight)/16, 1); all > maxWeight {
			return errTooMuch
		}
	}
	return nil
}

// plainFormat refuses widths of four digits and more.
func plainFormat(args []cty.Value) error {
	format, _ := args[0].Unmark()
	if format.IsNull() || !format.IsKnown() {
		return nil
	}
	digits := 0
	for _, r := range format.AsString() {
		if r < '0' || r > '9' {
			digits = 0
		} else if digits++; digits > 3 {
			return errTooMuch
		}
	}
	return nil
}
