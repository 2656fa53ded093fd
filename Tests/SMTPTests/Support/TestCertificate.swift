import Foundation

/// A certificate for `localhost` that is its own authority, good from 2026 to 2126; the key was made for this file.
enum TestCertificate {
    /// Calls the body with the paths of the certificate's and the key's file.
    static func withFiles(_ body: (_ certificate: String, _ key: String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "belfry-tls-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (certificate, key) = (folder.appending(path: "cert.pem"), folder.appending(path: "key.pem"))
        try Self.certificate.write(to: certificate, atomically: false, encoding: .utf8)
        try Self.key.write(to: key, atomically: false, encoding: .utf8)
        try await body(certificate.path, key.path)
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBljCCATugAwIBAgIUS8R/9ph4vDjY+vDhbFIwdBDqOh4wCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA0MzYxOFoYDzIxMjYxMDI4
        MDQzNjE4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQClNrlvr2JnQ/IUcF9rNruw/Cy2Jp/AuajbRQWmB1M8++J8BR1hFmx
        4KmoTEoZ7cmE9JaqwNwP/6gmU3MnJb4ko2kwZzAdBgNVHQ4EFgQUWvbOkQmB5q40
        /squyqv1uYWjBrowHwYDVR0jBBgwFoAUWvbOkQmB5q40/squyqv1uYWjBrowFAYD
        VR0RBA0wC4IJbG9jYWxob3N0MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
        SQAwRgIhALThatYtEcGlnuRmT9Eg5TxWeu0Y3mJHydQCriPTMUhVAiEAldh0cbB1
        njbKpbE7ykGRpAEXDlchwHYYh0KUkKC0gNg=
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwv+ZrqWbDHId5h35
        fF91VkTwj5B+UDwSIpfUjPjWLz2hRANCAAQClNrlvr2JnQ/IUcF9rNruw/Cy2Jp/
        AuajbRQWmB1M8++J8BR1hFmx4KmoTEoZ7cmE9JaqwNwP/6gmU3MnJb4k
        -----END PRIVATE KEY-----
        """
}
