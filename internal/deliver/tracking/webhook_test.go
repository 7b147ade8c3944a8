package tracking_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/deliver/tracking"
	"github.com/containergate/gate/internal/gate"
)

// hook is a webhook that answers request after request; the last answer is for
// all that follow.
type hook struct {
	*httptest.Server
	answers []func(http.ResponseWriter)
	bodies  []string
	waits   []time.Duration
}

func answer(status int, body string, header ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func serveHook(t *testing.T, answers ...func(http.ResponseWriter)) *hook {
	t.Helper()
	h := &hook{answers: answers}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.bodies = append(h.bodies, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+" "+string(body))
		next := h.answers[0]
		if len(h.answers) > 1 {
			h.answers = h.answers[1:]
		}
		next(w)
	}))
	t.Cleanup(h.Close)
	return h
}

const secretPath = "/services/T000/B000/TheSecretOfTheHook"

func (h *hook) post(ctx context.Context, f gate.Fleet, o tracking.PostOptions) error {
	o.Now = func() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }
	o.Sleep = func(ctx context.Context, d time.Duration) error {
		h.waits = append(h.waits, d)
		return ctx.Err()
	}
	return tracking.Post(ctx, gate.NewSecret(h.URL+secretPath), f, o)
}

func alarming() gate.Fleet {
	return fleet(release("1.0", vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh)))
}

func TestOnlyWhatIsNewIsPosted(t *testing.T) {
	openssl := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh)
	listless := fleet(release("1.0"))
	listless.Gaps = []gate.Gap{{Guard: gate.GuardImageMissing, Image: "db", Message: "shard 2 is lost"}}
	known := as(openssl, func(o *gate.Observed) { o.Status = gate.StatusExisting })
	for _, test := range []struct {
		name  string
		fleet gate.Fleet
		known []string
		want  string
	}{
		{"a new finding", fleet(release("1.0", openssl), release("1.1", openssl)), nil, "gate: 1 finding, new or worse, in 1 released image"},
		{"a worse one", fleet(release("1.0", as(openssl, func(o *gate.Observed) { o.Status = gate.StatusWorse }))), nil, "gate: 1 finding, new or worse, in 1 released image"},
		{"a release that cannot be scanned", fleet(unscanned("1.0")), nil, "gate: 1 release or list could not be scanned"},
		{"a list that cannot be read", listless, nil, "gate: 1 release or list could not be scanned"},
		{"both", fleet(release("1.0", openssl), unscanned("1.1"), unscanned("1.2")), []string{"ghcr.io/octo/api:1.1 linux/amd64"},
			"gate: 1 finding, new or worse, in 1 released image; 1 release or list could not be scanned"},
		{"nothing", fleet(release("1.0")), nil, ""},
		{"what is known", fleet(release("1.0", known)), nil, ""},
		{"what is gone", fleet(release("1.0", gonenow(openssl))), nil, ""},
		{"what is waived", fleet(release("1.0", as(openssl, func(o *gate.Observed) { o.Action = gate.ActionWaived }))), nil, ""},
		{"what is dismissed", fleet(release("1.0", as(openssl, func(o *gate.Observed) { o.Dismissed = "false positive" }))), nil, ""},
		{"what could not be scanned before", fleet(unscanned("1.0")), tracking.Unscanned(fleet(unscanned("1.0"))), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := serveHook(t, answer(200, "ok"))
			if err := h.post(t.Context(), test.fleet, tracking.PostOptions{Known: test.known}); err != nil {
				t.Fatal(err)
			}
			if test.want == "" {
				if len(h.bodies) > 0 {
					t.Errorf("posted %q", h.bodies)
				}
				return
			}
			body, ok := strings.CutPrefix(h.bodies[0], "POST "+secretPath+" application/json; charset=utf-8 ")
			var said struct{ Text string }
			if err := json.Unmarshal([]byte(body), &said); !ok || err != nil || said.Text != test.want {
				t.Errorf("posted %q, %v", h.bodies, err)
			}
		})
	}
}

func TestAPostIsWhatSlackTakes(t *testing.T) {
	h := serveHook(t, answer(200, "ok"))
	f := fleet()
	f.Images = nil
	for _, text := range append(nasty(), make([]string, 30)...) {
		var observed []gate.Observed
		for range 20 {
			o := mended(vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh))
			o.Finding.Rule, o.Finding.Package.Name, o.Finding.Package.PURL = text+strings.Repeat("x", len(observed)), text, ""
			o.Finding.Advisory = &gate.Advisory{KEV: &gate.KEV{}, EPSS: &gate.EPSS{Probability: 0.5}}
			observed = append(observed, o)
		}
		bad := unscanned(text)
		f.Images = append(f.Images, gate.FleetImage{Name: text, Releases: []gate.Release{release("1", observed...), bad}, Issue: "https://github.com/octo/shop/issues/1?a=1&b=2"})
	}
	if err := h.post(t.Context(), f, tracking.PostOptions{RunURL: "https://github.com/octo/shop/actions/runs/7"}); err != nil {
		t.Fatal(err)
	}
	var posted struct {
		Text   string
		Blocks []struct {
			Type string
			Text struct {
				Type, Text string
				Verbatim   bool
			}
		}
	}
	_, body, _ := strings.Cut(h.bodies[0], "utf-8 ")
	if err := json.Unmarshal([]byte(body), &posted); err != nil {
		t.Fatal(err)
	}
	if len(posted.Blocks) > 50 || len(posted.Blocks) < 20 {
		t.Errorf("%d blocks", len(posted.Blocks))
	}
	all := ""
	for _, b := range posted.Blocks {
		if b.Type != "section" || b.Text.Type != "mrkdwn" || !b.Text.Verbatim || len(b.Text.Text) > 3000 || b.Text.Text == "" {
			t.Errorf("got %+v", b)
		}
		all += b.Text.Text + "\n"
	}
	for _, link := range []string{"<https://github.com/octo/shop/actions/runs/7|run>", "<https://github.com/octo/shop/issues/1?a=1&amp;b=2|issue>"} {
		if !strings.Contains(all, link) {
			t.Errorf("no link %s", link)
		}
		all = strings.ReplaceAll(all, link, "")
	}
	if strings.ContainsAny(all, "<>\x1b\u202e") || strings.Contains(all, "@U") || strings.Contains(all, "@o") {
		t.Errorf("foreign text speaks to Slack:\n%s", all)
	}
	wants(t, "the post", all, "KEV, EPSS 50%", "fixed in 1.0.2", "and 12 more", "*Could not be scanned*")
}

