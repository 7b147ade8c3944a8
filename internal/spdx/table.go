package spdx

import "sync"

// familyTable gives SPDX's spelling of names to which a version is added, as
// wordsOf writes them.
var familyTable = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"gpl": "GPL", "gnu gpl": "GPL", "gnu general public": "GPL", "general public": "GPL",
		"lgpl": "LGPL", "gnu lgpl": "LGPL", "gnu lesser general public": "LGPL", "lesser general public": "LGPL",
		"gnu library general public": "LGPL", "library general public": "LGPL",
		"agpl": "AGPL", "gnu agpl": "AGPL", "gnu affero general public": "AGPL", "affero general public": "AGPL",
		"gfdl": "GFDL", "fdl": "GFDL", "gnu free documentation": "GFDL", "free documentation": "GFDL",
		"apache": "Apache", "apache software": "Apache", "asl": "Apache",
		"mpl": "MPL", "mozilla public": "MPL",
		"epl": "EPL", "eclipse public": "EPL",
		"cddl": "CDDL", "cpl": "CPL", "common public": "CPL", "eupl": "EUPL", "european union public": "EUPL",
		"artistic": "Artistic", "lppl": "LPPL", "afl": "AFL", "academic free": "AFL", "osl": "OSL", "open software": "OSL",
		"ofl": "OFL", "sil open font": "OFL", "zpl": "ZPL", "zope public": "ZPL", "cecill": "CECILL",
		"psf": "PSF", "python software foundation": "PSF", "boost software": "BSL", "boost": "BSL",
	}
})

// nameTable gives the expression for names that are no identifier, as wordsOf
// writes them. A name that several licences go by, such as BSD, is not in it.
// The GNU licences say that without a number any version will do.
var nameTable = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"expat": "MIT", "mit expat": "MIT", "expat mit": "MIT",
		"bsd 2": "BSD-2-Clause", "2 clause bsd": "BSD-2-Clause", "simplified bsd": "BSD-2-Clause", "bsd 2 clause": "BSD-2-Clause",
		"bsd 3": "BSD-3-Clause", "3 clause bsd": "BSD-3-Clause", "bsd 3 clause": "BSD-3-Clause",
		"new bsd": "BSD-3-Clause", "modified bsd": "BSD-3-Clause", "revised bsd": "BSD-3-Clause",
		"bsd 4": "BSD-4-Clause", "4 clause bsd": "BSD-4-Clause", "original bsd": "BSD-4-Clause", "bsd 4 clause": "BSD-4-Clause",
		"zlib libpng": "Zlib", "iscl": "ISC", "cc0": "CC0-1.0", "cc0 1.0 universal": "CC0-1.0",
		"boost": "BSL-1.0", "boost software": "BSL-1.0",
		"public domain": PublicDomain, "pd": PublicDomain,
		"artistic": "Artistic-1.0", "python": "Python-2.0", "psf": "PSF-2.0", "python software foundation": "PSF-2.0",
		"perl": perl, "perl 5": perl, "same as perl": perl, "perl5": perl,
		"gpl": anyGPL, "gnu gpl": anyGPL, "gnu general public": anyGPL,
		"lgpl": anyLGPL, "gnu lgpl": anyLGPL, "gnu lesser general public": anyLGPL, "lesser general public": anyLGPL,
		"gnu library general public": anyLGPL, "library general public": anyLGPL,
		"agpl": anyAGPL, "gnu agpl": anyAGPL, "gnu affero general public": anyAGPL,
		"gfdl": "GFDL-1.1-or-later", "gnu free documentation": "GFDL-1.1-or-later",
		"gfdl niv 1.2": "GFDL-1.2-no-invariants-only", "gfdl niv 1.3": "GFDL-1.3-no-invariants-only",
	}
})

const (
	perl    = "Artistic-1.0-Perl OR GPL-1.0-or-later"
	anyGPL  = "GPL-1.0-or-later"
	anyLGPL = "LGPL-2.0-or-later"
	anyAGPL = "AGPL-1.0-or-later"
)

// exceptionTable gives SPDX's identifier of exceptions that go by another name.
var exceptionTable = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"classpath exception": "Classpath-exception-2.0", "classpath": "Classpath-exception-2.0",
		"bison exception": "Bison-exception-2.2", "bison": "Bison-exception-2.2",
		"font exception": "Font-exception-2.0", "libtool": "Libtool-exception",
		"autoconf exception": "Autoconf-exception-generic", "llvm": "LLVM-exception",
	}
})
