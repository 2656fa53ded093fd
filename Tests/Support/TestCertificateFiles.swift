import Foundation
public import NIOSSL

/// Files for servers that speak TLS: an authority that nobody trusts, a certificate of it for `localhost`, and one for a
/// client. All are good from 2020 to 2120; the keys were made for this file.
public struct TestCertificateFiles: Sendable {
    public let folder: String

    public var authority: String { "\(folder)/authority.pem" }
    public var certificate: String { "\(folder)/certificate.pem" }
    public var key: String { "\(folder)/key.pem" }
    public var clientCertificate: String { "\(folder)/client.pem" }
    public var clientKey: String { "\(folder)/client-key.pem" }

    /// Calls the body with files that only we, and under root the account `postgres`, can read.
    public static func with<Result>(_ body: (TestCertificateFiles) async throws -> Result) async throws -> Result {
        let files = TestCertificateFiles(folder: "/tmp/belfry-tls-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: files.folder) }
        try files.write()
        return try await body(files)
    }

    /// Of a server that is `localhost`.
    public func serverContext() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate)
        let privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey)))
    }

    private func write() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let contents = [
            authority: Self.authorityText, certificate: Self.certificateText, key: Self.keyText,
            clientCertificate: Self.clientText, clientKey: Self.clientKeyText,
        ]
        // Postgres wants its key to belong to itself, or to root and readable by its group only.
        let group = geteuid() == 0 ? getpwnam("postgres")?.pointee.pw_gid : nil
        for (path, text) in contents {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            chmod(path, group == nil ? 0o600 : 0o640)
            if let group { chown(path, 0, group) }
        }
    }

    private static let authorityText = """
        -----BEGIN CERTIFICATE-----
        MIIBczCCARmgAwIBAgIBATAKBggqhkjOPQQDAjAgMR4wHAYDVQQDDBVCZWxmcnkg
        dGVzdCBhdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBa
        MCAxHjAcBgNVBAMMFUJlbGZyeSB0ZXN0IGF1dGhvcml0eTBZMBMGByqGSM49AgEG
        CCqGSM49AwEHA0IABE1FEfoI/ludYE/XJkI9hRb9cO9bZ3bbqXh+PGT25gkl7oXS
        2wGnIBYgEdO9MmC3uRMc96iyS0ua9ReHY8soeemjQjBAMA8GA1UdEwEB/wQFMAMB
        Af8wDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBTrqIaawFU4WyngdUkpHKftLynM
        sjAKBggqhkjOPQQDAgNIADBFAiBoDxIshgdzGATLKMJBr0M6fzUGtmeQ5z+vPQH5
        2vTFMAIhAM9hKMjeEcs0v6PpgkIgRWGIIKUgy6tU5Tds3VdMK76i
        -----END CERTIFICATE-----
        """

    private static let certificateText = """
        -----BEGIN CERTIFICATE-----
        MIIBnTCCAUOgAwIBAgIBAjAKBggqhkjOPQQDAjAgMR4wHAYDVQQDDBVCZWxmcnkg
        dGVzdCBhdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBa
        MBQxEjAQBgNVBAMMCWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
        BG6XHqcOehF3AhRaiKF5hO010Sl0tFD8C+dndJda2klHjO6+kepLTzbvBT4uob8S
        /TztwGET9otkFDV3QOI4WAqjeDB2MBQGA1UdEQQNMAuCCWxvY2FsaG9zdDATBgNV
        HSUEDDAKBggrBgEFBQcDATAJBgNVHRMEAjAAMB0GA1UdDgQWBBSaGyl9ELO7vSDt
        fKYOierzAbu0DjAfBgNVHSMEGDAWgBTrqIaawFU4WyngdUkpHKftLynMsjAKBggq
        hkjOPQQDAgNIADBFAiEAkfENNS2fmJXJBnpby1+q+IWZrczbW/qI0SNVa9P27vAC
        IGHhv+R3FowgxEv0HwtCrDSi7u045p+wDvNl4M/ES2Zs
        -----END CERTIFICATE-----
        """

    private static let keyText = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgxFbz/UgLSVK0Vfrc
        saS0hJwSBrxujVJ0dsBfYHY/EOShRANCAARulx6nDnoRdwIUWoiheYTtNdEpdLRQ
        /AvnZ3SXWtpJR4zuvpHqS0827wU+LqG/Ev087cBhE/aLZBQ1d0DiOFgK
        -----END PRIVATE KEY-----
        """

    private static let clientText = """
        -----BEGIN CERTIFICATE-----
        MIIBjzCCATagAwIBAgIBAzAKBggqhkjOPQQDAjAgMR4wHAYDVQQDDBVCZWxmcnkg
        dGVzdCBhdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBa
        MB0xGzAZBgNVBAMMEkJlbGZyeSB0ZXN0IGNsaWVudDBZMBMGByqGSM49AgEGCCqG
        SM49AwEHA0IABEbO0qEAQusH4jDFb951HpMOAQ2+cN0lZRYr8sNh13jvi2KrARRw
        my6BQ1eYHRBK2wX73xEXClUarXrETw0/r5ujYjBgMBMGA1UdJQQMMAoGCCsGAQUF
        BwMCMAkGA1UdEwQCMAAwHQYDVR0OBBYEFP8sSYsAv+H9C2TFJ6wSvLwnzeByMB8G
        A1UdIwQYMBaAFOuohprAVThbKeB1SSkcp+0vKcyyMAoGCCqGSM49BAMCA0cAMEQC
        IHul60YSAEQhojCZ1GHQn92QcV86+EqBfpCeMnLy16DfAiBS3N8bMlhgR+IREHiO
        /8PVp0brDzjKWuvdBxDaQDP9Kw==
        -----END CERTIFICATE-----
        """

    private static let clientKeyText = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzDglsJAVSawQJEhI
        tkOVloehDnCK5D4y/VLEaU2EVPyhRANCAARGztKhAELrB+IwxW/edR6TDgENvnDd
        JWUWK/LDYdd474tiqwEUcJsugUNXmB0QStsF+98RFwpVGq16xE8NP6+b
        -----END PRIVATE KEY-----
        """
}
