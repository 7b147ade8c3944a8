package advise

// Advice is what could be changed so that less is found.
type Advice struct {
	// Bases are the base images, in the order of images and stages.
	Bases []Base
	// Manifests are the version changes that clear what blocks. They are nil
	// where the images themselves were not examined.
	Manifests []Manifest
	// Notes are remarks on what is not known.
	Notes []string
}

// Base is a base image that a Dockerfile names, and what could take its place.
type Base struct {
	// Image is the logical name of the image that is built on it; Path and Line
	// are where its FROM stands.
	Image, Path string
	Line        int
	// Ships is true where what the base holds is in the image, and false where
	// another stage only begins with it.
	Ships bool
	// Reference is the base as the Dockerfile has it, with variables replaced;
	// Digest is that of its manifest for Platform.
	Reference, Digest, Platform string
	// Size is that of the layers as they are downloaded, in bytes.
	Size int64
	// Now is what is found in it today; only LeftBy and Blocking say anything.
	Now Difference
	// Options are ranked, the best first.
	Options []Option
	// Recommended is the index of the option to take, or -1.
	Recommended int
	// Unknown says why nothing can be said of the base; empty where something can.
	Unknown string
}

// Option is another image that was scanned.
type Option struct {
	Choice
	// Reference is what FROM would name; Digest is that of the manifest.
	Reference, Digest string
	// Edit is the line that changes; nil where Unedited says why there is none.
	Edit     *Edit
	Unedited string
}
