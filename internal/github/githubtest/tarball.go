package githubtest

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	tarballPath = repository + "/tarball/{ref}"
	// tarballFolder is where the other host keeps archives, as codeload does.
	tarballFolder = "/legacy.tar.gz/"
)

// describeTarball adds the archive's operation to a description that leaves it
// out: three parameters in the path, and a redirect.
func describeTarball(doc *openapi3.T) {
	if doc.Paths.Value(tarballPath) != nil {
		return
	}
	op := openapi3.NewOperation()
	op.OperationID = "repos/download-tarball-archive"
	for _, name := range []string{"owner", "repo", "ref"} {
		op.AddParameter(openapi3.NewPathParameter(name).WithSchema(openapi3.NewStringSchema()))
	}
	found := &openapi3.ResponseRef{Value: openapi3.NewResponse().WithDescription("Response")}
	op.Responses = openapi3.NewResponses(openapi3.WithStatus(http.StatusFound, found))
	doc.Paths.Set(tarballPath, &openapi3.PathItem{Get: op})
}

// downloadTarball sends the client to a commit's archive on the other host. For
// a private repository the address holds a token that is of use there only.
func downloadTarball(c *call) answer {
	sha, found := c.repo.resolve(c.text("ref"))
	if !found || c.repo.commit(sha) == nil {
		return notFound()
	}
	target := c.s.other.url() + "/" + c.repo.Name + tarballFolder + sha
	if c.repo.Private {
		target += "?" + url.Values{"token": {c.repo.tarballToken()}}.Encode()
	}
	return answer{status: http.StatusFound, header: http.Header{"Location": {target}}, rawType: "text/html"}
}

// tarballToken has signs in it that must not be escaped twice.
func (r *Repository) tarballToken() string { return "A+/" + SHA("the archives of "+r.Name) + "=" }

// tarball is an archive on the other host: /owner/name/legacy.tar.gz/commit.
func (s *Server) tarball(address *url.URL) (data []byte, kind string, found bool) {
	name, sha, is := strings.Cut(strings.TrimPrefix(address.Path, "/"), tarballFolder)
	if !is {
		return nil, "", false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.repository(name)
	if r == nil || r.Private && address.Query().Get("token") != r.tarballToken() {
		return nil, "", false
	}
	commit := r.commit(sha)
	if commit == nil {
		return nil, "", false
	}
	const gzipped = "application/x-gzip"
	if commit.Tarball != nil {
		return commit.Tarball, gzipped, true
	}
	files := r.tree(sha)
	for link, target := range commit.Links {
		files[link] = target
	}
	packed := newTarball(strings.ReplaceAll(r.Name, "/", "-")+"-"+sha[:min(len(sha), 7)], sha)
	for _, file := range slices.Sorted(maps.Keys(files)) {
		_, link := commit.Links[file]
		packed.add(file, files[file], link)
	}
	data, err := packed.bytes()
	return data, gzipped, err == nil
}
