import API
import BelfryClient
import Foundation
import Notifications
import Testing

/// The Swift of the README, word for word: it compiles, and does what it says.
@Suite(.timeLimit(.minutes(3))) struct ReadmeExampleTests {
    private func example(_ url: String, _ key: String) async throws {
        try await BelfryClient.run(BelfryClientConfiguration(url: url, key: key)) { belfry in
            let request = NotificationRequest(toUser: "u42", channels: [.push, .inApp], title: "Order shipped")
            guard let sent = try await belfry.send(request).notification else { return }
            try await belfry.events(EventQuery(notificationId: sent.id.text)) { _ in
                try await !belfry.notification(sent.id).isDone
            }
        }
    }

    @Test func exampleSendsANotificationAndFollowsItToItsEnd() async throws {
        try await withAPI { api in
            _ = try await api.client().send("PUT", "/v1/users/u42", [:])
            try await example(api.url, api.makeKey().text)
            let sent = try await api.client().send("GET", "/v1/notifications?userId=u42").body["items"]?.array
            #expect(sent?.map { $0["title"] } == ["Order shipped"])
            #expect(sent?.map { $0["status"] } == ["sent"])
        }
    }

    @Test func exampleIsTheOneOfTheReadme() throws {
        let file = URL(filePath: #filePath)
        let readme = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "README.md")
        let chapter = try lines(of: readme).drop { $0 != "### From Swift" }.dropFirst().prefix { !$0.hasPrefix("## ") }
        let code = chapter.filter { $0.hasPrefix("    ") }.drop { $0.contains("import ") }.map(trimmed)
        #expect(code.count > 5)
        let own = try lines(of: file).map(trimmed)
        #expect(own.indices.contains { own[$0...].starts(with: code) }, "the README and this file differ")
    }

    private func lines(of file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    }

    private func trimmed(_ line: String) -> String { line.trimmingCharacters(in: .whitespaces) }
}
