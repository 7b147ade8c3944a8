package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// operators are those of comparisons, longer ones first.
func operators() []string { return []string{"<=", ">=", "==", "<", ">", "="} }

// cutOperator splits a comparison; the operator is empty where there is none.
func cutOperator(text string) (op, rest string) {
	text = strings.TrimSpace(text)
	for _, op := range operators() {
		rest, found := strings.CutPrefix(text, op)
		if found && op == "==" {
			op = "="
		}
		if found {
			return op, strings.TrimSpace(rest)
		}
	}
	return "", text
}

// unit is what a bound counts in.
type unit struct {
	parse func(text string) (float64, error)
	write func(value float64) string
	// example is a bound of the unit, and pattern what may follow an operator.
	example, pattern string
}

const decimals = `[0-9]{1,15}(\.[0-9]{1,400})?`

// mostDays is a hundred years.
const mostDays = 36500

// days are whole days, or weeks.
func days() unit {
	return unit{parse: parseDays, write: func(v float64) string { return printNumber(v) + "d" }, example: ">=30d", pattern: `[0-9]{1,5}[dw]?`}
}

// share is from 0 to 1, or in percent.
func share() unit {
	return unit{parse: parseShare, write: printNumber, example: ">=0.1 or >=10%", pattern: decimals + `%?`}
}

// upTo is a number from 0.
func upTo(most float64) unit {
	return unit{
		parse: func(text string) (float64, error) { return parseNumber(text, most) },
		write: printNumber, example: ">=" + printNumber(most/2), pattern: decimals,
	}
}

func printNumber(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

func parseNumber(text string, most float64) (float64, error) {
	if !isDecimal(text) {
		return 0, fmt.Errorf("%q is no number", text)
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || value > most {
		return 0, fmt.Errorf("%s is more than %s", text, printNumber(most))
	}
	return value, nil
}

// isDecimal reports whether a text is digits, with or without a fraction.
func isDecimal(text string) bool {
	whole, fraction, dotted := strings.Cut(text, ".")
	digits := func(s string, most int) bool {
		return s != "" && len(s) <= most && strings.Trim(s, "0123456789") == ""
	}
	return digits(whole, 15) && (!dotted || digits(fraction, 400))
}

func parseDays(text string) (float64, error) {
	number, factor := strings.TrimSuffix(text, "d"), 1
	if weeks, found := strings.CutSuffix(text, "w"); found {
		number, factor = weeks, 7
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n*factor > mostDays {
		return 0, fmt.Errorf("%q is no number of days or weeks (30d, 2w)", text)
	}
	return float64(n * factor), nil
}

func parseShare(text string) (float64, error) {
	percent, found := strings.CutSuffix(text, "%")
	if !found {
		value, err := parseNumber(text, 1)
		if err != nil && isDecimal(text) {
			return 0, fmt.Errorf("%s is more than 1: write a probability from 0 to 1, or a percentage (%s%%)", text, text)
		}
		return value, err
	}
	if _, err := parseNumber(strings.TrimSpace(percent), 100); err != nil {
		return 0, err
	}
	// The exponent keeps the decimal fraction as it is written.
	return strconv.ParseFloat(strings.TrimSpace(percent)+"e-2", 64)
}

// parseBound reads an operator and a number.
func parseBound(text string, u unit) (*gate.Bound, error) {
	op, rest := cutOperator(text)
	if op == "" {
		return nil, fmt.Errorf("%q has no operator: write one of %s before it, such as %s", text, strings.Join(slices.Sorted(slices.Values(operators())), " "), u.example)
	}
	value, err := u.parse(rest)
	if err != nil {
		return nil, fmt.Errorf("%q is no bound: %w; write one such as %s", text, err, u.example)
	}
	return &gate.Bound{Op: op, Value: value}, nil
}

func boundField(name, usage string, u unit, at func(*gate.Condition) **gate.Bound) field[gate.Condition] {
	return field[gate.Condition]{
		name: name, usage: usage, shape: patternShape(`^\s*(<=|>=|==|<|>|=)\s*` + u.pattern + `\s*$`),
		read: func(d *document, into *gate.Condition, value *yaml.Node) {
			text, ok := d.text(value, name)
			if !ok {
				return
			}
			bound, err := parseBound(text, u)
			if err != nil {
				d.fail(value, "%s: %v", name, err)
				return
			}
			*at(into) = bound
		},
		write: func(from *gate.Condition) *yaml.Node {
			bound := *at(from)
			if bound == nil {
				return nil
			}
			return textNode(bound.Op + u.write(bound.Value))
		},
	}
}
