package rest_test

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/rest"
)

func TestARefusalIsOfTheKindThatTheUserCanDoSomethingAbout(t *testing.T) {
	web := map[string]string{"Content-Type": "text/html"}
	for name, test := range map[string]struct {
		reply
		kind rest.Kind
		says string
	}{
		"a wrong token":              {reply{status: 401, body: `{"message":"Bad credentials"}`}, rest.Unauthorized, "Bad credentials"},
		"a second factor":            {reply{status: 401, header: map[string]string{"X-GitHub-OTP": "required; app"}, body: `{"message":"Must specify two-factor authentication OTP code."}`}, rest.Unauthorized, "two-factor"},
		"401 as a page":              {reply{status: 401, header: web, body: page}, rest.Unauthorized, "web page"},
		"a missing permission":       {reply{status: 403, body: `{"message":"Resource not accessible by integration"}`}, rest.Forbidden, "not accessible by integration"},
		"a personal token's":         {reply{status: 403, body: `{"message":"Resource not accessible by personal access token"}`}, rest.Forbidden, "personal access token"},
		"another 403":                {reply{status: 403, body: `{"message":"Must have admin rights to Repository."}`}, rest.Forbidden, "admin rights"},
		"a blocked user":             {reply{status: 403, body: `{"message":"User is blocked"}`}, rest.Forbidden, "blocked"},
		"no code scanning":           {reply{status: 403, body: `{"message":"Code scanning is not enabled for this repository. Please enable code scanning in the repository settings."}`}, rest.FeatureOff, "not enabled"},
		"no Advanced Security":       {reply{status: 403, body: `{"message":"Advanced Security must be enabled for this repository to use code scanning."}`}, rest.FeatureOff, "must be enabled"},
		"no Code Security":           {reply{status: 403, body: `{"message":"Code Security must be enabled for this repository to use code scanning."}`}, rest.FeatureOff, "must be enabled"},
		"an archived repository":     {reply{status: 403, body: `{"message":"Repository was archived so is read-only."}`}, rest.Archived, "archived"},
		"a locked conversation":      {reply{status: 403, body: `{"message":"Unable to create comment because issue is locked."}`}, rest.Locked, "locked"},
		"a blob that is too large":   {reply{status: 403, body: `{"message":"This API returns blobs up to 1 MB in size.","errors":[{"resource":"Blob","field":"data","code":"too_large"}]}`}, rest.TooLarge, "Blob.data too_large"},
		"403 of a proxy":             {reply{status: 403, header: web, body: page}, rest.Unavailable, "web page"},
		"not there":                  {reply{status: 404, body: `{"message":"Not Found","documentation_url":"https://docs.github.com/rest"}`}, rest.NotFound, "Not Found"},
		"gone":                       {reply{status: 410, body: `{"message":"This issue was deleted"}`}, rest.NotFound, "deleted"},
		"404 of a proxy":             {reply{status: 404, header: web, body: page}, rest.Unavailable, "/api/v3"},
		"404 of another program":     {reply{status: 404, body: `{"error":"no route"}`}, rest.Unavailable, "not one of GitHub's"},
		"404 in plain text":          {reply{status: 404, body: `404 page not found`}, rest.Unavailable, "not JSON"},
		"404 with nothing":           {reply{status: 404}, rest.Unavailable, "Not Found (an empty answer)"},
		"a conflict":                 {reply{status: 409, body: `{"message":"Git Repository is empty."}`}, rest.Conflict, "empty"},
		"too large":                  {reply{status: 413, body: `{"message":"Payload too large"}`}, rest.TooLarge, "too large"},
		"too large, says a server":   {reply{status: 413, header: web, body: page}, rest.TooLarge, "web page"},
		"a bad request":              {reply{status: 400, body: `{"message":"Problems parsing JSON"}`}, rest.Invalid, "parsing"},
		"invalid with objects":       {reply{status: 422, body: `{"message":"Validation Failed","errors":[{"resource":"IssueComment","code":"unprocessable","field":"data","message":"Body is too long (maximum is 65536 characters)"},{"resource":"Issue","field":"body","code":"missing_field"}]}`}, rest.Invalid, "Validation Failed (Body is too long (maximum is 65536 characters); Issue.body missing_field)"},
		"invalid with texts":         {reply{status: 422, body: `{"message":"Invalid request.","errors":["one","two"]}`}, rest.Invalid, "Invalid request. (one; two)"},
		"invalid with one text":      {reply{status: 422, body: `{"message":"Validation Failed","errors":"No commit found for SHA: 1"}`}, rest.Invalid, "(No commit found for SHA: 1)"},
		"invalid with odd errors":    {reply{status: 422, body: `{"message":"Validation Failed","errors":[1,null,[]]}`}, rest.Invalid, "422: Validation Failed"},
		"for legal reasons":          {reply{status: 451, body: `{"message":"Repository access blocked"}`}, rest.Forbidden, "blocked"},
		"a server error":             {reply{status: 500, body: `{"message":"Server Error"}`}, rest.Unavailable, "Server Error"},
		"a bad gateway as a page":    {reply{status: 502, header: web, body: page}, rest.Unavailable, "web page"},
		"a page that is not labeled": {reply{status: 504, body: page}, rest.Unavailable, "web page"},
		"half an answer":             {reply{status: 422, body: `{"message":"Validation Fai`}, rest.Unavailable, "not whole"},
		"a page that says 201":       {reply{status: 201, header: web, body: page}, rest.Unavailable, "web page"},
		"half a comment":             {reply{status: 201, body: `{"id":7,"body":"x`}, rest.Unavailable, "not whole"},
		"a comment without an id":    {reply{status: 201, body: `{}`}, rest.Unavailable, "number of the comment"},
		"a list":                     {reply{status: 201, body: `[]`}, rest.Unavailable, ""},
		"too late":                   {reply{status: 202, body: `{"id":7}`}, rest.Unavailable, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, test.reply)
			c, _ := client(t, f)
			_, err := c.CreateComment(t.Context(), repo, 1, "body")
			fails(t, err, test.kind, "create comment: ", test.says)
			if strings.Contains(err.Error(), "Unicorn") || strings.Contains(err.Error(), "<") {
				t.Errorf("the page is quoted: %v", err)
			}
			f.wants(t, 1)
		})
	}
}

func TestAMessageOfGitHubIsOneShortLineWithoutTheToken(t *testing.T) {
	for name, message := range map[string]string{
		"lines":    `one\ntwo\r\n::error::three`,
		"controls": `a\u001b[31mb\u0000c\u202ed\u2066e\u200bf`,
		"length":   strings.Repeat("é", 100000),
		"token":    "Bad token " + token + " used with Bearer " + token,
		"split":    "Bad token " + token[:10] + `\u200b` + token[10:],
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, reply{status: 422, body: `{"message":"` + message + `","errors":["` + message + `"]}`})
			c, _ := client(t, f)
			_, err := c.CreateComment(t.Context(), repo, 1, "body")
			fails(t, err, rest.Invalid)
			if text := err.Error(); len(text) > 700 || strings.ContainsAny(text, "\x00\u2066\u200b") {
				t.Errorf("got %q", text)
			}
		})
	}
}
