import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

/// `belfry dead-letters`, on real processes whose provider fails.
@Suite(.timeLimit(.minutes(2))) struct DeadLettersCommandTests {
    @Test func whatWasGivenUpIsListedAndSentAgain() async throws {
        let belfry = try await Installation.start(
            simulator: "latency=1ms,retry=1", settings: ["BELFRY_MAX_ATTEMPTS": "1"])
        let environment = ["BELFRY_URL": try await belfry.startAPI().url, "BELFRY_KEY": try await belfry.makeKey()]
        _ = try await belfry.startWorker()
        let none = try await belfry.run(["dead-letters"], environment)
        #expect(none.status == .exited(0) && none.output == ["There are no dead letters like that."])
        let sent = try await belfry.run(["send", "--email", "a@example.com", "--title", "x", "--json"], environment)
        #expect(sent.status == .exited(1))
        let id = try #require(try JSON(parsing: sent.output.joined())["id"]?.string)
        #expect(
            try await belfry.run(["send", "--phone", "+46701234567", "--title", "x"], environment).status == .exited(1))

        let listed = try await belfry.run(["dead-letters", "--route", "email", "--since", "1h"], environment)
        #expect(listed.status == .exited(0) && listed.output.count == 2, "\(listed.output)")
        #expect(listed.output[1].contains(id) && listed.output[1].contains("simulator"), "\(listed.output)")
        let page = try await belfry.run(["dead-letters", "--limit", "1", "--json"], environment)
        let next = try #require(try JSON(parsing: page.output.joined())["next"]?.string)
        let rest = try await belfry.run(["dead-letters", "--after", next], environment)
        #expect(rest.output.count == 2 && rest.output[1].contains(id), "\(rest.output)")

        let dry = try await belfry.run(["dead-letters", "redrive", "--all", "--dry-run"], environment)
        #expect(dry.output == ["would send 2 again"])
        let redriven = try await belfry.run(["dead-letters", "redrive", "--id", id, "--json"], environment)
        #expect(
            try JSON(parsing: redriven.output.joined())
                == ["matched": 1, "redriven": 1, "dryRun": false, "remaining": false])
        try await eventually("it was tried again, in vain") {
            let again = try await belfry.run(["dead-letters", "--route", "email", "--json"], environment)
            return try JSON(parsing: again.output.joined())["items"]?.array?.first?["round"] == 2
        }
        let all = try await belfry.run(["dead-letters", "redrive", "--all"], environment)
        #expect(all.output == ["sent 2 of 2 again"])
        await belfry.stop()
    }
}
