import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

/// `belfry queues`, on a Belfry where nobody works.
@Suite(.timeLimit(.minutes(2))) struct QueuesCommandTests {
    @Test func whatWaitsIsShownAndARouteIsPausedAndResumed() async throws {
        let belfry = try await Installation.start()
        let environment = ["BELFRY_URL": try await belfry.startAPI().url, "BELFRY_KEY": try await belfry.makeKey()]
        for number in 1...3 {
            let send = [
                "send", "--email", "u\(number)@example.com", "--title", "x", "--priority", "high", "--no-watch",
            ]
            #expect(try await belfry.run(send, environment).status == .exited(0))
        }
        let paused = try await belfry.run(["queues", "pause", "email"], environment)
        #expect(paused.status == .exited(0) && paused.output == ["paused email"])
        let push = try await belfry.run(["queues", "pause", "push", "--json"], environment)
        #expect(try JSON(parsing: push.output.joined())["items"]?.array?.count == 4, "all routes of the channel")

        let shown = try await belfry.run(["queues"], environment)
        #expect(shown.output.count == 2 + Route.allCases.count, "\(shown.output)")
        let email = try #require(shown.output.first { $0.hasPrefix("email ") })
        let words = email.split(separator: " ").map { String($0) }
        #expect(words.prefix(2) == ["email", "3"] && words.last == "pause", "\(email)")
        #expect(shown.output.contains { $0.hasPrefix("  high") })

        let resumed = try await belfry.run(["queues", "resume", "email"], environment)
        #expect(resumed.output == ["resumed email"])
        let items = try JSON(parsing: try await belfry.run(["queues", "--json"], environment).output.joined())["items"]
        let item = items?.array?.first { $0["route"] == "email" }
        #expect(item?["paused"] == false && item?["ready"]?["high"] == 3)

        let rebuilding = try await belfry.run(["queues", "rebuild", "email"], environment)
        #expect(rebuilding.output == ["rebuilding email"])
        _ = try await belfry.startWorker(settings: ["BELFRY_PROVIDERS": "email=simulator"])
        try await eventually(within: .seconds(30), "all are sent after the rebuild") { try belfry.accepts().count == 3 }

        let screen = try await PseudoTerminal(columns: 60, interruptAfter: 2, environment: environment)
            .run(["queues", "--watch"])
        #expect(screen.output.components(separatedBy: "\u{1B}[J").count >= 3, "it was drawn anew in place")
        #expect(screen.output.contains("email"))

        let key = try await belfry.makeKey(scopes: "send,read,admin,stream")
        let refused = try await belfry.run(["queues", "--key", key], environment)
        let hint = "--scopes send,read,stream,admin,operator"
        #expect(refused.status == .exited(1) && refused.output.joined().contains(hint))
        await belfry.stop()
    }
}
