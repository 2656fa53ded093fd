import Foundation
import Notifications
import Testing

/// `docs/topics.md` shows requests that are taken, in the order in which it shows them.
struct TopicDocumentTests {
    @Test func everyRequestIsTaken() async throws {
        let requests = try Self.requests()
        #expect(requests.count == 4)
        try await withAPI { api in
            let client = try await api.client()
            var id = ""
            for request in requests {
                let path = request.path.replacing("{id}", with: id)
                let answer = try await client.send(request.method, path, request.body)
                #expect((200..<300).contains(answer.status), "\(request.method) \(path): \(answer.body.text)")
                if answer.status == 202 { id = try #require(answer.body["id"]?.string) }
            }
        }
    }

    private static func requests() throws -> [(method: String, path: String, body: JSON?)] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/topics.md"), encoding: .utf8)
        return try text.matches(of: /```http\n(\w+) (\S+)\n([^`]*)```/).map { match in
            let (_, method, path, body) = match.output
            return (String(method), String(path), body.isEmpty ? nil : try JSON(parsing: String(body)))
        }
    }
}
