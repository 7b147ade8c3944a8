// Package listing finds which images are released: it reads the lists that a
// policy names and gives what they name as references that can be pulled.
// Registries and GitHub are asked through interfaces, and no image is opened.
//
// A list that can't be read, names nothing, or may name an image that gate did
// not understand is a gap: it never looks as if there were fewer images.
//
// # References
//
// A short name is completed as Docker does: nginx is docker.io/library/nginx,
// and what has neither tag nor digest has the tag latest. A reference with a tag
// and a digest keeps both, and its digest is what counts. Only sha256 is known.
//
// # Tags
//
// A tag is a version if it begins with up to four numbers, with or without a v,
// and with a path before it (api/v1.2.3). What follows the numbers is a
// pre-release where one of its words says so (rc, beta, dev, a commit …), and
// else a variant (1.2.3-alpine): ranges look at a variant's numbers, and lines
// are kept for each variant, and for 1, 1.2 and 1.2.3 apart. So a tag of unknown
// make is kept rather than lost. With a range or lines, tags that are no
// versions do not count; without, they are older than all versions. Signatures
// and other documents of images (sha256-….sig) never count.
//
// # Releases
//
// References are taken from a release's notes where they are unmistakable: with
// a registry and a tag or digest; with a sha256 digest; with a tag that begins
// with the release's own version; or behind "docker pull". Left out are
// addresses, Helm charts (oci://) and the lines in which GitHub itself lists the
// changes. A digest that stands alone on the line of a single reference belongs
// to it, unless the line is about one platform.
//
// Attached files are lists of images if their name has "image" or "digest" in it
// and they are text or a JSON array of references. Of other text files only
// lines that name an image with its registry count.
//
// A bill of materials belongs to the release's only image, else to the one whose
// last word is in the file's name; of several tags, to the longest that is in
// the file's name, else to that of the release. Where that does not tell, it
// belongs to none, and the image is read instead: a wrong bill would hide what
// is in the image. For the same reason the bills of archives and packages
// (api.tar.gz.sbom.json) are not taken. Whether a bill is of an image at all,
// and of which, its reader must see.
//
// # Manifests
//
// In every YAML document of the folder, the value of each key "image" counts,
// and of keys such as sidecarImage or images where it is unmistakable; so does
// each mapping of a repository with a tag or digest, and what a Kustomization
// makes of an image. Hidden folders and node_modules are left out. JSON counts
// where a pattern names it. Not read are the .env of Compose, text in YAML's
// text blocks, environment variables that name images, and images of which a
// Helm template has no line "image:".
//
// A tag that Helm values leave empty is the appVersion of the Chart.yaml beside
// them. Values without a repository complete the values.yaml beside them. A line
// of a Helm template is covered where it is made only of values that were
// recognised as an image; every other one is a gap.
package listing
