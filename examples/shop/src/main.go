// Command shop is the program inside the example image. It serves one page,
// and exists so that the image holds a Go binary with its module list.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/net/html"
)

const page = `<!doctype html><title>The shop</title><p>Nothing is for sale.`

func main() {
	address := flag.String("listen", ":8080", "address to serve on")
	check := flag.Bool("check", false, "ask a running shop for its page, and exit with 0 when it answers")
	flag.Parse()
	if err := run(*address, *check); err != nil {
		log.Print(err)
		os.Exit(1)
	}
}

func run(address string, check bool) error {
	if check {
		return ask("http://127.0.0.1:8080/")
	}
	title, err := titleOf(page)
	if err != nil {
		return err
	}
	log.Printf("serving %q on %s", title, address)
	server := &http.Server{Addr: address, ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(serve)}
	return server.ListenAndServe()
}

func serve(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, page)
}

func ask(url string) error {
	client := &http.Client{Timeout: 2 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		return fmt.Errorf("ask %s: %w", url, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("ask %s: %s", url, answer.Status)
	}
	return nil
}

// titleOf reads the title of a page, with the module that the advisories are about.
func titleOf(text string) (string, error) {
	tokens := html.NewTokenizer(strings.NewReader(text))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return "", fmt.Errorf("the page has no title: %w", tokens.Err())
		case html.StartTagToken:
			if name, _ := tokens.TagName(); string(name) == "title" {
				tokens.Next()
				return string(tokens.Text()), nil
			}
		}
	}
}
