import Foundation
import Notifications
import Testing

/// What `docs/scheduling.md` shows is taken.
struct SchedulingDocumentTests {
    /// The fenced examples, each with the path that was named last before it.
    private static func examples() throws -> [(path: String, body: JSON)] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/scheduling.md"), encoding: .utf8)
        var path = ""
        return try text.components(separatedBy: "```").enumerated().compactMap { index, part in
            guard index.isMultiple(of: 2) else {
                return (path, try JSON(parsing: String(part.trimmingPrefix("json"))))
            }
            path = part.matches(of: /`POST (\/[\w\/]+)`/).last.map { String($0.output.1) } ?? path
            return nil
        }
    }

    @Test func everyExampleIsAccepted() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let examples = try Self.examples()
            #expect(examples.count >= 4)
            for (path, body) in examples {
                let answer = try await client.send("POST", path, body)
                #expect(answer.status == 202, "\(body.text): \(answer.body.text)")
                let rejections = answer.body["notifications"]?.array?.filter { $0["id"] == nil } ?? []
                #expect(rejections.isEmpty)
            }
        }
    }
}
