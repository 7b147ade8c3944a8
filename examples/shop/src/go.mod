module example.invalid/shop

go 1.26

require golang.org/x/net v0.16.0
