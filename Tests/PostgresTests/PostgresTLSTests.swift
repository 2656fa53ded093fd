import Foundation
import LocalServers
import Postgres
import TestSupport
import Testing

@Suite struct PostgresTLSTests {
    /// A server that speaks TLS on a loopback address of its own, as `localhost`, and how to reach it there.
    private func withTLS(_ body: (_ url: String, _ authority: String) async throws -> Void) async throws {
        try await TestCertificateFiles.with { files in
            let directory = "/tmp/belfry-tls-postgres-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: directory) }
            // Every address of 127.0.0.0/8 is this machine, so servers need not share the port.
            let address = "127.\(Int.random(in: 1...254)).\(Int.random(in: 0...255)).\(Int.random(in: 1...254))"
            let server = try await LocalPostgres.start(
                directory: directory, durable: false,
                settings: [
                    "ssl": "on", "ssl_cert_file": files.certificate, "ssl_key_file": files.key,
                    "listen_addresses": address,
                ])
            do {
                try await body("postgresql://postgres@%/belfry?hostaddr=\(address)", files.authority)
                await server.stop(.immediate)
            } catch {
                await server.stop(.immediate)
                throw error
            }
        }
    }

    private func pool(_ url: String, host: String) throws -> PostgresPool {
        var configuration = try PostgresConfiguration(url: url.replacing("%", with: host))
        configuration.connectTimeout = .seconds(30)
        configuration.acquireTimeout = .seconds(30)
        return PostgresPool(configuration, logger: quiet)
    }

    @Test func connectionIsEncryptedAndTheServerIsWhoTheURLNames() async throws {
        try await withTLS { url, authority in
            let verified = url + "&sslmode=verify-full&sslrootcert=\(authority)"
            let pool = try pool(verified, host: "localhost")
            let backend = try await pool.backend
            #expect(try await pool.one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", as: Bool.self))
            #expect(try await pool.backend == backend, "nothing unread makes it look closed")
            let texts = (0..<500).map { String(repeating: "\($0 % 10)", count: 4000) }
            let result = try await pool.query("SELECT unnest(\(texts))")
            #expect(try result.map { try $0.get(0, as: String.self) } == texts)

            let other = try self.pool(verified, host: "other.test")
            let error = await #expect(throws: PostgresError.self) { try await other.query("SELECT 1") }
            #expect(error?.debugDescription.contains("does not match host name") == true)
        }
    }

    @Test func serverOfAnUnknownAuthorityIsRefused() async throws {
        try await withTLS { url, _ in
            let pool = try pool(url + "&sslmode=verify-full&sslrootcert=/nowhere.pem", host: "localhost")
            let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
            #expect(error?.isConnectionLoss == true)
        }
    }
}
