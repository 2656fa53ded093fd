import NIOCore
import NIOSSL

/// Files in PEM format by which the two sides of `rediss://` know each other. They are read once, at the start.
public struct RedisCertificates: Sendable, Equatable {
    /// The authorities that may vouch for the server; nil for those that the system trusts.
    public var authorities: String?
    /// Our own certificate, and those between it and its authority, for a server that asks for one.
    public var certificate: String?
    public var key: String?

    public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }

    var isEmpty: Bool { self == RedisCertificates() }
}

/// Encryption with everything checked: the server's certificate, and that it is the named host's.
struct RedisTLS: Sendable {
    private let context: NIOSSLContext

    /// Blocks for the time it takes to read the files. Throws ``RedisError/unusableCertificates(reason:)``.
    init(_ certificates: RedisCertificates) throws(RedisError) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        // A peer that is dead says no goodbye, and the next connection waits for nothing.
        configuration.shutdownTimeout = .seconds(1)
        if let path = certificates.authorities {
            configuration.trustRoots = .certificates(try Self.certificates(in: path, for: "authorities"))
        }
        switch (certificates.certificate, certificates.key) {
        case (nil, nil): break
        case (let certificate?, let key?):
            configuration.certificateChain = try Self.certificates(in: certificate, for: "client certificate")
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(
                try Self.read("client key") { try NIOSSLPrivateKey(file: key, format: .pem) })
        default: throw .unusableCertificates(reason: "a client certificate and its key go together")
        }
        context = try Self.read("client certificate and key") { try NIOSSLContext(configuration: configuration) }
    }

    /// - Parameter host: as in the URL; an address must stand in the certificate as such.
    func handler(host: String) throws -> NIOSSLClientHandler {
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
    }

    private static func certificates(in path: String, for use: String) throws(RedisError) -> [NIOSSLCertificate] {
        let certificates = try read(use) { try NIOSSLCertificate.fromPEMFile(path) }
        guard !certificates.isEmpty else { throw .unusableCertificates(reason: "there are no \(use) in the file") }
        return certificates
    }

    private static func read<Content>(_ use: String, _ body: () throws -> Content) throws(RedisError) -> Content {
        do { return try body() } catch {
            throw .unusableCertificates(reason: "the \(use) cannot be read as PEM, or do not match")
        }
    }
}

extension CloseCause {
    /// Of an error that came up the pipeline. A peer that dies ends TLS uncleanly, which says nothing against it.
    init(_ error: any Error) {
        switch error {
        case NIOSSLError.uncleanShutdown: self = .lost
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            self = .encryption(.untrusted(detail: "\(error)"))
        case let error as NIOSSLError:
            let detail = "\(error)"
            let isAboutCertificate =
                detail.contains("CERTIFICATE_VERIFY_FAILED") || error == .unableToValidateCertificate
            self = .encryption(isAboutCertificate ? .untrusted(detail: detail) : .encryptionFailed(detail: detail))
        case is NIOSSLExtraError, is BoringSSLError: self = .encryption(.encryptionFailed(detail: "\(error)"))
        default: self = .lost
        }
    }

    /// Why TLS did not come about.
    var encryptionError: RedisError? {
        if case .encryption(let error) = self { error } else { nil }
    }
}
