#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension RedisConfiguration {
    /// Reads `redis://[[user]:password@]host[:port][/db]`, the same with `rediss` for TLS, or
    /// `redis+unix://[[user]:password@]/path/to.sock[?db=n]`.
    ///
    /// User and password are percent-encoded. Throws ``RedisError/invalidURL(reason:)`` and
    /// ``RedisError/unusableCertificates(reason:)``; certificates without `rediss` are refused.
    public init(url: String, certificates: RedisCertificates = RedisCertificates()) throws(RedisError) {
        guard let parts = URLComponents(string: url) else {
            throw .invalidURL(reason: "it is not a URL")
        }
        let scheme = parts.scheme?.lowercased()
        switch scheme {
        case "redis", "rediss":
            self.init(endpoint: try Self.tcpEndpoint(parts), database: try Self.database(parts.path.dropFirst()))
        case "redis+unix":
            guard !parts.path.isEmpty else { throw .invalidURL(reason: "the path of the socket is missing") }
            let database = parts.queryItems?.first { $0.name == "db" }?.value ?? ""
            self.init(endpoint: .unix(path: parts.path), database: try Self.database(database[...]))
        default:
            throw .invalidURL(reason: "the scheme must be redis://, rediss:// or redis+unix://")
        }
        if scheme == "rediss" {
            tls = try RedisTLS(certificates)
        } else if !certificates.isEmpty {
            throw .invalidURL(reason: "certificates are set, but only rediss:// uses them")
        }
        username = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password.flatMap { $0.isEmpty ? nil : $0 }
        if username != nil, password == nil {
            throw .invalidURL(reason: "there is a user without a password; a password alone is :password@")
        }
    }

    private static func tcpEndpoint(_ parts: URLComponents) throws(RedisError) -> Endpoint {
        guard let host = parts.host, !host.isEmpty else {
            throw .invalidURL(reason: "the host is missing")
        }
        let port = parts.port ?? 6379
        guard (1...65_535).contains(port) else {
            throw .invalidURL(reason: "the port must be between 1 and 65535")
        }
        // An IPv6 address is bracketed in a URL only.
        return .tcp(host: String(host.trimmingPrefix("[").prefix { $0 != "]" }), port: port)
    }

    private static func database(_ text: Substring) throws(RedisError) -> Int {
        if text.isEmpty { return 0 }
        guard let number = Int(text), number >= 0 else {
            throw .invalidURL(reason: "the database must be a number from 0")
        }
        return number
    }
}
