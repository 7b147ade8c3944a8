package tracking

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

const (
	// postTime is how long one try may take.
	postTime = 30 * time.Second
	// waitMost is the longest that a webhook is waited for when it is busy.
	waitMost = 2 * time.Minute
	// saidByHook is how many bytes of a webhook's answer are read.
	saidByHook = 200
)

// PostOptions say how a fleet is posted. The zero value is good.
type PostOptions struct {
	// RunURL is the page of the run; empty means no link.
	RunURL string
	// Known is what Unscanned gave for the last rescan: what could not be
	// scanned then either is no news.
	Known []string
	// Transport makes the connections. By default it obeys HTTPS_PROXY,
	// NO_PROXY and SSL_CERT_FILE.
	Transport http.RoundTripper
	// Now and Sleep are the clock; Sleep ends early with the context's error.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
}

// Post tells a webhook what is new: findings that ask for action and are new or
// got worse, and what could not be scanned and is not in o.Known. Where nothing
// is, nothing is sent. The body is that of Slack's incoming webhooks, which
// others take too: {"text": …, "blocks": […]}.
//
// The address must be https, or http on this machine. It is a secret: no error
// shows it, nor its host. A redirect to another host is not followed. Where the
// webhook is busy (429) it is asked once more.
func Post(ctx context.Context, address gate.Secret, fleet gate.Fleet, o PostOptions) error {
	m := messageOf(fleet, o)
	if m == nil {
		return nil
	}
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("post to the webhook: %w", err)
	}
	target, err := parseHook(address)
	if err != nil {
		return fmt.Errorf("post to the webhook: %w", err)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if err := o.post(ctx, target, body); err != nil {
		return fmt.Errorf("post to the webhook: %w", err)
	}
	return nil
}

// parseHook reads the address, and never quotes it.
func parseHook(address gate.Secret) (*url.URL, error) {
	target, err := url.Parse(strings.TrimSpace(address.Reveal()))
	if err != nil || target.Hostname() == "" || target.Opaque != "" {
		return nil, errors.New("its address is none of a web server; write it like https://hooks.example.com/…")
	}
	host := target.Hostname()
	local := host == "localhost" || net.ParseIP(host).IsLoopback()
	if target.Scheme != "https" && (target.Scheme != "http" || !local) {
		return nil, errors.New("its address is not https; what is posted could be read on the way")
	}
	return target, nil
}

func (o PostOptions) post(ctx context.Context, target *url.URL, body []byte) error {
	client := &http.Client{Transport: o.Transport, CheckRedirect: func(request *http.Request, via []*http.Request) error {
		const most = 3
		first := via[0].URL
		if len(via) > most || request.Method != http.MethodPost || request.URL.Scheme != first.Scheme || request.URL.Host != first.Host {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	for again := false; ; again = true {
		status, said, after, err := send(ctx, client, target, body)
		switch {
		case err != nil:
			return err
		case status >= 200 && status < 300:
			return nil
		case status == http.StatusTooManyRequests && !again:
			wait := o.wait(after)
			if wait > waitMost {
				return fmt.Errorf("it is busy (429) and asks to wait for %s", wait.Round(time.Second))
			}
			if err := o.Sleep(ctx, wait); err != nil {
				return err
			}
		case status >= 300 && status < 400:
			return fmt.Errorf("it redirects elsewhere (%d), which is not followed; name the new address", status)
		default:
			return fmt.Errorf("it answered %s", strings.TrimSpace(fmt.Sprintf("%d %s", status, said)))
		}
	}
}

// send makes one try, in its own time.
func send(ctx context.Context, client *http.Client, target *url.URL, body []byte) (status int, said, after string, err error) {
	within, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	request, err := http.NewRequestWithContext(within, http.MethodPost, target.String(), bytes.NewReader(body))
	if err != nil {
		return 0, "", "", errors.New("its address cannot be read")
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("User-Agent", "gate")
	response, err := client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return 0, "", "", ctx.Err()
		}
		return 0, "", "", unreachable(within, err)
	}
	defer func() { _ = response.Body.Close() }()
	// An answer that breaks off says less, and that is all.
	words, _ := io.ReadAll(io.LimitReader(response.Body, saidByHook))
	return response.StatusCode, oneWord(string(words)), response.Header.Get("Retry-After"), nil
}

// oneWord is the answer where it is one of Slack's error words, such as
// no_service. Anything else could quote the address.
func oneWord(text string) string {
	const most = 40
	text = strings.TrimSpace(text)
	if len(text) > most || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return ""
	}
	return text
}

// unreachable says what the network says, without its addresses and names.
func unreachable(ctx context.Context, err error) error {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var operation *net.OpError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("it did not answer within %s", postTime)
	case errors.As(err, &name):
		return errors.New("the name of its host is not known here")
	case errors.As(err, &certificate):
		return errors.New("the certificate of its host is not to be trusted; SSL_CERT_FILE names further authorities")
	case errors.As(err, &operation) && operation.Op == "dial":
		return errors.New("its host cannot be reached")
	}
	return errors.New("the connection broke")
}

// wait is how long the answer asks to wait: seconds, or a time.
func (o PostOptions) wait(after string) time.Duration {
	if seconds, err := strconv.ParseInt(strings.TrimSpace(after), 10, 32); err == nil {
		return time.Duration(max(seconds, 1)) * time.Second
	}
	if at, err := http.ParseTime(after); err == nil {
		return max(at.Sub(o.Now()), time.Second)
	}
	return time.Second
}
