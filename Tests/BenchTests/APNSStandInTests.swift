import Foundation
import HTTPTypes
import LocalServers
import Logging
import Outbound
import Testing

@testable import Bench

struct APNSStandInTests {
    private static let id = UUID()

    @Test func pushIsAnsweredWithItsIdAndNoted() async throws {
        try await withStandIn { standIn, client in
            for number in 0..<3 {
                let answer = try await client.send(Self.push(standIn, token: "abc\(number)"), timeout: .seconds(10))
                #expect(answer.status == 200)
                let name = try #require(HTTPField.Name("apns-id"))
                #expect(answer.headers[name] == Self.id.uuidString.lowercased())
            }
            let sends = standIn.ledger.take()
            #expect(sends.map(\.token) == ["abc0", "abc1", "abc2"])
            #expect(sends.allSatisfy { $0.id == Self.id && $0.connection == sends[0].connection && $0.streams == 1 })
            #expect(sends.allSatisfy { $0.answeredAt.timeIntervalSince($0.receivedAt) >= 0.004 })
            #expect(standIn.ledger.count == 0)
        }
    }

    /// The client may send a thousand at once only when it was told so.
    @Test func manyAreUnderWayAtOnceAfterTheFirst() async throws {
        try await withStandIn(latency: .milliseconds(200)) { standIn, client in
            let statuses = await withTaskGroup(of: Int?.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        try? await client.send(Self.push(standIn, token: "\(number)"), timeout: .seconds(20)).status
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 50))
            let sends = standIn.ledger.take()
            #expect(sends[0].streams == 1)
            #expect(sends.map(\.streams).max() ?? 0 > 1)
        }
    }

    @Test func whatIsNoPushIsRefusedAndNotNoted() async throws {
        try await withStandIn { standIn, client in
            for name in ["authorization", "apns-id"] {
                var request = Self.push(standIn, token: "abc")
                request.headers.removeAll { $0.name == name }
                let answer = try await client.send(request, timeout: .seconds(10))
                #expect(answer.status == 400)
            }
            #expect(standIn.ledger.count == 0)
        }
    }

    private static func push(_ standIn: APNSStandIn, token: String) -> OutboundRequest {
        OutboundRequest(
            method: .post, url: "https://localhost:\(standIn.port)/3/device/\(token)",
            headers: ["authorization": "bearer a.b.c", "apns-id": id.uuidString], body: Array("{}".utf8))
    }

    private func withStandIn(
        latency: Duration = .milliseconds(5), _ body: (APNSStandIn, ServiceClient) async throws -> Void
    ) async throws {
        let folder = "/tmp/belfry-stand-in-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificate = try await ThrowawayCertificate.make(in: folder)
        let standIn = try await APNSStandIn.start(certificate, latency: latency)
        var configuration = OutboundConfiguration()
        configuration.certificateAuthorities = certificate.certificate
        let outbound = OutboundClient(
            configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let result: Result<Void, any Error>
        do { result = .success(try await body(standIn, outbound.http2Services)) } catch { result = .failure(error) }
        await outbound.shutdown()
        await standIn.stop()
        try result.get()
    }
}
