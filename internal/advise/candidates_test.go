package advise_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/advise"
)

// families are excerpts of the tag lists of well-known repositories.
func families() map[string]string {
	return map[string]string{
		"python": `latest slim alpine bookworm bullseye trixie slim-bookworm windowsservercore alpine3.19 alpine3.20
			3 3-slim 3.11 3.11-slim 3.12 3.12-slim 3.12-slim-bookworm 3.12-slim-bullseye 3.12-slim-trixie 3.12-bookworm 3.12-bullseye 3.12-trixie
			3.12-alpine 3.12-alpine3.19 3.12-alpine3.20 3.12-windowsservercore 3.12-windowsservercore-ltsc2022
			3.12.1 3.12.1-slim 3.12.1-slim-bookworm 3.12.1-alpine3.18 3.12.1-alpine3.19 3.12.1-slim-bullseye 3.12.2-slim-bookworm
			3.12.7 3.12.7-slim 3.12.7-slim-bookworm 3.12.7-alpine3.19 3.12.7-alpine3.20 3.12.11 3.12.11-slim-bookworm 3.12.11-slim-trixie 3.12.11-alpine3.21
			3.13 3.13-slim 3.13-slim-bookworm 3.13-slim-trixie 3.13-bookworm 3.13.0 3.13.0a3 3.13.0b1 3.13.0rc1 3.13.0rc2 3.13.0rc2-slim 3.13-rc 3.13-rc-slim 3.13.5 3.13.5-slim-bookworm
			3.14-rc 3.14.0rc1 3.14.0rc1-slim-bookworm 3.9 2 2.7 2.7-slim 2.7.18 4.0.0-alpha.1 rc rc-slim`,
		"node": `latest slim alpine lts lts-slim lts-alpine current bookworm bookworm-slim iron iron-slim iron-bookworm-slim
			18 18-bullseye 18-bullseye-slim 18-bookworm 18-bookworm-slim 18-buster 18-buster-slim 18-alpine 18-alpine3.19
			18.19.0 18.19.0-bullseye 18.19.1-bullseye 18.20.4-bullseye 18.20.4-bookworm 18.20.4-alpine3.20 18.19.0-alpine3.18 18.19.1-alpine3.19
			20 20-slim 20-bookworm 20-bookworm-slim 20-alpine 20-alpine3.19 20-alpine3.20 20-bullseye 20-bullseye-slim
			20.11 20.11-bookworm 20.11-bookworm-slim 20.11.1 20.11.1-bookworm 20.17 20.17-bookworm 20.17.0-bookworm 22 22-bookworm 22-bookworm-slim 22.1-bookworm`,
		"golang": `latest alpine bookworm bullseye tip-20240101 1 1-alpine 1.22 1.22-bullseye 1.22-bookworm 1.22-alpine 1.22-alpine3.19 1.22-alpine3.20
			1.22-nanoserver 1.22-windowsservercore-ltsc2022 1.22rc1 1.22rc2-bullseye 1.22.3 1.22.3-bullseye 1.22.3-alpine 1.22.5 1.22.5-bullseye 1.22.5-alpine 1.22.12 1.22.12-bookworm
			1.23 1.23-bullseye 1.23-bookworm 1.23-alpine 1.23.0 1.23.4 1.23.4-bookworm 1.24rc1 1.24rc1-bookworm 1.9 1.9.7`,
		"debian": `latest stable stable-slim testing unstable sid sid-slim experimental oldstable rc-buggy 10 10-slim 11 11-slim 12 12-slim 12.4 12.4-slim 12.5 12.5-slim 12.11 12.11-slim 13 13-slim 13.1
			12-backports bookworm bookworm-slim bookworm-backports bookworm-20240110 bookworm-20240110-slim bookworm-20240211 bookworm-20240211-slim bookworm-20250811 bookworm-20250811-slim
			bullseye bullseye-slim bullseye-20250811-slim trixie trixie-slim trixie-20250811 trixie-20250811-slim trixie-20240110-slim forky forky-slim forky-20250811-slim duke`,
		"ubuntu": `latest rolling devel 18.04 20.04 22.04 22.10 23.04 23.10 24.04 24.10 25.04 focal focal-20240123 jammy jammy-20240111 jammy-20240227 jammy-20250730
			kinetic lunar mantic mantic-20240122 noble noble-20240114 noble-20250716 oracular plucky xenial`,
		"alpine": `latest edge 2.6 2.7 3 3.9 3.18 3.18.4 3.18.5 3.18.12 3.19 3.19.0 3.19.1 3.19.7 3.20 3.20.0 3.20.6 3.20.0_alpha20231219 3.22 3.22.1 20230901 20240329 20250108`,
		"nginx": `latest alpine alpine-slim alpine-perl bookworm perl mainline mainline-alpine stable stable-alpine stable-alpine3.17 stable-alpine3.19-slim stable-perl stable-bookworm
			1 1-alpine 1.25 1.25-alpine 1.25.2 1.25.3 1.25.3-alpine 1.25.3-alpine-slim 1.25.3-alpine3.18 1.25.3-alpine3.18-slim 1.25.3-alpine3.18-perl 1.25.3-bookworm
			1.25.4 1.25.4-alpine3.18-slim 1.25.5 1.25.5-alpine 1.25.5-alpine3.19 1.25.5-alpine3.19-slim 1.25.5-alpine-otel 1.26.0 1.26.0-alpine3.19-slim 1.27.2 1.27.2-alpine3.20 1.27.2-alpine3.20-slim 1.27.2-bookworm-perl 1.27.2-alpine-otel`,
		"php": `latest cli fpm apache zts fpm-alpine 8.2-fpm 8.2-fpm-alpine3.19 8.3 8.3-fpm 8.3-cli 8.3-apache 8.3-fpm-bookworm 8.3-fpm-bullseye 8.3-fpm-alpine 8.3-fpm-alpine3.18 8.3-fpm-alpine3.19 8.3-fpm-alpine3.20 8.3-zts-alpine3.19
			8.3.2-fpm-alpine3.19 8.3.2RC1-fpm-alpine3.19 8.3.4-fpm-alpine3.19 8.3.11-fpm-alpine3.20 8.3.12RC1-fpm-alpine3.19 8.4-rc-fpm-alpine3.19 8.4-fpm 8.4-fpm-bookworm 8.4-fpm-alpine3.20 8.4.0RC2-fpm`,
		"eclipse-temurin": `latest 8 8-jdk 8u382-b05-jre-focal 8u392-b08-jre-focal 8u392-b08-jdk-focal 8u402-b06-jre-focal 8u402-b06-jre-jammy 11 11-jre 11.0.22_7-jre-jammy
			17 17-jdk 17-jre 17-jdk-jammy 17-jre-jammy 17-jdk-noble 17-jre-noble 17-jre-alpine 17-jdk-alpine 17-alpine 17-jre-ubi9-minimal 17-jdk-windowsservercore-ltsc2022 17-jdk-focal
			17.0.8_7-jre-jammy 17.0.8.1_1-jre-jammy 17.0.9_9-jre-jammy 17.0.9_9-jdk-jammy 17.0.9_9-jre-focal 17.0.9_9-jre-alpine 17.0.10_7-jre-jammy 17.0.12_7-jre-jammy 17.0.12_7-jre-noble 17.0.12_7-jre-alpine
			21-jre-jammy 21.0.4_7-jre-jammy 22-ea 24-ea-jdk`,
		"maven": `latest 3 3-eclipse-temurin-17 3-eclipse-temurin-21 3.9 3.9-eclipse-temurin-17 3.9-eclipse-temurin-17-alpine 3.9-eclipse-temurin-21 3.9.6 3.9.6-eclipse-temurin-17 3.9.6-eclipse-temurin-17-alpine 3.9.6-eclipse-temurin-17-focal 3.9.6-eclipse-temurin-17-jammy
			3.9.6-eclipse-temurin-11 3.9.6-eclipse-temurin-21 3.9.6-amazoncorretto-17 3.9.9-eclipse-temurin-17 3.9.9-eclipse-temurin-17-alpine 3.9.9-eclipse-temurin-17-noble 3.9.9-eclipse-temurin-21 3.9.9-sapmachine-17 4.0.0-beta-3-eclipse-temurin-17 4.0.0-rc-4-eclipse-temurin-17 3.8.7-eclipse-temurin-17`,
		"postgres":   `latest alpine bookworm 14 15 15.4 15.9 15.10 15-alpine 16 16-alpine 16-bookworm 16.1 16.1-alpine 16.1-alpine3.18 16.1-alpine3.19 16.1-bookworm 16.1-bullseye 16.2 16.2-bookworm 16.4-bookworm 16.4-alpine3.20 16.10 16.10-bookworm 16.10-trixie 17 17.2-bookworm 17beta1 17beta1-bookworm 17rc1 17rc1-bookworm`,
		"redis":      `latest alpine bookworm 6 6.2 6.2.14 7 7-alpine 7-bookworm 7.2 7.2-rc 7.2-rc3 7.2-rc3-bookworm 7.2-alpine3.19 7.2.3 7.2.4 7.2.4-alpine 7.2.4-alpine3.19 7.2.4-bookworm 7.2.5-bookworm 7.4 7.4.1-bookworm 7.4-rc1 8.0-M02 8.0-M02-bookworm 32bit 6.0.20-32bit`,
		"distroless": `latest nonroot debug debug-nonroot latest-amd64 nonroot-amd64 debug-arm64 nonroot-arm64 latest-arm64 sha256-0a1b2c3d4e5f.sig sha256-0a1b2c3d4e5f.att 1f2e3d4c5b6a`,
		"chainguard": `latest latest-dev next next-dev 20 20-dev 20.11 20.11-dev 20.11.1 20.11.1-dev 20.11.1-r0 20.11.1-r0-dev 20.11.1-r1 20.11.1-r1-dev 20.12.0-r0 20.12.0-r0-dev 22.1.0-r3 22.1.0-r3-dev sha256-aa.sig sha256-aa.att sha256-aa.sbom`,
		"ruby":       `latest slim alpine 3 3.2 3.3 3.3-slim 3.3-slim-bookworm 3.3-slim-bullseye 3.3-bookworm 3.3-alpine3.19 3.3.0 3.3.0-slim-bookworm 3.3.0-preview1 3.3.0-rc1-slim-bookworm 3.3.6-slim-bookworm 3.4-slim-bookworm 3.4.0-preview2-slim-bookworm 3.4.1-slim-bookworm 4.0.0-preview2`,
		"rust":       `latest slim alpine nightly 1 1.75 1.75-slim 1.75-slim-bookworm 1.75-slim-bullseye 1.75-slim-buster 1.75-alpine3.18 1.75-alpine3.19 1.75.0 1.75.0-slim 1.75.0-slim-bookworm 1.82-slim-bookworm 1.82.0-slim-bookworm 1.82.0-slim`,
		"dotnet": `latest 6.0 8.0 8.0-jammy 8.0-jammy-chiseled 8.0-jammy-chiseled-extra 8.0-jammy-amd64 8.0-jammy-chiseled-arm64v8 8.0-noble 8.0-noble-chiseled 8.0-bookworm-slim 8.0-alpine 8.0-alpine3.19 8.0-alpine3.20 8.0-nanoserver-1809 8.0-nanoserver-ltsc2022 8.0-azurelinux3.0 8.0-azurelinux3.0-distroless 8.0-cbl-mariner2.0
			8.0.1-jammy-chiseled 8.0.1-jammy 8.0.8-jammy-chiseled 8.0.8-jammy-chiseled-amd64 8.0.8-noble-chiseled 8.0.8-nanoserver-ltsc2022 8.0.1-nanoserver-ltsc2022 9.0-noble-chiseled 9.0-preview 9.0-preview-alpine 9.0.0-preview.1-jammy-chiseled 9.0.0-rc.1-noble-chiseled`,
		"wolfi":   `latest sha256-bb.sig sha256-bb.att`,
		"cuda":    `12.4.1-base-ubuntu20.04 12.4.1-base-ubuntu22.04 12.4.1-runtime-ubuntu22.04 12.4.1-base-ubi8 12.4.1-base-ubi9 12.4.1-base-rockylinux8 12.6.0-base-ubuntu22.04 12.6.0-base-ubuntu24.04 12.6.0-cudnn-devel-ubuntu22.04 11.8.0-base-ubuntu22.04`,
		"bitnami": `latest 16 16-debian-12 16.2.0 16.2.0-debian-11-r3 16.2.0-debian-12-r5 16.2.0-debian-12-r18 16.4.0-debian-12-r2 17.0.0-debian-12-r1 sha256-cc.sig`,
		"traefik": `latest v2.10 v2.10.5 v2.10.7 v2.11 v2.11.0 v2.11.0-rc1 v2.11.4 2.11.9 2.10.5-slim v3.0 v3.0.0 v3.0.0-rc1 v3.1.2 experimental-v3.2 windowsservercore-1809 v2.10.7-windowsservercore-1809`,
		"app":     `latest main develop pr-12 sha-1a2b3c4 sha-5d6e7f8 1a2b3c4 1a2b3c4-alpine 5d6e7f8 1.0.0 1.0.1 1.0.1-amd64 1.0.2-amd64 1.0.2-arm64 1.1.0-debug 1.1.0-SNAPSHOT 1.1.0-nightly 1.1.0-dev 1.2.0-beta.2 amd64-1.0.0 amd64-1.0.1 2024-01-15 2024-03-02 release-1.2.0 release-1.2.5 1234567 1234568`,
		"minio":   `latest edge RELEASE.2024-03-03T17-50-39Z RELEASE.2024-10-02T17-50-41Z RELEASE.2024-10-02T17-50-41Z.fips`,
	}
}

