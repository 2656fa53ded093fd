/// A certificate for `localhost` that vouches for itself, and its key: for a server on this machine whose clients are told
/// to trust it. Good for a day.
public struct ThrowawayCertificate: Sendable {
    /// Paths of PEM files.
    public let certificate: String
    public let key: String

    /// - Parameter directory: made if missing, with mode 0700.
    /// - Throws: `.programMissing` without `openssl`.
    public static func make(
        in directory: String, executables: Executables = .installed
    ) async throws(LocalServerError) -> ThrowawayCertificate {
        let openssl = try executables.path(of: "openssl", package: "openssl")
        try PrivateFolder.make(directory, for: .current)
        let made = ThrowawayCertificate(certificate: "\(directory)/certificate.pem", key: "\(directory)/key.pem")
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", made.key, "-out", made.certificate,
        ]
        _ = try await Command(executable: openssl, arguments: arguments).runOrThrow()
        return made
    }
}
