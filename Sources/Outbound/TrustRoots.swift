import NIOSSL

/// The system's certificate authorities, read once for all clients: parsing them takes 20 ms and 1 MB, too much to do
/// again for each host that is called.
enum TrustRoots {
    static let system: NIOSSLTrustRoots = {
        for path in bundles {
            guard let authorities = try? NIOSSLCertificate.fromPEMFile(path), !authorities.isEmpty else { continue }
            return .certificates(authorities)
        }
        return .default
    }()

    /// Of Debian, Ubuntu, Arch and Alpine; of Fedora and its relatives. Elsewhere the library finds its own way.
    private static let bundles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]
}
