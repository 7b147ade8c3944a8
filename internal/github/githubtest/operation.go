package githubtest

import "net/http"

// operation is one thing that GitHub's API can do.
type operation struct {
	method string
	// path is as in GitHub's description.
	path string
	// needs are the permissions of which one is enough: to read for GET, to write
	// for everything else. Without any, every token may.
	needs []string
	// guarded wants the permission also to read what is public.
	guarded bool
	// scanning wants the repository to have code scanning.
	scanning bool
	handle   func(*call) answer
}

func get(path string, handle func(*call) answer, needs ...string) operation {
	return operation{method: http.MethodGet, path: path, handle: handle, needs: needs}
}

func post(path string, handle func(*call) answer, needs ...string) operation {
	return operation{method: http.MethodPost, path: path, handle: handle, needs: needs}
}

func put(path string, handle func(*call) answer, needs ...string) operation {
	return operation{method: http.MethodPut, path: path, handle: handle, needs: needs}
}

func patch(path string, handle func(*call) answer, needs ...string) operation {
	return operation{method: http.MethodPatch, path: path, handle: handle, needs: needs}
}

func remove(path string, handle func(*call) answer, needs ...string) operation {
	return operation{method: http.MethodDelete, path: path, handle: handle, needs: needs}
}

func (op operation) guard() operation { op.guarded = true; return op }

func (op operation) scan() operation { op.guarded, op.scanning = true, true; return op }
