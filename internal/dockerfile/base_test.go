package dockerfile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheBasesOfABuildAreThoseItsArgumentsMake(t *testing.T) {
	const text = `ARG VERSION=12
ARG VARIANT=slim
ARG BASE="debian:${VERSION}-${VARIANT}"
ARG EMPTY
FROM $BASE AS one
FROM --platform=$BUILDPLATFORM golang:1.$TARGETARCH as two
FROM ${EMPTY:-one}
FROM one${EMPTY}
FROM 'alpine:$VERSION'
FROM --platform=linux/${TARGETVARIANT}x busybox:${NOT+x}y
`
	for _, test := range []struct {
		name string
		args map[string]string
		want []Base
	}{
		{"no arguments", nil, []Base{
			{Name: "debian:12-slim"}, {Name: "golang:1.arm", Platform: "linux/amd64"}, {}, {}, {},
			{Name: "busybox:y", Platform: "linux/v7x"},
		}},
		{"arguments take the place of defaults", map[string]string{"VERSION": "11", "EMPTY": "two", "OTHER": "x"}, []Base{
			{Name: "debian:11-slim"}, {Name: "golang:1.arm", Platform: "linux/amd64"}, {}, {Name: "onetwo"}, {},
			{Name: "busybox:y", Platform: "linux/v7x"},
		}},
		{"a base that is an argument", map[string]string{"BASE": "scratch"}, []Base{
			{Name: "scratch"}, {Name: "golang:1.arm", Platform: "linux/amd64"}, {}, {}, {},
			{Name: "busybox:y", Platform: "linux/v7x"},
		}},
	} {
		got := Parse("Dockerfile", []byte(text)).Bases(test.args, "linux/arm/v7", "linux/amd64")
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}
