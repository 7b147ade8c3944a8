package image

import (
	"debug/elf"
	"encoding/binary"
	"io"
	"io/fs"
	"strings"
)

// isProgram tells programs from libraries by their headers, without reading the
// rest. A file whose headers make no sense counts as a program if it claims to
// be one.
func isProgram(content io.ReaderAt, mimeType, base string, mode fs.FileMode) bool {
	switch {
	case mimeType == "application/x-mach-binary":
		return machProgram(content)
	case strings.HasSuffix(mimeType, "portable-executable"):
		return windowsProgram(content)
	default:
		return elfProgram(content, base, mode)
	}
}

// elfProgram: fixed-address programs always are; position-independent ones when
// they say so, or when they name an interpreter and not the name of a library.
func elfProgram(content io.ReaderAt, base string, mode fs.FileMode) bool {
	parsed, err := elf.NewFile(content)
	if err != nil {
		return mode.Perm()&0o111 != 0 && !libraryName(base)
	}
	defer func() { _ = parsed.Close() }()
	switch parsed.Type {
	case elf.ET_EXEC:
		return true
	case elf.ET_DYN:
	default:
		return false
	}
	flags, err := parsed.DynValue(elf.DT_FLAGS_1)
	if err == nil && len(flags) > 0 && flags[0]&uint64(elf.DF_1_PIE) != 0 {
		return true
	}
	for _, segment := range parsed.Progs {
		if segment.Type == elf.PT_INTERP {
			return !libraryName(base)
		}
	}
	// A static program without the flag has an entry point and no table of
	// libraries or symbols to link with.
	_, noDynamic := parsed.DynValue(elf.DT_SONAME)
	return parsed.Entry != 0 && mode.Perm()&0o111 != 0 && noDynamic == nil && !libraryName(base) && !exports(parsed)
}

// exports reports whether the file offers symbols to others, as libraries do.
func exports(parsed *elf.File) bool {
	symbols, err := parsed.DynamicSymbols()
	if err != nil {
		return false
	}
	for _, symbol := range symbols {
		if symbol.Section != elf.SHN_UNDEF {
			return true
		}
	}
	return false
}

// libraryName matches libz.so, libz.so.1.2 and native modules of Node.js.
func libraryName(base string) bool {
	if strings.HasSuffix(base, ".node") || strings.HasSuffix(base, ".so") {
		return true
	}
	_, version, found := strings.Cut(base, ".so.")
	return found && strings.Trim(version, "0123456789.") == ""
}

// machProgram accepts MH_EXECUTE, and every universal binary.
func machProgram(content io.ReaderAt) bool {
	head := make([]byte, 16)
	if _, err := content.ReadAt(head, 0); err != nil {
		return true
	}
	const execute = 2
	switch magic := binary.BigEndian.Uint32(head); magic {
	case 0xfeedface, 0xfeedfacf:
		return binary.BigEndian.Uint32(head[12:]) == execute
	case 0xcefaedfe, 0xcffaedfe:
		return binary.LittleEndian.Uint32(head[12:]) == execute
	default:
		return true
	}
}

// windowsProgram accepts PE files that are no DLL. A file that merely begins
// with MZ is none.
func windowsProgram(content io.ReaderAt) bool {
	head := make([]byte, 64)
	if _, err := content.ReadAt(head, 0); err != nil {
		return false
	}
	start := int64(binary.LittleEndian.Uint32(head[60:]))
	header := make([]byte, 24)
	if _, err := content.ReadAt(header, start); err != nil || string(header[:4]) != "PE\x00\x00" {
		return false
	}
	const executable, library = 0x0002, 0x2000
	flags := binary.LittleEndian.Uint16(header[22:])
	return flags&executable != 0 && flags&library == 0
}
