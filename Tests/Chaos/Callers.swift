import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Notifications

/// Callers of the API who do as its documentation says: each request has an idempotency key, and is repeated with it
/// until it is answered with a 2xx.
struct Callers: Sendable {
    /// The load, whose requests come at their pace whether or not earlier ones are answered.
    struct Load: Sendable {
        var requestsPerSecond = 20.0
        /// Recipients of one request.
        var recipients = 10
        /// Every how many-th request goes to the receiver of webhooks; zero for none.
        var webhookEvery = 0
    }

    /// Requests under way at once; a pace that needs more is not kept.
    private static let limit = 200
    /// How long a request is repeated.
    private static let patience: Duration = .seconds(60)

    /// The note of a request that got the first answer once more.
    static let replayed = "replayed"

    let url: String
    let apiKey: String
    let webhookURL: String
    let load: Load
    let history: HistoryLog
    /// How often requests were answered, by the words of their entries' notes.
    let answers = CallCounts()

    /// Asks until the flag is raised, and returns once everything was answered or given up.
    func run(until isOver: Flag) async throws {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            var number = 0
            while !isOver.isRaised {
                let due = start + .seconds(Double(number) / load.requestsPerSecond)
                try await Task.sleep(until: due, clock: .continuous)
                if number >= Callers.limit { try await group.next() }
                let key = "request-\(number)"
                let recipients = recipients(number)
                group.addTask { try await persist(key, to: recipients) }
                number += 1
            }
            try await group.waitForAll()
        }
    }

    private func recipients(_ number: Int) -> [JSON] {
        let isWebhook = load.webhookEvery > 0 && number.isMultiple(of: load.webhookEvery)
        return (0..<load.recipients).map { place in
            isWebhook
                ? ["webhookUrl": .string("\(webhookURL)/\(number)/\(place)")]
                : ["email": .string("r\(place)@request-\(number).example.com")]
        }
    }

    /// Repeats one request until it is answered with a 2xx.
    func persist(_ key: String, to recipients: [JSON], title: String = "Hello") async throws {
        let channel = recipients.first?["webhookUrl"] == nil ? "email" : "webhook"
        let body: JSON = [
            "to": .array(recipients), "channels": [.string(channel)], "title": .string(title),
            "metadata": ["request": .string(key)],
        ]
        let end = ContinuousClock.now + Callers.patience
        while ContinuousClock.now < end, !Task.isCancelled {
            history.note(HistoryEntry("caller", .invoke, key))
            let entry = await ask(key, body)
            if let note = entry.note { _ = answers.next(note) }
            history.note(entry)
            if entry.event != .info { return }
            try await Task.sleep(for: .milliseconds(Int.random(in: 150...450)))
        }
    }

    private func ask(_ key: String, _ body: JSON) async -> HistoryEntry {
        var request = HTTPClientRequest(url: "\(url)/v1/notifications")
        request.method = .POST
        request.headers.add(name: "authorization", value: "Bearer \(apiKey)")
        request.headers.add(name: "idempotency-key", value: key)
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(body.utf8)
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(5))
            let answer = Array(try await response.body.collect(upTo: 16 << 20).readableBytesView)
            let status = Int(response.status.code)
            guard status == 202 else {
                // What was refused for good is not taken; 409 says that the first request is still under way.
                let isFinal = (400..<500).contains(status) && ![408, 409, 425, 429].contains(status)
                return HistoryEntry("caller", isFinal ? .fail : .info, key, status: status)
            }
            let list = try JSON(parsing: answer)["notifications"]?.array ?? []
            let isReplay = response.headers.contains(name: "idempotent-replayed")
            return HistoryEntry(
                "caller", .ok, key, status: status, ids: list.compactMap { $0["id"]?.string },
                note: isReplay ? Callers.replayed : nil)
        } catch {
            return HistoryEntry("caller", .info, key, note: "\(type(of: error))")
        }
    }
}
