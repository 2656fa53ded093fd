import Foundation
import LocalServers
import TestSupport
import Testing

@Suite struct TestSupportTests {
    @Test func allTestsOfAProcessShareOneServerOfEachKind() async throws {
        async let first = TestServers.shared.redis()
        async let second = TestServers.shared.redis()
        #expect(try await first === second)
        async let third = TestServers.shared.postgres()
        async let fourth = TestServers.shared.postgres()
        #expect(try await third === fourth)
        #expect(try await first.command("ping") == ["PONG"])
        #expect(try await third.rows("SELECT current_database()") == ["belfry"])
    }

    @Test func eventuallyReturnsOnceTheConditionHolds() async throws {
        var asked = 0
        try await eventually(every: .zero, "the third asking") {
            asked += 1
            return asked == 3
        }
        #expect(asked == 3)
    }

    @Test func eventuallyRecordsAnIssueAtTheDeadline() async throws {
        try await withKnownIssue {
            try await eventually(within: .zero, "what never happens") { false }
        } matching: { issue in
            issue.comments == ["Not within 0.0 seconds: what never happens"]
        }
    }
}
