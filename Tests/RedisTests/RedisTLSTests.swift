import LocalServers
import NIOCore
import Redis
import TestSupport
import Testing

@Suite struct RedisTLSTests {
    /// A server that speaks only TLS by TCP, as `localhost`. It asks its clients for a certificate.
    private func withTLS(
        _ body: (_ port: Int, _ files: TestCertificateFiles, _ admin: RedisClient) async throws -> Void
    ) async throws {
        try await TestCertificateFiles.with { files in
            try await ReservedPort.with { port in
                let settings = [
                    "tls-port": "\(port)", "tls-cert-file": files.certificate, "tls-key-file": files.key,
                    "tls-ca-cert-file": files.authority, "tls-auth-clients": "yes",
                ]
                try await withOwnRedis(settings: settings) { redis in
                    try await withClient(RedisConfiguration(url: redis.url)) { try await body(port, files, $0) }
                }
            }
        }
    }

    private func certificates(_ files: TestCertificateFiles) -> RedisCertificates {
        RedisCertificates(authorities: files.authority, certificate: files.clientCertificate, key: files.clientKey)
    }

    /// Why no connection comes about.
    private func failure(_ configuration: RedisConfiguration) async throws -> RedisError? {
        var last: RedisError?
        try await withClient(configuration) { client in
            let error = await #expect(throws: RedisError.self) {
                try await client.execute(RedisCommand("PING"), deadline: .seconds(2))
            }
            if case .notConnected(let reason) = error { last = reason }
        }
        return last
    }

    @Test func everyKindOfConnectionIsEncrypted() async throws {
        try await withTLS { port, files, admin in
            _ = try await admin.execute(RedisCommand("ACL", "SETUSER", "ann", "on", ">p@ss", "~*", "&*", "+@all"))
            let configuration = try RedisConfiguration(
                url: "rediss://ann:p%40ss@localhost:\(port)/2", certificates: certificates(files))
            let big = [UInt8](repeating: 7, count: 1_000_000)
            try await withClient(configuration) { client in
                let replies = try await client.pipeline([
                    .command(RedisCommand("SET", "big", RedisArgument(big))), .command(RedisCommand("GET", "big")),
                    .command(RedisCommand("ACL", "WHOAMI")),
                ])
                #expect(replies == [.simple("OK"), .bytes(big), .bytes(Array("ann".utf8))])

                let blocking = RedisBlockingConnection(configuration: configuration, logger: quiet)
                _ = try await client.execute(RedisCommand("RPUSH", "list", "x"))
                let popped = try await blocking.block(RedisCommand("BLPOP", "list", "9"), timeout: .seconds(9))
                #expect(popped.array?.last?.string == "x")
                await blocking.shutdown()

                var events = RedisSubscriber(configuration: configuration, logger: quiet)
                    .messages(channels: ["news"]).makeAsyncIterator()
                #expect(await events.next() == .subscribed)
                _ = try await client.execute(RedisCommand("PUBLISH", "news", "hello"))
                #expect(await events.next() == .message(channel: "news", payload: Array("hello".utf8)))
            }
        }
    }

    @Test func serverThatIsNotTheOneOfTheURLIsRefused() async throws {
        try await withTLS { port, files, _ in
            let byAddress = try RedisConfiguration(
                url: "rediss://127.0.0.1:\(port)", certificates: certificates(files))
            guard case .untrusted = try await failure(byAddress) else {
                Issue.record("a certificate for another name was taken")
                return
            }
            let unknown = try RedisConfiguration(url: "rediss://localhost:\(port)")
            guard case .untrusted = try await failure(unknown) else {
                Issue.record("a certificate of an unknown authority was taken")
                return
            }
        }
    }

    @Test func clientWithoutTheCertificateThatIsAskedForIsToldSo() async throws {
        try await withTLS { port, files, _ in
            let configuration = try RedisConfiguration(
                url: "rediss://localhost:\(port)", certificates: RedisCertificates(authorities: files.authority))
            guard case .encryptionFailed = try await failure(configuration) else {
                Issue.record("not the reason")
                return
            }
        }
    }

    @Test func serverThatSpeaksSomethingElseIsGivenUp() async throws {
        try await FakeServer.with(.silent) { server in
            let port = server.port
            guard case .encryptionFailed = try await failure(RedisConfiguration(url: "rediss://localhost:\(port)"))
            else {
                Issue.record("not the reason")
                return
            }
            try await eventually("the sockets are closed") { server.open == 0 }
        }
    }

    @Test func serverThatNeverShakesHandsIsGivenUp() async throws {
        try await LoopbackServer.run(reply: { _ in .silence }) { server in
            var configuration = try RedisConfiguration(url: "rediss://localhost:\(server.port)")
            configuration.connectTimeout = .milliseconds(100)
            #expect(try await failure(configuration) == .timedOut(sent: true))
            try await eventually("the sockets are closed") { server.connections == 0 }
        }
    }

    @Test func certificatesThatCannotBeUsedAreRefusedAtOnce() async throws {
        try await TestCertificateFiles.with { files in
            let unusable = [
                RedisCertificates(authorities: "/nowhere.pem"), RedisCertificates(authorities: files.key),
                RedisCertificates(certificate: files.clientCertificate),
                RedisCertificates(certificate: files.clientCertificate, key: files.authority),
                RedisCertificates(certificate: files.clientCertificate, key: files.key),
            ]
            for certificates in unusable {
                let error = #expect(throws: RedisError.self) {
                    try RedisConfiguration(url: "rediss://cache", certificates: certificates)
                }
                guard case .unusableCertificates = error else {
                    Issue.record("\(certificates): \(String(describing: error))")
                    continue
                }
            }
            #expect(
                throws: RedisError.invalidURL(reason: "certificates are set, but only rediss:// uses them")
            ) {
                try RedisConfiguration(
                    url: "redis://cache", certificates: RedisCertificates(authorities: files.authority))
            }
        }
    }
}
