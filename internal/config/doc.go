// Package config turns .gate.yaml, the environment, the action's inputs and
// the command line into one gate.Plan.
//
// One table (Options) names every option; flags, INPUT_* and GATE_* names,
// action.yml and the documentation are made from it. Later sources win over
// earlier ones: built-in default, policy file, GATE_* environment, INPUT_* of
// the action, flag. What is wrong is said with file, line and column and,
// where a name is nearly right, with the name that was probably meant.
package config