func TestAWebhookThatDoesNotTakeItIsAnErrorWithoutItsAddress(t *testing.T) {
	elsewhere := serveHook(t, answer(200, "ok"))
	for _, test := range []struct {
		name    string
		answers []func(http.ResponseWriter)
		want    string
		waits   []time.Duration
		posts   int
	}{
		{"busy once", []func(http.ResponseWriter){answer(429, "", "Retry-After", "7"), answer(200, "ok")}, "", []time.Duration{7 * time.Second}, 2},
		{"busy until a time", []func(http.ResponseWriter){answer(429, "", "Retry-After", "Sun, 22 Nov 2026 09:00:30 GMT"), answer(200, "ok")}, "", []time.Duration{30 * time.Second}, 2},
		{"busy without a word", []func(http.ResponseWriter){answer(429, ""), answer(204, "")}, "", []time.Duration{time.Second}, 2},
		{"busy twice", []func(http.ResponseWriter){answer(429, "", "Retry-After", "1")}, "it answered 429", []time.Duration{time.Second}, 2},
		{"busy for hours", []func(http.ResponseWriter){answer(429, "", "Retry-After", "9000")}, "asks to wait for 2h30m0s", nil, 1},
		{"gone", []func(http.ResponseWriter){answer(404, "no_service")}, "it answered 404 no_service", nil, 1},
		{"an answer that quotes", []func(http.ResponseWriter){answer(500, "cannot POST "+secretPath)}, "it answered 500", nil, 1},
		{"elsewhere", []func(http.ResponseWriter){answer(307, "", "Location", elsewhere.URL+"/other")}, "redirects elsewhere (307)", nil, 1},
		{"elsewhere as a GET", []func(http.ResponseWriter){answer(302, "", "Location", "/other")}, "redirects elsewhere (302)", nil, 1},
		{"onward on the same host", []func(http.ResponseWriter){answer(308, "", "Location", "/other"), answer(200, "ok")}, "", nil, 2},
		{"in a circle", []func(http.ResponseWriter){answer(308, "", "Location", "/other")}, "redirects elsewhere (308)", nil, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := serveHook(t, test.answers...)
			err := h.post(t.Context(), alarming(), tracking.PostOptions{})
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v", err)
			}
			hides(t, err, h.URL)
			if diff := cmp.Diff(test.waits, h.waits); diff != "" || len(h.bodies) != test.posts {
				t.Errorf("%s%d posts", diff, len(h.bodies))
			}
		})
	}
	if len(elsewhere.bodies) > 0 {
		t.Errorf("another host got %q", elsewhere.bodies)
	}
}

// hides fails when an error shows the address of a webhook.
func hides(t *testing.T, err error, address string) {
	t.Helper()
	for wrapped := err; wrapped != nil; wrapped = errors.Unwrap(wrapped) {
		if strings.Contains(wrapped.Error(), "Secret") || strings.Contains(wrapped.Error(), "T000") || strings.Contains(wrapped.Error(), strings.TrimPrefix(address, "http://")) {
			t.Errorf("the error shows the address: %v", wrapped)
		}
	}
}

func TestAnAddressThatIsNotSafeIsNotAsked(t *testing.T) {
	for address, want := range map[string]string{
		"http://hooks.invalid" + secretPath:   "not https",
		"ftp://localhost" + secretPath:        "not https",
		"hooks.invalid" + secretPath:          "none of a web server",
		"https://" + secretPath:               "none of a web server",
		"https://hooks.invalid/%zz/TheSecret": "none of a web server",
		"":                                    "none of a web server",
	} {
		err := tracking.Post(t.Context(), gate.NewSecret(address), alarming(), tracking.PostOptions{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", address, err)
		}
		hides(t, err, "hooks.invalid")
	}
}

// failing is a network that does not work.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestWhatTheNetworkSaysShowsNoAddress(t *testing.T) {
	h := serveHook(t, answer(200, "ok"))
	h.Close()
	err := h.post(t.Context(), alarming(), tracking.PostOptions{})
	if err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("got %v", err)
	}
	hides(t, err, h.URL)
	err = h.post(t.Context(), alarming(), tracking.PostOptions{Transport: failing{errors.New("dialing " + secretPath)}})
	if err == nil || !strings.Contains(err.Error(), "the connection broke") {
		t.Errorf("got %v", err)
	}
	hides(t, err, h.URL)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err = h.post(ctx, alarming(), tracking.PostOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	err = tracking.Post(t.Context(), gate.NewSecret(secure.URL+secretPath), alarming(), tracking.PostOptions{})
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v", err)
	}
	hides(t, err, secure.URL)
}
