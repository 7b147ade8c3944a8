package image

import (
	"maps"
	"slices"
	"time"
)

// Config is what the image tells a container runtime. Lists keep their order in
// the image, sets are sorted.
type Config struct {
	User         string
	Env          []string
	Entrypoint   []string
	Cmd          []string
	WorkingDir   string
	Labels       map[string]string
	ExposedPorts []string
	Volumes      []string
	Shell        []string
	OnBuild      []string
	StopSignal   string
	Healthcheck  *Healthcheck
	// Created is when the image says it was made; the zero time when it does not.
	Created time.Time
	Author  string
}

// Healthcheck is the image's HEALTHCHECK. A Test of NONE switches off the base
// image's.
type Healthcheck struct {
	Test                           []string
	Interval, Timeout, StartPeriod time.Duration
	Retries                        int
}

// Config gives the configuration. The values are copies.
func (i *Image) Config() Config {
	from := i.config.Config
	config := Config{
		User:         from.User,
		Env:          slices.Clone(from.Env),
		Entrypoint:   slices.Clone(from.Entrypoint),
		Cmd:          slices.Clone(from.Cmd),
		WorkingDir:   from.WorkingDir,
		Labels:       maps.Clone(from.Labels),
		ExposedPorts: slices.Sorted(maps.Keys(from.ExposedPorts)),
		Volumes:      slices.Sorted(maps.Keys(from.Volumes)),
		Shell:        slices.Clone(from.Shell),
		OnBuild:      slices.Clone(from.OnBuild),
		StopSignal:   from.StopSignal,
		Created:      i.config.Created.Time,
		Author:       i.config.Author,
	}
	if check := from.Healthcheck; check != nil {
		config.Healthcheck = &Healthcheck{
			Test: slices.Clone(check.Test), Interval: check.Interval, Timeout: check.Timeout,
			StartPeriod: check.StartPeriod, Retries: check.Retries,
		}
	}
	return config
}

// HistoryEntry is one step of the image's history, oldest first.
type HistoryEntry struct {
	// CreatedBy is the builder's text of the instruction; it may hold the values
	// of build arguments.
	CreatedBy string
	// Comment is the builder's remark (buildkit.dockerfile.v0).
	Comment string
	// EmptyLayer is true for a step that made no layer.
	EmptyLayer bool
	// Layer is the index of the layer that the step made, -1 for none, and -1
	// everywhere when the history does not account for every layer.
	Layer int
}

// History gives the image's history, which may be empty.
func (i *Image) History() []HistoryEntry {
	entries := make([]HistoryEntry, len(i.config.History))
	layers := 0
	for n, step := range i.config.History {
		entries[n] = HistoryEntry{CreatedBy: step.CreatedBy, Comment: step.Comment, EmptyLayer: step.EmptyLayer, Layer: -1}
		if !step.EmptyLayer {
			entries[n].Layer = layers
			layers++
		}
	}
	if layers != len(i.read.Layers) {
		for n := range entries {
			entries[n].Layer = -1
		}
	}
	return entries
}
