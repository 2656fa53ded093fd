import Foundation
import Notifications
import TestSupport
import Testing

/// A rate over processes, as the provider sees it.
@Suite(.timeLimit(.minutes(3))) struct ProviderLimitTests {
    private let rate = 200
    private let burst = 200
    private let count = 1200

    @Test func twoWorkersTogetherKeepToTheRateAndUseItUp() async throws {
        let belfry = try await Installation.start(simulator: "latency=1ms")
        let url = try await belfry.startAPI().url
        let client = Client(url: url, key: try await belfry.makeKey())
        let environment = ["BELFRY_URL": url, "BELFRY_KEY": client.key]
        let limit = ["providers", "limit", "simulator", "--route", "email", "--rate", "\(rate)", "--burst", "\(burst)"]
        let limited = try await belfry.run(limit, environment)
        #expect(limited.output == ["limited simulator on email"])
        for batch in 0..<2 {
            let to = (0..<count / 2).map { ["email": .string("u\(batch)-\($0)@example.com")] as JSON }
            let body: JSON = ["to": .array(to), "channels": ["email"], "title": "Hello"]
            #expect(try await client.send("POST", "/v1/notifications", body).status == 202)
        }
        for _ in 1...2 { _ = try await belfry.startWorker() }
        try await eventually(within: .seconds(90), "all are sent") { try belfry.accepts().count == count }

        let times = try belfry.accepts().map(\.at).sorted()
        let worst = times.indices.map { first in times[first...].prefix { $0 - times[first] < 1 }.count }.max() ?? 0
        #expect(worst <= burst + rate, "in the worst second")
        let mean = Double(count - 1) / (times[count - 1] - times[0])
        #expect(mean >= 0.95 * Double(rate), "a second on average")
        let once = Set(try belfry.accepts().map(\.notificationId)).count
        #expect(once == count)

        let shown = try await belfry.run(["providers"], environment).output
        let email = try #require(shown.first { $0.hasPrefix("email ") })
        #expect(email.split(separator: " ").prefix(4) == ["email", "simulator", "200.0", "200"], "\(email)")
        let free = try await belfry.run(limit.prefix(5) + ["--none", "--json"], environment)
        #expect(try JSON(parsing: free.output.joined())["limits"]?["ratePerSecond"] == .null)
        await belfry.stop()
    }
}
