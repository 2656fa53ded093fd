import API
import BelfryClient
import Documents
import Foundation
import Notifications
import Queue
import TestSupport
import Testing

/// The client that the commands use, against the API itself.
@Suite(.timeLimit(.minutes(3))) struct BelfryClientTests {
    private func use(
        _ api: TestAPI, key: String? = nil, _ body: nonisolated(nonsending) (BelfryClient) async throws -> Void
    ) async throws {
        var text = key
        if text == nil { text = try await api.makeKey().text }
        let configuration = BelfryClientConfiguration(url: api.url, key: text ?? "")
        try await BelfryClient.run(configuration, body)
    }

    @Test func aPostIsAnsweredByTheDocument() async throws {
        try await withAPI { api in
            try await use(api) { client in
                let request: JSON = ["to": ["userId": "u42"], "channels": ["inApp"], "title": "x"]
                let answer = try await client.send(request, idempotencyKey: "k1")
                #expect(!answer.isReplay)
                let id = try #require(answer.json["id"]?.string)
                #expect(try await client.notification(id)["channels"]?["inApp"]?["status"] == "unread")
                let again = try await client.send(request, idempotencyKey: "k1")
                #expect(again.isReplay && again.json["id"]?.string == id)
            }
        }
    }

    @Test func refusalsKeepTheirCodeAndTheirFields() async throws {
        try await withAPI { api in
            try await use(api) { client in
                let error = await #expect(throws: BelfryClientError.self) {
                    _ = try await client.send(["to": ["userId": "u42"], "title": "x", "priority": "soon"])
                }
                #expect(error?.status == 422 && error?.code == "invalidRequest")
                #expect(error?.fieldErrors.map(\.field) == ["priority"])
                let missing = await #expect(throws: BelfryClientError.self) {
                    _ = try await client.notification("01a1fbc7-0000-7000-8000-000000000001")
                }
                #expect(missing?.code == "notFound")
            }
            try await use(api, key: "bf_live_nonsense") { client in
                let error = await #expect(throws: BelfryClientError.self) { _ = try await client.notification("x") }
                #expect(error?.code == "unauthorized")
            }
            let reader = try await api.makeKey(scopes: [.read]).text
            try await use(api, key: reader) { client in
                let error = await #expect(throws: BelfryClientError.self) { _ = try await client.send(.null) }
                #expect(error?.code == "missingScope")
            }
        }
    }

    @Test func eventsComeAsTheyHappen() async throws {
        try await withAPI { api in
            try await use(api) { client in
                var seen: [String] = []
                try await client.events(EventQuery(userId: "u42")) { news in
                    switch news {
                    case .opened:
                        _ = try await client.send(["to": ["userId": "u1"], "channels": ["inApp"], "title": "x"])
                        _ = try await client.send(["to": ["userId": "u42"], "channels": ["inApp"], "title": "x"])
                    case .event(let event): seen.append("\(event.userId ?? "-") \(event.status)")
                    case .resync: break
                    }
                    return seen.count < 2
                }
                #expect(seen == ["u42 accepted", "u42 unread"])
            }
        }
    }

    @Test func queuesAreSeenPausedAndResumed() async throws {
        try await withAPI { api in
            try await use(api) { client in
                let request: JSON = ["to": ["email": "a@example.com"], "title": "x", "priority": "high"]
                _ = try await client.send(request)
                try await eventually("it is queued") {
                    let queue = try await client.queues().first { $0.route == "email" }
                    return queue?.backlogs[.high]?.ready == 1 && queue?.total.oldestSeconds != nil
                }
                #expect(try await client.queues().map(\.route) == Route.allCases.map(\.rawValue))
                _ = try await client.pause("email")
                #expect(try await client.queues().filter(\.isPaused).map(\.route) == ["email"])
                _ = try await client.resume("email")
                #expect(try await client.queues().allSatisfy { !$0.isPaused })
                let error = await #expect(throws: BelfryClientError.self) { _ = try await client.pause("pigeon") }
                #expect(error?.status == 404)
                try await api.queue.open(.email, epoch: 1)
                #expect(try await client.drain(["email"], within: .seconds(30)).map(\.route) == ["email"])
                #expect(try await client.queues().filter(\.isPaused).map(\.state) == ["paused"])
            }
        }
    }
}
