package image

import (
	"fmt"
	"io/fs"
	"path"

	"github.com/anchore/stereoscope/pkg/file"
	"github.com/anchore/stereoscope/pkg/filetree/filenode"
	stereoscope "github.com/anchore/stereoscope/pkg/image"
)

// listFolders enters those folders of the finished image that no layer has an
// entry for, as an unpacker would make them. Builders may leave them out, and a
// search for what lies in a folder ("**/lib/dpkg/status.d/*") goes by the entries:
// without them, packages of such an image are not found, and nobody says so.
func listFolders(read *stereoscope.Image) error {
	catalog, ok := read.FileCatalog.(*stereoscope.FileCatalog)
	if !ok {
		return fmt.Errorf("list the folders of the image: its catalogue is a %T", read.FileCatalog)
	}
	for _, node := range read.SquashedTree().TreeReader().Nodes() {
		folder, ok := node.(*filenode.FileNode)
		if !ok || folder.FileType != file.TypeDirectory || folder.Reference != nil {
			continue
		}
		name := string(folder.RealPath)
		catalog.Add(*file.NewFileReference(folder.RealPath), file.Metadata{
			FileInfo: file.ManualInfo{NameValue: path.Base(name), ModeValue: fs.ModeDir | 0o755},
			Path:     name, Type: file.TypeDirectory,
		}, nil, nil)
	}
	return nil
}
