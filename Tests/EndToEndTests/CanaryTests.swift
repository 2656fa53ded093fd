import Foundation
import LocalServers
import Notifications
import Redis
import TestSupport
import Testing

/// Secrets planted in every field must not be found in anything but the documents their owner asks for.
@Suite(.timeLimit(.minutes(2))) struct CanaryTests {
    private static let canary = "CANARY"
    private static let phone = "+46700424242"

    @Test func nothingOfACallersIsInLogsMetricsRedisOrErrors() async throws {
        let belfry = try await Installation.start(
            simulator: "latency=1ms,retry=0.3,reject=0.2,invalidRecipient=0.1,throttle=0.1",
            settings: ["BELFRY_LOG_LEVEL": "trace", "BELFRY_MAX_ATTEMPTS": "2"])
        let key = try await belfry.makeKey()
        let watch = try await RedisWatch.start(on: belfry)
        let client = Client(url: try await belfry.startAPI().url, key: key)
        _ = try await belfry.startWorker()
        _ = try await belfry.startScheduler()

        let id = try await sendEverywhere(client)
        try await sendFailures(client)
        try await eventually("every channel is done") {
            try await client.document(id)["channels"]?.object?.members.allSatisfy {
                ["sent", "failed", "unread"].contains($0.value["status"]?.string)
            } ?? false
        }
        #expect(try await client.document(id).text.contains(Self.canary), "the owner sees what is hers")
        let errors = try await errorBodies(client, id)

        // Logs are written as they come; the last one a moment after the answer.
        _ = try await belfry.logLine(of: "worker") { $0["notificationId"]?.string == id }
        var places = ["errors": errors, "redis": await watch.stop() + (try await belfry.redisContent())]
        for role in ["api", "worker", "scheduler"] {
            places["\(role).log"] = try String(contentsOfFile: "\(belfry.folder)/\(role).log", encoding: .utf8)
        }
        places["metrics"] = try await Client.text(at: "\(client.url)/metrics")
        places["worker metrics"] = try await Client.text(at: "\(belfry.operationsURL(of: "worker"))/metrics")
        let secrets = [
            Self.canary, String(Self.phone.dropFirst()), key, String(Installation.webhookSecret.dropFirst(6)),
        ]
        for (place, text) in places {
            #expect(text.count > 100, "\(place) is empty: \(text)")
            for line in text.split(separator: "\n") {
                for secret in secrets { #expect(!line.contains(secret), "\(place): \(line)") }
            }
        }
        for role in ["api", "worker", "scheduler"] {
            for line in places["\(role).log"]?.split(separator: "\n") ?? [] {
                #expect(throws: Never.self, "\(line)") { try JSON(parsing: String(line)) }
            }
        }
        await belfry.stop()
    }

    /// One notification over all channels, with something secret wherever a caller can write.
    private func sendEverywhere(_ client: Client) async throws -> String {
        let user: JSON = [
            "email": "CANARY@example.com", "phone": .string(Self.phone),
            "webhookUrl": "https://127.0.0.1:9/CANARY?CANARY",
            "devices": [["id": "phone", "route": "push.fcm", "token": "CANARY-token"]],
        ]
        let put = try await client.send("PUT", "/v1/users/u42", user)
        #expect(put.status == 201, "\(put.body.text)")
        return try await client.post(
            [
                "to": ["userId": "u42"], "channels": ["push", "email", "sms", "webhook", "inApp"],
                "title": "CANARY title", "body": "CANARY body", "data": ["CANARY": "CANARY"],
                "metadata": ["CANARY": "CANARY"],
                "overrides": [
                    "email": ["subject": "CANARY", "headers": ["X-CANARY": "CANARY"]], "push": ["collapseId": "CANARY"],
                ],
            ], headers: ["idempotency-key": "CANARY", "x-canary": "CANARY", "traceparent": "CANARY"])
    }

    /// Enough that every answer of the simulator comes up.
    private func sendFailures(_ client: Client) async throws {
        for place in 0..<30 {
            _ = try await client.post([
                "to": ["email": .string("CANARY\(place)@example.com")], "channels": ["email"], "title": "CANARY",
                "delivery": place.isMultiple(of: 2) ? "atMostOnce" : "atLeastOnce",
            ])
        }
    }

    /// What is wrong is named, and not repeated.
    private func errorBodies(_ client: Client, _ id: String) async throws -> String {
        let requests: [(String, String, JSON?)] = [
            ("POST", "/v1/notifications", ["to": ["email": "CANARY"], "title": "CANARY"]),
            ("POST", "/v1/notifications", ["to": ["userId": "CANARY-nobody"], "title": "CANARY"]),
            ("POST", "/v1/notifications", ["to": ["email": "a@example.com"], "title": 7, "type": "CANARY"]),
            ("POST", "/v1/notifications", ["to": ["webhookUrl": "http://10.0.0.1/CANARY"], "title": "CANARY"]),
            ("POST", "/v1/notifications", ["to": [], "sendAt": "CANARY", "expiresIn": "CANARY", "priority": "CANARY"]),
            ("PUT", "/v1/users/u", ["email": "CANARY", "phone": "CANARY", "devices": "CANARY"]),
            ("GET", "/v1/notifications/\(UUID().uuidString)", nil),
        ]
        var bodies = ""
        for (method, path, body) in requests {
            let answer = try await client.send(method, path, body)
            #expect((400..<500).contains(answer.status), "\(method) \(path) \(answer.status)")
            bodies += answer.body.text + "\n"
        }
        let stranger = Client(url: client.url, key: "CANARY")
        return bodies + (try await stranger.send("GET", "/v1/notifications/\(id)")).body.text
    }
}
