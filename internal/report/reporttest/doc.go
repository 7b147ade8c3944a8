// Package reporttest holds what the tests of several reports need: texts that
// somebody hostile might write, pages read as a browser reads them and by a
// browser, and goldens. It holds nothing that the program runs.
package reporttest
