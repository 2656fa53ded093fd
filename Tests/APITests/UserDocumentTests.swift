import Foundation
import Notifications
import Testing

/// What docs/users.md says, done.
struct UserDocumentTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/users.md")

    /// The blocks of the document, each with its language.
    private func blocks() throws -> [(language: Substring, text: Substring)] {
        try String(contentsOf: Self.file, encoding: .utf8).matches(of: /```(\w+)\n([\s\S]*?)\n```/)
            .map { ($0.output.1, $0.output.2) }
    }

    @Test func everyExampleOfTheDocumentWorksAndAnswersWhatItSays() async throws {
        try await withAPI { api in
            let client = try await api.client()
            var answer: JSON = .null
            var count = 0
            for (language, text) in try blocks() {
                count += 1
                guard language == "http" else {
                    for member in try JSON(parsing: String(text)).object?.members ?? [] {
                        #expect(answer[member.name] == member.value, "\(member.name)")
                    }
                    continue
                }
                let words = text.prefix { $0 != "\n" }.split(separator: " ").map { String($0) }
                let body = text.firstRange(of: "\n\n").map { String(text[$0.upperBound...]) }
                let response = try await client.send(words[0], words[1], body.map { try JSON(parsing: $0) })
                #expect((200..<300).contains(response.status), "\(text): \(response.body.text)")
                answer = response.body
            }
            #expect(count == 9)
        }
    }
}
