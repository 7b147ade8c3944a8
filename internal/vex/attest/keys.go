package attest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// key is a public key of the policy.
type key struct {
	public crypto.PublicKey
	// name is the file that it is from.
	name string
}

// readKeys reads the public keys of a signer. The key of a certificate is used
// while that is valid, and a note tells when it is not.
func readKeys(signer gate.Signer, now time.Time) (keys []key, notes []string, err error) {
	refuse := func(why string) ([]key, []string, error) {
		return nil, nil, fmt.Errorf("%w: %s: %s", ErrSigner, signer.Path, why)
	}
	rest := signer.Key
	const most = 16
	for range most {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if strings.Contains(block.Type, "PRIVATE KEY") {
			return refuse("it holds a private key; write the public one there, and change the private one if others could read it")
		}
		public, remark, err := readKey(block, signer.Path, now)
		if remark != "" {
			notes = append(notes, remark)
			continue
		}
		if err != nil {
			return refuse(clean(err.Error()))
		}
		if why := unusable(public); why != "" {
			return refuse(why)
		}
		keys = append(keys, key{public: public, name: signer.Path})
	}
	if len(keys) == 0 && len(notes) == 0 {
		return refuse("it holds no public key in PEM; write one there, as cosign public-key prints it")
	}
	return keys, notes, nil
}

// readKey reads one public key, or remarks that its certificate is not valid.
func readKey(block *pem.Block, path string, now time.Time) (public crypto.PublicKey, remark string, err error) {
	switch block.Type {
	case "PUBLIC KEY":
		public, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		public, err = x509.ParsePKCS1PublicKey(block.Bytes)
	case "CERTIFICATE":
		var certificate *x509.Certificate
		if certificate, err = x509.ParseCertificate(block.Bytes); err == nil {
			if now.Before(certificate.NotBefore) || now.After(certificate.NotAfter) {
				return nil, fmt.Sprintf("ignored: the certificate %s is valid from %s to %s", path,
					certificate.NotBefore.UTC().Format(time.DateOnly), certificate.NotAfter.UTC().Format(time.DateOnly)), nil
			}
			public = certificate.PublicKey
		}
	default:
		return nil, "", fmt.Errorf("it holds %q, which is no public key", block.Type)
	}
	if err != nil {
		return nil, "", fmt.Errorf("its public key can't be read; write it again: %w", err)
	}
	return public, "", nil
}

// unusable says why a key can't verify anything; empty where it can.
func unusable(public crypto.PublicKey) string {
	const weakest = 2048
	switch public := public.(type) {
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return ""
	case *rsa.PublicKey:
		if public.N.BitLen() < weakest {
			return fmt.Sprintf("its RSA key has %d bits, and less than %d are too weak; make another", public.N.BitLen(), weakest)
		}
		return ""
	default:
		return fmt.Sprintf("its key is a %T, and gate knows ECDSA, Ed25519 and RSA", public)
	}
}

// verifies reports whether a signature over a message is this key's, by any of
// the hashes that signers use.
func (k key) verifies(message, signature []byte) bool {
	if public, ok := k.public.(ed25519.PublicKey); ok {
		sum := sha512.Sum512(message)
		return ed25519.Verify(public, message, signature) ||
			ed25519.VerifyWithOptions(public, sum[:], signature, &ed25519.Options{Hash: crypto.SHA512}) == nil
	}
	sum256, sum384, sum512 := sha256.Sum256(message), sha512.Sum384(message), sha512.Sum512(message)
	for hash, sum := range map[crypto.Hash][]byte{crypto.SHA256: sum256[:], crypto.SHA384: sum384[:], crypto.SHA512: sum512[:]} {
		switch public := k.public.(type) {
		case *ecdsa.PublicKey:
			if ecdsa.VerifyASN1(public, sum, signature) {
				return true
			}
		case *rsa.PublicKey:
			if rsa.VerifyPSS(public, hash, sum, signature, nil) == nil || rsa.VerifyPKCS1v15(public, hash, sum, signature) == nil {
				return true
			}
		}
	}
	return false
}
