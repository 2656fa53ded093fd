import Foundation
import Notifications
import TestSupport
import Testing

/// A request and its trace, followed from the caller to the provider.
@Suite(.timeLimit(.minutes(2))) struct TraceTests {
    private static let traceId = "4bf92f3577b34da6a3ce929d0e0e4736"

    @Test func receiverGetsTheCallersTraceAndTheLogsTellOfIt() async throws {
        let belfry = try await Installation.start(settings: ["BELFRY_LOG_LEVEL": "debug"])
        let receiver = WebhookReceiver()
        try await receiver.serve { hook in
            let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
            _ = try await belfry.startWorker()
            let body: JSON = ["to": ["webhookUrl": .string(hook)], "channels": ["webhook"], "title": "Traced"]
            let parent = "00-\(Self.traceId)-00f067aa0ba902b7-01"
            var ids: [String] = []
            for (place, header) in [parent, parent, "00-junk"].enumerated() {
                ids.append(
                    try await client.post(body, headers: ["traceparent": header, "x-request-id": "request-\(place)"]))
                try await eventually("it is sent") { try await client.status(ids[place], "webhook") == "sent" }
            }

            let traces = receiver.all.map { $0.headers["traceparent"] }
            #expect(traces.count == 3 && traces[2] == nil)
            let steps = try traces[..<2].map { try #require($0.flatMap(TraceContext.init)) }
            #expect(steps.allSatisfy { $0.traceId == Self.traceId && $0.flags == "01" })
            #expect(Set(steps.map(\.parentId) + ["00f067aa0ba902b7"]).count == 3)
            #expect(try await client.document(ids[0])["traceparent"]?.string == parent)

            for (role, message) in [("api", "accepted"), ("worker", "attempt made")] {
                let line = try await belfry.logLine(of: role) {
                    $0["message"]?.string == message && $0["notificationId"]?.string == ids[0]
                }
                #expect(line["requestId"] == "request-0")
                #expect(line["traceId"]?.string == Self.traceId)
            }
            let attempt = try await belfry.logLine(of: "worker") { $0["notificationId"]?.string == ids[2] }
            #expect(attempt["traceId"] == nil && attempt["requestId"] == "request-2")
            #expect(attempt["provider"] == "webhook" && attempt["outcome"] == "accepted" && attempt["attempt"] == "1")
        }
        await belfry.stop()
    }
}