func tagsOf(family string) []string { return strings.Fields(families()[family]) }

func TestCandidatesOfRealTagLists(t *testing.T) {
	withMajor := advise.Options{Kinds: advise.Kinds()}
	for _, test := range []struct {
		family, current string
		opts            advise.Options
		want            string
	}{
		{"python", "3.12", advise.Options{}, "refresh 3.12, minor 3.13, variant 3.12-slim, variant 3.12-slim-trixie, variant 3.12-alpine, combined 3.13-slim"},
		{"python", "3.12.1", advise.Options{}, "refresh 3.12.1, patch 3.12.11, minor 3.13.5, variant 3.12.1-slim, variant 3.12.1-slim-bookworm, variant 3.12.1-alpine3.19, combined 3.13.5-slim-bookworm"},
		{"python", "3.12-slim-bullseye", advise.Options{}, "refresh 3.12-slim-bullseye, variant 3.12-alpine, distro 3.12-slim-trixie, combined 3.13-slim-trixie"},
		{"python", "3.12.1-slim-bookworm", advise.Options{}, "refresh 3.12.1-slim-bookworm, patch 3.12.11-slim-bookworm, minor 3.13.5-slim-bookworm, variant 3.12.1-alpine3.19"},
		{"python", "3.12.1-alpine3.18", advise.Options{}, "refresh 3.12.1-alpine3.18, distro 3.12.1-alpine3.19, combined 3.12.11-alpine3.21"},
		{"python", "3.12-windowsservercore-ltsc2022", advise.Options{}, "refresh 3.12-windowsservercore-ltsc2022"},
		{"python", "3.13.0rc1", advise.Options{}, "refresh 3.13.0rc1, patch 3.13.5, combined 3.13.5-slim-bookworm"},
		{"python", "3.13-rc", advise.Options{}, "refresh 3.13-rc, patch 3.13, variant 3.13-rc-slim, combined 3.13-slim"},
		{"python", "latest", advise.Options{}, "refresh latest, variant slim, variant alpine"},
		{"python", "", advise.Options{}, "refresh latest, variant slim, variant alpine"},
		{"python", "2.7", withMajor, "refresh 2.7, variant 2.7-slim, combined 3.13-slim, major 3.13"},
		{"python", "bullseye", advise.Options{}, "refresh bullseye, variant slim-bookworm, variant alpine, distro trixie"},
		{"node", "20-bookworm", advise.Options{}, "refresh 20-bookworm, variant 20-bookworm-slim, variant 20-alpine"},
		{"node", "20-bookworm", withMajor, "refresh 20-bookworm, variant 20-bookworm-slim, variant 20-alpine, combined 22-bookworm-slim, major 22-bookworm"},
		{"node", "20.11-bookworm", advise.Options{}, "refresh 20.11-bookworm, minor 20.17-bookworm, variant 20.11-bookworm-slim"},
		{"node", "18.19.0-bullseye", advise.Options{}, "refresh 18.19.0-bullseye, patch 18.19.1-bullseye, minor 18.20.4-bullseye, variant 18.19.0-alpine3.18"},
		{"node", "18-buster-slim", advise.Options{}, "refresh 18-buster-slim, variant 18-alpine, distro 18-bookworm-slim"},
		{"node", "lts", advise.Options{}, "refresh lts, variant lts-slim, variant lts-alpine"},
		{"golang", "1.22-bullseye", advise.Options{}, "refresh 1.22-bullseye, minor 1.23-bullseye, variant 1.22-alpine, distro 1.22-bookworm"},
		{"golang", "1.22.3", advise.Options{}, "refresh 1.22.3, patch 1.22.12, minor 1.23.4, variant 1.22.3-alpine"},
		{"golang", "1.22rc1", advise.Options{}, "refresh 1.22rc1, patch 1.22, minor 1.23"},
		{"debian", "bookworm", advise.Options{}, "refresh bookworm, variant bookworm-slim"},
		{"debian", "bookworm-slim", withMajor, "refresh bookworm-slim, major trixie-slim"},
		{"debian", "12.5", advise.Options{}, "refresh 12.5, minor 12.11, variant 12.5-slim, combined 12.11-slim"},
		{"debian", "12", withMajor, "refresh 12, variant 12-slim, combined 13-slim, major 13"},
		{"debian", "bookworm-20240110-slim", advise.Options{}, "refresh bookworm-20240110-slim, patch bookworm-20250811-slim"},
		{"debian", "bookworm-20240110-slim", withMajor, "refresh bookworm-20240110-slim, patch bookworm-20250811-slim, major trixie-20250811-slim"},
		{"debian", "bookworm-20240211", advise.Options{}, "refresh bookworm-20240211, patch bookworm-20250811, variant bookworm-20240211-slim, combined bookworm-20250811-slim"},
		{"ubuntu", "22.04", advise.Options{}, "refresh 22.04"},
		{"ubuntu", "22.04", withMajor, "refresh 22.04, major 24.04"},
		{"ubuntu", "23.10", withMajor, "refresh 23.10, major 25.04"},
		{"ubuntu", "jammy-20240111", advise.Options{}, "refresh jammy-20240111, patch jammy-20250730"},
		{"ubuntu", "jammy", withMajor, "refresh jammy, major noble"},
		{"alpine", "3.19.1", advise.Options{}, "refresh 3.19.1, patch 3.19.7, minor 3.22.1"},
		{"alpine", "3.18", advise.Options{}, "refresh 3.18, minor 3.22"},
		{"alpine", "3", withMajor, "refresh 3"},
		{"alpine", "20240329", advise.Options{}, "refresh 20240329, patch 20250108"},
		{"nginx", "1.25.3-alpine3.18-slim", advise.Options{}, "refresh 1.25.3-alpine3.18-slim, patch 1.25.4-alpine3.18-slim, combined 1.27.2-alpine3.20-slim"},
		{"nginx", "1.25.3", advise.Options{}, "refresh 1.25.3, patch 1.25.5, minor 1.27.2, variant 1.25.3-alpine, variant 1.25.3-alpine-slim"},
		{"nginx", "stable", advise.Options{}, "refresh stable, variant stable-alpine"},
		{"php", "8.3-fpm-alpine3.19", advise.Options{}, "refresh 8.3-fpm-alpine3.19, distro 8.3-fpm-alpine3.20, combined 8.4-fpm-alpine3.20"},
		{"php", "8.3.2-fpm-alpine3.19", advise.Options{}, "refresh 8.3.2-fpm-alpine3.19, patch 8.3.4-fpm-alpine3.19, combined 8.3.11-fpm-alpine3.20"},
		{"php", "8.3-fpm", advise.Options{}, "refresh 8.3-fpm, minor 8.4-fpm, variant 8.3-fpm-alpine"},
		{"eclipse-temurin", "17.0.9_9-jre-jammy", advise.Options{}, "refresh 17.0.9_9-jre-jammy, patch 17.0.12_7-jre-jammy, variant 17.0.9_9-jre-alpine"},
		{"eclipse-temurin", "17.0.8_7-jre-jammy", advise.Options{Kinds: []advise.Kind{advise.KindPatch}, Deny: []string{"17.0.1?_*"}}, "patch 17.0.9_9-jre-jammy"},
		{"eclipse-temurin", "17.0.8_7-jre-jammy", advise.Options{Kinds: []advise.Kind{advise.KindPatch}, Deny: []string{"17.0.1?_*", "17.0.9_*"}}, "patch 17.0.8.1_1-jre-jammy"},
		{"eclipse-temurin", "17-jdk-focal", advise.Options{}, "refresh 17-jdk-focal, variant 17-jre-noble, variant 17-jdk-alpine, variant 17-jre-ubi9-minimal, variant 17-jre-alpine, distro 17-jdk-noble"},
		{"eclipse-temurin", "8u392-b08-jre-focal", advise.Options{}, "refresh 8u392-b08-jre-focal, patch 8u402-b06-jre-focal"},
		{"maven", "3.9.6-eclipse-temurin-17", advise.Options{}, "refresh 3.9.6-eclipse-temurin-17, patch 3.9.9-eclipse-temurin-17, variant 3.9.6-eclipse-temurin-17-alpine"},
		{"maven", "3.9.6-eclipse-temurin-17-focal", advise.Options{}, "refresh 3.9.6-eclipse-temurin-17-focal, variant 3.9.6-eclipse-temurin-17-alpine, distro 3.9.6-eclipse-temurin-17-jammy, combined 3.9.9-eclipse-temurin-17-noble"},
		{"postgres", "16.1-bookworm", advise.Options{}, "refresh 16.1-bookworm, minor 16.10-bookworm, variant 16.1-alpine"},
		{"postgres", "15.4", advise.Options{}, "refresh 15.4, minor 15.10"},
		{"postgres", "16", withMajor, "refresh 16, variant 16-alpine, major 17"},
		{"postgres", "17beta1-bookworm", advise.Options{}, "refresh 17beta1-bookworm, patch 17rc1-bookworm"},
		{"redis", "7.2.4-bookworm", advise.Options{}, "refresh 7.2.4-bookworm, patch 7.2.5-bookworm, minor 7.4.1-bookworm, variant 7.2.4-alpine"},
		{"redis", "8.0-M02", withMajor, "refresh 8.0-M02"},
		{"redis", "6.0.20-32bit", advise.Options{}, "refresh 6.0.20-32bit"},
		{"distroless", "nonroot", advise.Options{}, "refresh nonroot"},
		{"distroless", "latest", advise.Options{}, "refresh latest"},
		{"distroless", "debug", advise.Options{}, "refresh debug"},
		{"chainguard", "20.11.1-r0", advise.Options{}, "refresh 20.11.1-r0, patch 20.11.1-r1, minor 20.12.0-r0"},
		{"chainguard", "20.11.1-r0-dev", withMajor, "refresh 20.11.1-r0-dev, patch 20.11.1-r1-dev, minor 20.12.0-r0-dev, major 22.1.0-r3-dev"},
		{"chainguard", "latest", advise.Options{}, "refresh latest"},
		{"ruby", "3.3.0-slim-bookworm", advise.Options{}, "refresh 3.3.0-slim-bookworm, patch 3.3.6-slim-bookworm, minor 3.4.1-slim-bookworm"},
		{"rust", "1.75-slim-buster", advise.Options{}, "refresh 1.75-slim-buster, variant 1.75-alpine3.19, distro 1.75-slim-bookworm, combined 1.82-slim-bookworm"},
		{"dotnet", "8.0", advise.Options{}, "refresh 8.0, variant 8.0-bookworm-slim, variant 8.0-alpine, variant 8.0-noble-chiseled, variant 8.0-azurelinux3.0-distroless"},
		{"dotnet", "8.0-jammy", advise.Options{}, "refresh 8.0-jammy, variant 8.0-bookworm-slim, variant 8.0-alpine, variant 8.0-jammy-chiseled, variant 8.0-azurelinux3.0-distroless, distro 8.0-noble"},
		{"dotnet", "8.0-jammy-chiseled", withMajor, "refresh 8.0-jammy-chiseled, distro 8.0-noble-chiseled, combined 9.0-noble-chiseled"},
		{"dotnet", "8.0.1-jammy-chiseled", advise.Options{}, "refresh 8.0.1-jammy-chiseled, patch 8.0.8-jammy-chiseled"},
		{"dotnet", "8.0.1-nanoserver-ltsc2022", advise.Options{}, "refresh 8.0.1-nanoserver-ltsc2022, patch 8.0.8-nanoserver-ltsc2022"},
		{"dotnet", "8.0-alpine", advise.Options{}, "refresh 8.0-alpine"},
		{"wolfi", "latest", advise.Options{}, "refresh latest"},
		{"cuda", "12.4.1-base-ubuntu20.04", advise.Options{}, "refresh 12.4.1-base-ubuntu20.04, distro 12.4.1-base-ubuntu22.04, combined 12.6.0-base-ubuntu24.04"},
		{"cuda", "12.4.1-base-ubi8", advise.Options{}, "refresh 12.4.1-base-ubi8, distro 12.4.1-base-ubi9"},
		{"bitnami", "16.2.0-debian-12-r5", advise.Options{}, "refresh 16.2.0-debian-12-r5, patch 16.2.0-debian-12-r18, minor 16.4.0-debian-12-r2"},
		{"traefik", "v2.10.5", advise.Options{}, "refresh v2.10.5, patch v2.10.7, minor v2.11.4"},
		{"app", "1.0.0", advise.Options{}, "refresh 1.0.0, patch 1.0.1"},
		{"app", "1.0.1-amd64", advise.Options{}, "refresh 1.0.1-amd64, patch 1.0.2-amd64"},
		{"app", "amd64-1.0.0", withMajor, "refresh amd64-1.0.0"},
		{"app", "sha-1a2b3c4", withMajor, "refresh sha-1a2b3c4"},
		{"app", "1a2b3c4", withMajor, "refresh 1a2b3c4, variant 1a2b3c4-alpine"},
		{"app", "1234567", withMajor, "refresh 1234567"},
		{"app", "2024-01-15", advise.Options{}, "refresh 2024-01-15, patch 2024-03-02"},
		{"app", "release-1.2.0", advise.Options{}, "refresh release-1.2.0, patch release-1.2.5"},
		{"minio", "RELEASE.2024-03-03T17-50-39Z", withMajor, "refresh RELEASE.2024-03-03T17-50-39Z"},
	} {
		t.Run(test.family+" "+test.current, func(t *testing.T) {
			got, err := advise.Candidates(test.current, tagsOf(test.family), test.opts)
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, c := range got {
				all = append(all, fmt.Sprintf("%s %s", c.Kind, c.Tag))
			}
			if diff := cmp.Diff(strings.Split(test.want, ", "), all); diff != "" {
				t.Error(diff)
			}
		})
	}
}
